// Claude Code in its cloud modes: it speaks as to the cloud, which the proxy reaches with credentials of its own.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { check_success, EDITS, failures_of, run_agent, tools_of, with_agent, workspace } from './support/claude_code.mjs';
import { exchanges_of } from './support/ledger.mjs';
import { DRAFTER, place_named } from './support/places.mjs';
import { record } from './support/recorder.mjs';
import { simulated_at } from './support/simulated.mjs';
import { at_places, target, token } from './support/target.mjs';

// A judged draft is not among these tests: what Claude Code asks ends with a system message, behind which no verdict is asked for.

const SSE = 'text/event-stream; charset=utf-8';
const MESSAGES = { path: '/v1/messages?beta=true', kind: SSE };
const INVOKE = { path: '/model/us.anthropic.claude-opus-4-8/invoke-with-response-stream', kind: 'application/vnd.amazon.eventstream' };
const RAW_PREDICT = { path: '/projects/p1/locations/us-east5/publishers/anthropic/models/claude-opus-4-8:streamRawPredict', kind: SSE };

/** What each mode asks for, what it must be answered with, and where the proxy sends it (places.mjs). */
const MODES = [
  { mode: 'bedrock', ...INVOKE, place: 'bedrock-signed' },
  { mode: 'bedrock (key)', ...INVOKE, place: 'bedrock-signed' },
  { mode: 'bedrock (mantle)', ...MESSAGES, place: 'bedrock-mantle' },
  { mode: 'platform on aws', ...MESSAGES, place: 'vertex' },
  { mode: 'vertex', ...RAW_PREDICT, place: 'vertex' },
  { mode: 'foundry', ...MESSAGES, place: 'vertex' },
];

const options = { ...with_agent, skip: with_agent.skip || at_places.skip };

/** A test in a fresh workspace, behind a recorder. `asked`: the requests for answers, without its looks for models. */
function agent_test({ mode, path }, area, name, body) {
  test(`claude code over ${mode}, ${area}: ${name}`, options, async () => {
    const word = token();
    const space = await workspace(word);
    const recorder = await record(target.places);
    try {
      await body({
        word, space,
        run: (prompt, args) => run_agent(space, recorder.url, prompt, ['--model', 'claude-opus-4-8', ...args], mode),
        asked: () => recorder.exchanges.filter((exchange) => exchange.path === path && exchange.body.includes(word)),
      });
    } finally {
      recorder.close();
      await space.remove();
    }
  });
}

const told = ({ status, answer }) => [status, answer['x-rlm-verdict'], answer['x-rlm-reason'], answer['x-rlm-model'], answer['content-type']];

function session(way) {
  agent_test(way, 'sessions', 'a turn reads, edits and runs', async ({ word, space, run, asked }) => {
    const file = join(space.project, 'greet.py');
    await writeFile(file, 'print("hello")\n');
    const done = await run(`In file ${file} please rename the greeting.`, EDITS);
    check_success(done);
    assert.deepEqual(tools_of(done.events), ['Read', 'Edit', 'Bash']);
    assert.deepEqual(failures_of(done.events), []);
    assert.equal(await readFile(file, 'utf8'), 'print("good morning")\n');
    assert.equal(done.result.result, 'Renamed. The file now says print("good morning")');
    assert.deepEqual(asked().map(told), Array(4).fill([200, 'DIRECT', 'tools', way.place, way.kind]));
    const seen = await simulated_at(place_named(way.place)).ended(word, 4);
    assert.ok(seen.every(({ headers }) => !JSON.stringify(headers).includes(target.key)), 'the client\'s key stays with the proxy');
    const rows = await exchanges_of(done.result.session_id, 4, target.places);
    assert.ok(rows.slice(-3).every((row) => row.tokens.cache_read > 0), 'the prompt cache is read from the second request on');
  });
}

function cascade(way) {
  agent_test(way, 'text', 'a run without tools is answered by the draft model', async ({ word, run, asked }) => {
    await simulated_at(place_named(DRAFTER)).script(word, { text: `The capital of ${word} is Quito.` });
    const done = await run(`Name the capital of ${word}.`, ['--tools', '']);
    check_success(done);
    assert.equal(done.result.result, `The capital of ${word} is Quito.`);
    assert.deepEqual(asked().map(told), [[200, 'SKIPPED', 'simple', DRAFTER, way.kind]]);
    assert.equal((await simulated_at(place_named(way.place)).requests(word)).length, 0);
  });
}

/** What a cloud's own frames and envelopes must carry. */
function errors(way) {
  const sim = at_places.skip ? undefined : simulated_at(place_named(way.place));
  agent_test(way, 'errors', 'an overloaded provider is asked again', async ({ word, run, asked }) => {
    await sim.script(word, { status: 529 }, { text: `Finally ${word}.` });
    const { result } = await run(`Wait for ${word}.`, []);
    assert.equal(result.result, `Finally ${word}.`);
    assert.equal(asked().at(-1).status, 200);
  });

  agent_test(way, 'errors', 'a refused request is told in the provider\'s words', async ({ word, run }) => {
    const message = `messages.0: ${word} is not allowed here.`;
    await sim.script(word, ...Array(8).fill({ status: 400,
      body: JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }) }));
    const { code, result } = await run(`Tell of ${word}.`, []);
    assert.notEqual(code, 0);
    assert.ok(result.is_error && result.result.includes(message), result.result);
  });

  agent_test(way, 'errors', 'a stream that breaks off is not taken for an answer', async ({ word, run }) => {
    await sim.script(word, { text: `${word} is `.repeat(50), fault: 'cut@1100' }, { text: `All of ${word}.` });
    const { result } = await run(`Tell of ${word}.`, []);
    assert.equal(result.result, `All of ${word}.`);
  });
}

for (const way of MODES) {
  session(way);
  cascade(way);
  if (['bedrock', 'vertex'].includes(way.mode)) errors(way);  // the others read what the tests of Messages read
}
