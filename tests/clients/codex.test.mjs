// Codex, unmodified and headless, works through the proxy against simulated models.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run_codex, start_codex, with_codex } from './support/codex.mjs';
import { png } from './support/png.mjs';
import { workspace } from './support/program.mjs';
import { record } from './support/recorder.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { keyed, speaking, target, token } from './support/target.mjs';

/** A test in a fresh workspace, behind a recorder; both are gone afterwards. */
const agent_test = (area, name, body) => test(`codex over responses, ${area}: ${name}`, speaking('responses', with_codex), async () => {
  const word = token();
  const space = await workspace(word);
  const recorder = await record(target.url);
  const run = (args, options) => run_codex(space, recorder.url, args, options);
  try {
    await body({ word, space, recorder, run });
  } finally {
    recorder.close();
    await space.remove();
  }
});

const command = (cmd) => ({ tool_calls: [{ name: 'exec_command', input: { cmd } }] });
const kinds_of = (items) => items.map(({ type }) => type).filter((type) => type !== 'error');  // it calls unknown models an error

agent_test('sessions', 'two turns read, edit and run', async ({ word, space, recorder, run }) => {
  const file = join(space.project, 'greet.py');
  await writeFile(file, 'print("hello")\n');
  await verifySim.script(word, { text: 'I read it first.', ...command('cat greet.py') },
    command('sed -i s/hello/farewell/ greet.py'), { text: `Renamed ${word}.` });
  const first = await run([`Please rename the greeting of ${word}.`]);
  assert.equal(first.code, 0, first.errors);
  assert.deepEqual(kinds_of(first.items), ['agent_message', 'command_execution', 'command_execution', 'agent_message']);
  assert.equal(first.items.find(({ type }) => type === 'command_execution').aggregated_output, 'print("hello")\n');
  assert.equal(first.text, `Renamed ${word}.`);
  assert.equal(await readFile(file, 'utf8'), 'print("farewell")\n');
  for (const { answer, status } of recorder.exchanges) assert.deepEqual([status, answer['x-rlm-verdict']], [200, 'DIRECT']);
  const { usage } = first.events.find(({ type }) => type === 'turn.completed');
  assert.ok(usage.input_tokens > 1000 && usage.cached_input_tokens > 0 && usage.output_tokens > 0, JSON.stringify(usage));

  const more = token();
  await verifySim.script(more, { tool_calls: [command('cat greet.py'), command('pwd')].flatMap(({ tool_calls }) => tool_calls) },
    { text: `Both of ${more} are seen.` });
  const second = await run(['resume', first.thread, `Now look at ${more}.`]);
  assert.deepEqual(kinds_of(second.items), ['command_execution', 'command_execution', 'agent_message']);
  assert.equal(second.text, `Both of ${more} are seen.`);
  const [, { body }] = await verifySim.ended(more, 2);
  assert.match(body, new RegExp(`rename the greeting of ${word}`), 'the history is sent again');
});

agent_test('sessions', 'a patch, written by a tool that takes text, is applied', async ({ word, space, run }) => {
  const file = join(space.project, 'greet.py');
  await writeFile(file, 'print("hello")\n');
  const patch = '*** Begin Patch\n*** Update File: greet.py\n@@\n-print("hello")\n+print("naïve \\"good morning\\"")\n*** End Patch\n';
  await verifySim.script(word, { tool_calls: [{ name: 'apply_patch', input: { input: patch } }] }, { text: `Patched ${word}.` });
  const { items, text, errors } = await run([`Please patch ${word}.`], { known: true });
  assert.equal(text, `Patched ${word}.`, errors);
  assert.deepEqual(kinds_of(items), ['file_change', 'agent_message']);
  assert.equal(await readFile(file, 'utf8'), 'print("naïve \\"good morning\\"")\n');
});

agent_test('thinking', 'thoughts are shown and go back signed', async ({ word, run }) => {
  await verifySim.script(word, { thinking: `The word ${word} is made up.`, ...command('pwd') }, { text: `${word} means nothing.` });
  const { items, text } = await run(['-c', 'model_reasoning_summary="detailed"', `Think of ${word}.`], { known: true });
  assert.equal(text, `${word} means nothing.`);
  assert.equal(items.find(({ type }) => type === 'reasoning')?.text, `The word ${word} is made up.`);
  const [, { body }] = await verifySim.ended(word, 2);
  const { content } = JSON.parse(body).messages.find(({ role }) => role === 'assistant');
  assert.ok(content.find(({ type }) => type === 'thinking')?.signature.length > 20, 'the signed block came back');
});

agent_test('images', 'an attached picture arrives', async ({ word, space, run }) => {
  const file = join(space.project, 'dot.png');
  await writeFile(file, Buffer.from(png(16), 'base64'));
  await verifySim.script(word, { text: `It shows ${word}.` });
  const { text } = await run(['-i', file, '--', `What does ${word} show?`], { known: true });
  assert.equal(text, `It shows ${word}.`);
  const [{ body }] = await verifySim.ended(word);
  assert.match(body, /"type":"image","source":\{"type":"base64","media_type":"image\/png"/);
});

agent_test('errors', 'an overloaded provider is asked again', async ({ word, recorder, run }) => {
  await verifySim.script(word, ...Array(2).fill({ status: 529 }), { text: `Finally ${word}.` });
  const { text } = await run([`Wait for ${word}.`]);
  assert.equal(text, `Finally ${word}.`);
  assert.deepEqual(recorder.exchanges.map(({ status }) => status), [503, 200]);
});

agent_test('errors', 'a refused request is told in the provider\'s words', async ({ word, run }) => {
  const message = 'Your credit balance is too low to access the API.';
  await verifySim.script(word, { status: 400, body: JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }) });
  const { events, code } = await run([`Tell of ${word}.`]);
  assert.notEqual(code, 0);
  assert.ok(JSON.stringify(events.find(({ type }) => type === 'turn.failed')).includes(message), JSON.stringify(events));
});

agent_test('errors', 'a stream that breaks off is not taken for an answer', async ({ word, run }) => {
  await verifySim.script(word, { text: `${word} is `.repeat(50), fault: 'cut@1100' }, { text: `All of ${word}.` });
  const { text } = await run([`Tell of ${word}.`]);
  assert.equal(text, `All of ${word}.`);
});

/** Through the gateway that pings early: the whole answer is waited for, and judged before anything of it is shown. */
test('codex over responses, waiting: signs of life while a draft is judged disturb nothing', speaking('responses', {
  ...with_codex, skip: with_codex.skip || keyed.skip }), async () => {
  const word = token();
  const space = await workspace(word);
  const recorder = await record(target.keyed);
  try {
    await draftSim.script(word, { text: `There is nothing to debug in ${word}.`, latency_ms: 600 });
    await verifySim.script(word, { text: 'USE_DRAFT', latency_ms: 600 });
    const { text, errors } = await run_codex(space, recorder.url, [`Please debug ${word}.`],
      { key: target.keyedKey, headers: { 'x-rlm-plan': 'draft_verify' } });
    assert.equal(text, `There is nothing to debug in ${word}.`, errors);
    assert.equal(recorder.exchanges.length, 1);
    assert.match(recorder.exchanges[0].text, /^:.*$/m);
    for (const sim of [draftSim, verifySim]) assert.equal((await sim.requests(word)).length, 1);
  } finally {
    recorder.close();
    await space.remove();
  }
});

agent_test('abort', 'an interrupted agent takes the upstream call with it', async ({ word, space, recorder }) => {
  await verifySim.script(word, { text: `${word} again and again. `.repeat(150), tokens_per_second: 30 });
  const agent = await start_codex(space, recorder.url, [`Go on about ${word}.`]);
  await verifySim.asked(word, 40_000);
  agent.interrupt();
  const [seen] = await verifySim.ended(word);
  assert.equal(seen.client_left, true);
  await agent.ended;
});
