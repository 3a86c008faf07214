// What opencode, unmodified and headless, must do through the proxy against simulated models.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run_opencode, start_opencode, with_opencode } from './opencode.mjs';
import { png } from './png.mjs';
import { workspace } from './program.mjs';
import { record } from './recorder.mjs';
import { draftSim, verifySim } from './simulated.mjs';
import { keyed, speaking, target, token } from './target.mjs';

const TITLED = ['--title', 'a title'];  // else a title is asked for first

/** Registers the tests of one dialect, which a provider package of opencode's speaks. */
export function opencode_sessions(dialect, provider) {
  /** A test in a fresh workspace, behind a recorder; both are gone afterwards. */
  const agent_test = (area, name, body, options = with_opencode) => test(`opencode over ${dialect}, ${area}: ${name}`, speaking(dialect, options), async () => {
    const word = token();
    const space = await workspace(word);
    const recorder = await record(target.url);
    const run = (prompt, ...args) => run_opencode(space, recorder.url, provider, prompt, [...TITLED, ...args]);
    try {
      await body({ word, space, recorder, run });
    } finally {
      recorder.close();
      await space.remove();
    }
  });
  const check_direct = (recorder) => {
    for (const { answer } of recorder.exchanges) assert.equal(answer['x-rlm-verdict'], 'DIRECT');
  };

  agent_test('sessions', 'two turns read, edit and run', async ({ word, space, recorder, run }) => {
    const file = join(space.project, 'greet.py');
    await writeFile(file, 'print("hello")\n');
    const asks = (name, input) => ({ tool_calls: [{ name, input }] });
    await verifySim.script(word, { text: 'I read it first.', ...asks('read', { filePath: file }) },
      asks('edit', { filePath: file, oldString: 'hello', newString: 'good morning' }),
      asks('bash', { command: `cat '${file}'`, description: 'Shows the file' }), { text: `Renamed ${word}.` });
    const first = await run(`Please rename the greeting of ${word}.`);
    assert.equal(first.code, 0, first.errors);
    assert.deepEqual(first.tools, [['read', 'completed'], ['edit', 'completed'], ['bash', 'completed']]);
    assert.equal(await readFile(file, 'utf8'), 'print("good morning")\n');
    assert.match(first.text, new RegExp(`Renamed ${word}\\.$`));
    check_direct(recorder);

    const more = token();
    await verifySim.script(more, { tool_calls: [{ name: 'read', input: { filePath: file } },
      { name: 'glob', input: { pattern: '*.py' } }] }, { text: `Both of ${more} are seen.` });
    const second = await run(`Now look at ${more}.`, '--session', first.session);
    assert.deepEqual(second.tools.map(([tool]) => tool).sort(), ['glob', 'read']);
    assert.equal(second.text, `Both of ${more} are seen.`);
    assert.equal(recorder.exchanges.length, 6);
    const [, ...later] = await verifySim.ended(more, 2);
    assert.match(later[0].body, new RegExp(`rename the greeting of ${word}`), 'the history is sent again');
  });

  agent_test('sessions', 'a title of a new session may be drafted', async ({ word, space, recorder }) => {
    await draftSim.script(word, { text: `Talk of ${word}` });
    await verifySim.script(word, { text: `All of ${word}.` });
    const run = await run_opencode(space, recorder.url, provider, `Tell of ${word}.`);
    assert.equal(run.text, `All of ${word}.`);
    const asked = recorder.exchanges.map(({ body }) => JSON.parse(body));
    assert.deepEqual(asked.map(({ model }) => model).sort(), ['claude-haiku-4-5-20251001', target.model]);
    const title = recorder.exchanges.find((_, at) => asked[at].model !== target.model);
    assert.equal(title.status, 200);
  });

  agent_test('images', 'an attached picture arrives', async ({ word, space, run }) => {
    const file = join(space.project, 'dot.png');
    await writeFile(file, Buffer.from(png(16), 'base64'));
    await verifySim.script(word, { text: `It shows ${word}.` });
    const { text } = await run(`What does ${word} show?`, '--file', file, '--');
    assert.equal(text, `It shows ${word}.`);
    const [{ body }] = await verifySim.ended(word);
    assert.ok(body.includes(png(16)), 'the picture is in the request');
  });

  agent_test('errors', 'an overloaded provider is asked again', async ({ word, recorder, run }) => {
    await verifySim.script(word, ...Array(2).fill({ status: 529, headers: { 'retry-after-ms': '5' } }), { text: `Finally ${word}.` });
    const { text } = await run(`Wait for ${word}.`);
    assert.equal(text, `Finally ${word}.`);
    assert.equal(recorder.exchanges.at(-1).status, 200);
    assert.equal(recorder.exchanges.length, 2);
  });

  agent_test('errors', 'a refused request is told in the provider\'s words', async ({ word, run }) => {
    const message = 'Your credit balance is too low to access the API.';
    await verifySim.script(word, { status: 400, body: JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }) });
    const { events } = await run(`Tell of ${word}.`);
    assert.ok(JSON.stringify(events.find(({ type }) => type === 'error')).includes(message), JSON.stringify(events));
  });

  agent_test('errors', 'a stream that breaks off is not taken for an answer', async ({ word, run }) => {
    await verifySim.script(word, { text: `${word} is `.repeat(50), fault: 'cut@1100' }, { text: `All of ${word}.` });
    const { text } = await run(`Tell of ${word}.`);
    // It asks again, or ends without an answer: a part is never one.
    assert.match(text, new RegExp(`^$|All of ${word}\\.$`));
  });

  // Through the gateway that pings early: the whole answer is waited for, and judged before anything of it is shown.
  agent_test('waiting', 'signs of life while a draft is judged disturb nothing', async ({ word, space }) => {
    const patient = await record(target.keyed);
    try {
      await draftSim.script(word, { text: `There is nothing to debug in ${word}.`, latency_ms: 600 });
      await verifySim.script(word, { text: 'USE_DRAFT', latency_ms: 600 });
      const { text, errors } = await run_opencode(space, patient.url, provider, `Please debug ${word}.`, TITLED,
        { key: target.keyedKey, headers: { 'x-rlm-plan': 'draft_verify' } });
      assert.equal(text, `There is nothing to debug in ${word}.`, errors);
      assert.equal(patient.exchanges.length, 1);
      assert.match(patient.exchanges[0].text, /^(event: ping|:.*)$/m);
      for (const sim of [draftSim, verifySim]) assert.equal((await sim.requests(word)).length, 1);
    } finally {
      patient.close();
    }
  }, { ...with_opencode, skip: with_opencode.skip || keyed.skip });

  agent_test('abort', 'an interrupted agent takes the upstream call with it', async ({ word, space, recorder }) => {
    await verifySim.script(word, { text: `${word} again and again. `.repeat(150), tokens_per_second: 30 });
    const agent = start_opencode(space, recorder.url, provider, `Go on about ${word}.`, TITLED);
    await verifySim.asked(word, 40_000);
    agent.interrupt();
    const [seen] = await verifySim.ended(word);
    assert.equal(seen.client_left, true);
    await agent.ended;
  });
}
