// A client that leaves takes every upstream call with it, at whatever stage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APIConnectionTimeoutError, APIUserAbortError } from '@anthropic-ai/sdk';
import { exchange, exchanges_of } from './support/ledger.mjs';
import { READ_TOOL } from './support/paths.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { cascaded, client, scripted, target, token, until } from './support/target.mjs';

const LONG = { tokens_per_second: 40 };  // 20 s for the texts below
const long_text = (word) => `${word} and again. `.repeat(160);
const direct = (word) => ({
  model: target.model, max_tokens: 4000, tools: [READ_TOOL], messages: [{ role: 'user', content: `What is ${word}?` }],
});
const drafted = (word, verb) => ({ model: target.model, max_tokens: 4000, messages: [{ role: 'user', content: `${verb} ${word}.` }] });
const session = (word) => ({ headers: { 'x-claude-code-session-id': word } });

const asked_of = (sim, word) => until(async () => (await sim.requests(word)).length > 0, `a request with ${word}`);

async function left(sim, word) {
  const [seen] = await sim.ended(word);
  assert.equal(seen.client_left, true, 'the upstream saw the disconnect');
}

test('abort: in the middle of a direct stream', scripted, async () => {
  const word = token();
  await verifySim.script(word, { text: long_text(word), ...LONG });
  const stream = client().messages.stream(direct(word));
  stream.once('text', () => stream.abort());
  await assert.rejects(stream.finalMessage(), APIUserAbortError);
  await left(verifySim, word);
  if (cascaded.skip) return;
  const row = await exchange(stream.response.headers.get('x-rlm-exchange'));
  assert.equal(row.client_left, true);
  assert.equal(row.calls[0].end, 'cancelled');
  assert.ok(row.calls[0].cost_usd > 0, 'what was used is paid for');
});

test('abort: breaking out of the event loop', scripted, async () => {
  const word = token();
  await verifySim.script(word, { text: long_text(word), ...LONG });
  for await (const event of await client().messages.create({ ...direct(word), stream: true }))
    if (event.type === 'content_block_delta') break;
  await left(verifySim, word);
});

test('abort: a request that is not streamed', scripted, async () => {
  const word = token();
  await verifySim.script(word, { text: long_text(word), ...LONG });
  const controller = new AbortController();
  const asked = client().messages.create(direct(word), { signal: controller.signal, ...session(word) });
  const settled = assert.rejects(asked, APIUserAbortError);
  await asked_of(verifySim, word);
  controller.abort();
  await settled;
  await left(verifySim, word);
  if (!cascaded.skip) assert.equal((await exchanges_of(word))[0].client_left, true);
});

test('abort: the SDK\'s own timeout', scripted, async () => {
  const word = token();
  await verifySim.script(word, { text: long_text(word), ...LONG });
  await assert.rejects(client({ timeout: 400 }).messages.create(direct(word)), APIConnectionTimeoutError);
  await left(verifySim, word);
});

for (const streamed of [true, false]) {
  const how = streamed ? 'streamed' : 'not streamed';

  test(`abort: while the draft is written, ${how}`, cascaded, async () => {
    const word = token();
    await draftSim.script(word, { text: long_text(word), ...LONG });
    const controller = new AbortController();
    const asked = client().messages.create({ ...drafted(word, 'Tell of'), stream: streamed },
      { signal: controller.signal, ...session(word) });
    const settled = assert.rejects(Promise.resolve(asked), APIUserAbortError);
    await asked_of(draftSim, word);
    controller.abort();
    await settled;
    await left(draftSim, word);
    const [row] = await exchanges_of(word);
    assert.equal(row.client_left, true);
    assert.equal((await verifySim.requests(word)).length, 0, 'nobody else was asked');
  });

  test(`abort: while the verdict is awaited, ${how}`, cascaded, async () => {
    const word = token();
    await draftSim.script(word, { text: `Nothing to debug in ${word}, it is fine.` });
    await verifySim.script(word, { text: 'USE_DRAFT', latency_ms: 15_000 });
    const controller = new AbortController();
    const asked = client().messages.create({ ...drafted(word, 'Please debug'), stream: streamed },
      { signal: controller.signal, ...session(word) });
    const settled = assert.rejects(Promise.resolve(asked), APIUserAbortError);
    await asked_of(verifySim, word);
    controller.abort();
    await settled;
    await left(verifySim, word);
    const [row] = await exchanges_of(word);
    const { calls } = await exchange(row.id);
    assert.deepEqual(calls.map(({ role, end }) => [role, end]), [['draft', 'complete'], ['verify', 'cancelled']]);
  });
}

test('abort: in the middle of a rewrite', cascaded, async () => {
  const word = token();
  await draftSim.script(word, { text: `Nothing to debug in ${word}, it is fine.` });
  await verifySim.script(word, { text: long_text(word), ...LONG });
  const stream = client().messages.stream(drafted(word, 'Please debug'));
  stream.once('text', () => stream.abort());
  await assert.rejects(stream.finalMessage(), APIUserAbortError);
  await left(verifySim, word);
  const row = await exchange(stream.response.headers.get('x-rlm-exchange'));
  assert.equal(row.verdict, 'ENHANCED');
  assert.equal(row.client_left, true);
});
