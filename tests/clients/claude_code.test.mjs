// Claude Code, unmodified and headless, works through the proxy against simulated models.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { check_success, EDITS, failures_of, run_agent, start_agent, tools_of, with_agent, workspace } from './support/claude_code.mjs';
import { exchanges_of } from './support/ledger.mjs';
import { record } from './support/recorder.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { target, token, until } from './support/target.mjs';

const MODEL = ['--model', 'claude-opus-4-8'];

/**
 * A test in a fresh workspace, behind a recorder; both are gone afterwards. The project folder is named by the word: the agent
 * ends its requests with the environment, which is the last thing a draft model is told.
 */
function agent_test(name, body) {
  test(`claude code: ${name}`, with_agent, async () => {
    const word = token();
    const space = await workspace(word);
    const recorder = await record(target.url);
    try {
      await body(space, recorder, word);
    } finally {
      recorder.close();
      await space.remove();
    }
  });
}

/** Every request of a session that the recorder saw went upstream unchanged and stands in the ledger. */
async function check_direct(recorder, session, count) {
  const sent = recorder.exchanges.filter(({ path }) => path.startsWith('/v1/messages'));
  assert.equal(sent.length, count);
  const seen = (await verifySim.requests(session)).filter((request) => request.headers['x-claude-code-session-id'] === session);
  assert.equal(seen.length, count, 'requests at the verify model');
  sent.forEach((exchange, at) => {
    assert.equal(exchange.headers['x-claude-code-session-id'], session);
    assert.equal(exchange.answer['x-rlm-verdict'], 'DIRECT');
    assert.equal(exchange.answer['x-rlm-reason'], 'tools');
    assert.ok(seen[at].body === exchange.body, `request ${at}: the upstream got the client's bytes`);
    assert.match(exchange.body, /"text":"x-anthropic-billing-header: cc_version=/);
    for (const name of ['anthropic-beta', 'anthropic-version', 'user-agent', 'x-app', 'x-api-key'])
      assert.equal(seen[at].headers[name], exchange.headers[name], name);
    assert.equal(seen[at].target, exchange.path);
  });
  const rows = await exchanges_of(session, count);
  assert.deepEqual(rows.map(({ verdict, reason, status }) => [verdict, reason, status]), Array(count).fill(['DIRECT', 'tools', 200]));
  assert.ok(rows.slice(1).every((row) => row.tokens.cache_read > 0), 'the prompt cache is read from the second request on');
}

agent_test('a session of two turns reads, edits and runs', async (space, recorder) => {
  const file = join(space.project, 'greet.py');
  await writeFile(file, 'print("hello")\n');
  const first = await run_agent(space, recorder.url, `In file ${file} please rename the greeting.`, [...MODEL, ...EDITS]);
  check_success(first);
  assert.deepEqual(tools_of(first.events), ['Read', 'Edit', 'Bash']);
  assert.deepEqual(failures_of(first.events), []);
  assert.equal(await readFile(file, 'utf8'), 'print("good morning")\n');
  assert.equal(first.result.result, 'Renamed. The file now says print("good morning")');
  const session = first.result.session_id;
  await check_direct(recorder, session, 4);

  const second = await run_agent(space, recorder.url, `In file ${file} please add a farewell.`,
    [...MODEL, ...EDITS, '--resume', session]);
  check_success(second);
  assert.deepEqual(tools_of(second.events), ['Read', 'Edit', 'Bash', 'Read']);
  assert.deepEqual(failures_of(second.events), []);
  assert.equal(await readFile(file, 'utf8'), 'print("good morning")\nprint("goodbye")\n');
  assert.match(second.result.result, /^Added\. /);
  assert.equal(second.result.session_id, session);
  await check_direct(recorder, session, 8);
});

agent_test('the default model completes a tool turn', async (space, recorder, word) => {
  const file = join(space.project, 'note.txt');
  await writeFile(file, 'remember the milk\n');
  await verifySim.script(word, { thinking: '', text: 'Let me look.', tool_calls: [{ name: 'Read', input: { file_path: file } }] },
    { text: `The note of ${word} is about milk.` });
  const run = await run_agent(space, recorder.url, `What does the note of ${word} say?`, EDITS);
  check_success(run);
  assert.deepEqual(tools_of(run.events), ['Read']);
  assert.equal(run.result.result, `The note of ${word} is about milk.`);
  await check_direct(recorder, run.result.session_id, 2);
});

agent_test('a run without tools is answered by the draft model', async (space, recorder, word) => {
  await draftSim.script(word, { text: `The capital of ${word} is Quito.` });
  const run = await run_agent(space, recorder.url, `Name the capital of ${word}.`, [...MODEL, '--tools', '']);
  check_success(run);
  assert.equal(run.result.result, `The capital of ${word} is Quito.`);
  assert.equal(recorder.exchanges[0].answer['x-rlm-verdict'], 'SKIPPED');
  assert.equal((await verifySim.requests(word)).length, 0);
  const [{ body, headers }] = await draftSim.ended(word);
  assert.doesNotMatch(body, /x-anthropic-billing-header|cache_control|context_management|"metadata"/);
  const told = JSON.stringify(headers);
  assert.ok(!told.includes(target.key) && !told.includes('claude-code-session'), 'the draft provider learns no key and no session');
  const [row] = await exchanges_of(run.result.session_id);
  assert.equal(row.verdict, 'SKIPPED');
  assert.ok(row.saved_usd > 0);
  assert.equal(run.events.find((event) => event.type === 'assistant').message.model, 'claude-opus-4-8');
});

agent_test('a run without tools survives a failing draft model', async (space, recorder, word) => {
  await draftSim.script(word, { fault: 'reset@600' });
  await verifySim.script(word, { text: `The capital of ${word} is La Paz.` });
  const run = await run_agent(space, recorder.url, `Name the capital of ${word}.`, [...MODEL, '--tools', '']);
  check_success(run);
  assert.equal(run.result.result, `The capital of ${word} is La Paz.`);
  assert.equal(recorder.exchanges[0].answer['x-rlm-verdict'], 'FALLBACK');
});

agent_test('an overloaded provider is asked again', async (space, recorder, word) => {
  await verifySim.script(word, ...Array(2).fill({ status: 529 }), { text: `Finally ${word}.` });
  const run = await run_agent(space, recorder.url, `Wait for ${word}.`, MODEL);
  check_success(run);
  assert.equal(run.result.result, `Finally ${word}.`);
  assert.deepEqual(recorder.exchanges.map(({ status }) => status), [529, 200]);
});

agent_test('a stream that breaks off is not taken for an answer', async (space, recorder, word) => {
  await verifySim.script(word, { text: `${word} is `.repeat(50), fault: 'cut@1100' }, { text: `All of ${word}.` });
  const run = await run_agent(space, recorder.url, `Tell of ${word}.`, MODEL);
  check_success(run);
  assert.equal(run.result.result, `All of ${word}.`);
});

agent_test('a stream that cannot be read is asked for again without streaming', async (space, recorder, word) => {
  await verifySim.script(word, { text: `${word} is `.repeat(50), fault: 'malformed' }, { text: `Plainly ${word}.` });
  const run = await run_agent(space, recorder.url, `Tell of ${word}.`, MODEL);
  check_success(run);
  assert.equal(run.result.result, `Plainly ${word}.`);
  const streamed = recorder.exchanges.map(({ body }) => JSON.parse(body).stream === true);
  assert.deepEqual(streamed, [true, false]);
});

agent_test('a subagent is a session of its own kind in the ledger', async (space, recorder, word) => {
  const inner = token();
  await verifySim.script(inner, { text: `The subagent found ${inner}.` });
  await verifySim.script(word, { tool_calls: [{ name: 'Agent', input: { description: 'look around',
    prompt: `Search for ${inner}.`, subagent_type: 'general-purpose' } }] }, { text: `All of ${word} is found.` });
  const run = await run_agent(space, recorder.url, `Have somebody look for ${word}.`, MODEL);
  check_success(run);
  const session = run.result.session_id;
  const sent = await until(() => recorder.exchanges.length >= 3 && recorder.exchanges, 'three requests');
  const agents = sent.map(({ headers }) => headers['x-claude-code-agent-id'] ?? '');
  assert.equal(agents.filter((agent) => agent !== '').length, 1);
  const rows = await exchanges_of(session, sent.length);
  assert.deepEqual(rows.map(({ agent }) => agent).sort(), [...agents].sort());
});

agent_test('an interrupted agent takes the upstream call with it', async (space, recorder, word) => {
  await verifySim.script(word, { text: `${word} again and again. `.repeat(150), tokens_per_second: 30 });
  const agent = start_agent(space, recorder.url, `Go on about ${word}.`, MODEL);
  const [{ headers }] = await until(async () => {
    const seen = await verifySim.requests(word);
    return seen.length > 0 && seen;
  }, 'the agent asks', 30_000);
  agent.interrupt();
  const [seen] = await verifySim.ended(word);
  assert.equal(seen.client_left, true);
  await agent.ended;
  const [row] = await exchanges_of(headers['x-claude-code-session-id']);
  assert.equal(row.client_left, true);
});
