// Tool use: calls and results through the gateway and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check_stream } from './support/grammar.mjs';
import { check_verdict } from './support/ledger.mjs';
import { READ_TOOL } from './support/paths.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { tape } from './support/tape.mjs';
import { cascaded, client, scripted, target, token } from './support/target.mjs';

const TIME_TOOL = { name: 'time', description: 'Tells the time', input_schema: { type: 'object', properties: {} } };
const params = (word) => ({
  model: target.model, max_tokens: 500, tools: [READ_TOOL, TIME_TOOL],
  messages: [{ role: 'user', content: `Read ${word} and the clock.` }],
});
const calls_of = (message) => message.content.filter((block) => block.type === 'tool_use');
const results_for = (message, content) =>
  ({ role: 'user', content: calls_of(message).map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content })) });

/** One round: two parallel calls, their results, the final text. `ask(params)` gives the message. */
async function round_trip(ask) {
  const word = token();
  const input = { path: `${word}/"quoted" é.txt`, deep: { list: [1, 2.5, null, true], text: '\\n' } };
  await verifySim.script(word,
    { text: 'I look at both.', tool_calls: [{ name: 'read_file', input }, { name: 'time', input: {} }] },
    { text: `Both say ${word}.` });
  const first = params(word);
  const called = await ask(first);
  assert.equal(called.stop_reason, 'tool_use');
  assert.deepEqual(calls_of(called).map(({ name, input: given }) => [name, given]), [['read_file', input], ['time', {}]]);
  for (const { id } of calls_of(called)) assert.match(id, /^toolu_[A-Za-z0-9]+$/);
  const history = [...first.messages, { role: 'assistant', content: called.content }, results_for(called, 'as expected')];
  const answered = await ask({ ...first, messages: history });
  assert.equal(answered.content[0].text, `Both say ${word}.`);
  assert.equal(answered.stop_reason, 'end_turn');
  return word;
}

test('tool use: a round trip, streamed', scripted, async () => {
  const recorded = tape();
  const sdk = client({ fetch: recorded.fetch });
  const word = await round_trip(async (ask) => {
    const inputs = [];
    const stream = sdk.messages.stream(ask).on('inputJson', (piece) => inputs.push(piece));
    const message = await stream.finalMessage();
    assert.deepEqual(message.content, check_stream(await recorded.calls.at(-1).text(), { model: target.model }).content);
    if (message.stop_reason === 'tool_use') assert.ok(inputs.length > 2, 'inputs arrive in pieces');
    return message;
  });
  const sent = (await verifySim.ended(word, 2)).map((request) => request.body);
  assert.deepEqual(sent, recorded.calls.map((call) => call.body), 'the upstream got the client\'s bytes');
});

test('tool use: a round trip, not streamed', scripted, async () => {
  const word = await round_trip((ask) => client().messages.create(ask));
  assert.equal((await verifySim.ended(word, 2)).length, 2);
});

test('tool use: tools go to the verify model', cascaded, async () => {
  const word = token();
  await verifySim.script(word, { tool_calls: [{ name: 'time', input: {} }] });
  const { response } = await client().messages.create(params(word)).withResponse();
  const row = await check_verdict(response, 'DIRECT', 'tools');
  assert.equal(row.cost_usd, row.baseline_usd);
});

test('tool use: a failed result goes on', scripted, async () => {
  const word = token();
  await verifySim.script(word, { tool_calls: [{ name: 'time', input: {} }] }, { text: `No clock for ${word}.` });
  const called = await client().messages.create(params(word));
  const failed = results_for(called, [{ type: 'text', text: 'the clock is broken' }]);
  failed.content[0].is_error = true;
  const answered = await client().messages.create({ ...params(word),
    messages: [...params(word).messages, { role: 'assistant', content: called.content }, failed] });
  assert.equal(answered.content[0].text, `No clock for ${word}.`);
});

test('tool use: the SDK\'s own tool runner completes its loop', scripted, async () => {
  const word = token();
  await verifySim.script(word, { tool_calls: [{ name: 'read_file', input: { path: word } }] },
    { tool_calls: [{ name: 'read_file', input: { path: `${word}.bak` } }] }, { text: `Read ${word} twice.` });
  const read = [];
  const runner = client().beta.messages.toolRunner({
    ...params(word), stream: false, thread: false,
    tools: [{ ...READ_TOOL, run: ({ path }) => { read.push(path); return `contents of ${path}`; }, parse: (input) => input }],
  });
  const final = await runner;
  assert.equal(final.content[0].text, `Read ${word} twice.`);
  assert.deepEqual(read, [word, `${word}.bak`]);
});

test('tool use: a message thread stays with the provider that keeps it', cascaded, async () => {
  const word = token();
  await verifySim.script(word, { text: `First of ${word}.` }, { text: `Second of ${word}.` });
  const thread = client().beta.messages.thread({ model: target.model, max_tokens: 99 });
  const first = await thread.send({ role: 'user', content: `Tell of ${word}.` });
  assert.equal(first.content[0].text, `First of ${word}.`);
  const second = await thread.send({ role: 'user', content: `More of ${word}.` });
  assert.equal(second.content[0].text, `Second of ${word}.`);
  const bodies = (await verifySim.ended(word, 2)).map((request) => JSON.parse(request.body));
  assert.deepEqual(bodies.map((body) => body.thread), [{ type: 'create' }, { type: 'continue', previous_message_id: first.id }]);
  assert.equal((await draftSim.requests(word)).length, 0, 'a draft would not know the history');
});

test('tool use: an invalid history is refused in the provider\'s words', scripted, async () => {
  const word = token();
  const ask = params(word);
  ask.messages.push({ role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'time', input: {} }] },
    { role: 'user', content: 'no result' });
  await assert.rejects(client().messages.create(ask), (error) => {
    assert.equal(error.status, 400);
    assert.equal(error.type, 'invalid_request_error');
    assert.match(error.message, /`tool_use` ids were found without `tool_result` blocks/);
    return true;
  });
});

test('tool use: a draft may not call a tool that nobody offered', cascaded, async () => {
  const word = token();
  await draftSim.script(word, { tool_calls: [{ name: 'format_disk', input: {} }] });
  await verifySim.script(word, { text: `No tool is needed for ${word}.` });
  const { data, response } = await client().messages.create(
    { model: target.model, max_tokens: 99, messages: [{ role: 'user', content: `What of ${word}?` }] }).withResponse();
  assert.equal(data.content[0].text, `No tool is needed for ${word}.`);
  await check_verdict(response, 'FALLBACK', 'simple,draft_refused:unexpected_tool_call');
});

test('tool use: a drafted call of an offered tool is not delivered unproven', cascaded, async () => {
  const word = token();
  await draftSim.script(word, { tool_calls: [{ name: 'time', input: {} }] });
  await verifySim.script(word, { tool_calls: [{ name: 'read_file', input: { path: word } }] });
  const stream = client().messages.stream(params(word), { headers: { 'x-rlm-plan': 'draft_only' } });
  const final = await stream.finalMessage();
  assert.deepEqual(calls_of(final).map(({ input }) => input), [{ path: word }]);
  await check_verdict(stream.response, 'FALLBACK', 'forced,draft_refused:unproven_tool_call');
});
