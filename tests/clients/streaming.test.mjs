// Answers of every path through the cascade, streamed and whole, as the SDK and a strict reader see them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check_message, check_stream, frames_of } from './support/grammar.mjs';
import { check_verdict } from './support/ledger.mjs';
import { PATHS } from './support/paths.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { tape } from './support/tape.mjs';
import { anywhere, cascaded, client, keyed, post, scripted, target, token } from './support/target.mjs';

const text_of = (message) => message.content.map((block) => block.text ?? '').join('');

async function check_calls(way) {
  assert.equal((await verifySim.requests(way.word)).length, way.verify, 'calls of the verify model');
  assert.equal((await draftSim.requests(way.word)).length, way.draft, 'calls of the draft model');
}

function check_row(row, way, message) {
  assert.equal(row.asked_model, target.model);
  assert.equal(row.call_count, way.verify + way.draft);
  assert.equal(row.tokens.output, message.usage.output_tokens);
  assert.ok(row.cost_usd > 0, 'it cost something');
}

for (const [verdict, prepare] of Object.entries(PATHS)) {
  test(`streaming: ${verdict}`, cascaded, async () => {
    const way = await prepare();
    const recorded = tape();
    const { data, response, request_id } = await client({ fetch: recorded.fetch })
      .messages.create({ ...way.params, stream: true }).withResponse();
    let streamed = '';
    let last;
    for await (const event of data) {
      if (event.type === 'content_block_delta') streamed += event.delta.text;
      last = event.type;
    }
    assert.equal(streamed, way.text);
    assert.equal(last, 'message_stop');
    assert.ok(request_id);
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    const message = check_stream(await recorded.calls[0].text(), { model: target.model, thinking: false });
    assert.equal(text_of(message), way.text);
    assert.equal(message.stop_reason, 'end_turn');
    check_row(await check_verdict(response, verdict, way.reason), way, message);
    await check_calls(way);
  });

  test(`streaming: ${verdict} through the accumulating helper`, cascaded, async () => {
    const way = await prepare();
    const recorded = tape();
    const stream = client({ fetch: recorded.fetch }).messages.stream(way.params);
    let streamed = '';
    stream.on('text', (piece) => { streamed += piece; });
    const final = await stream.finalMessage();
    assert.equal(streamed, way.text);
    assert.equal(await stream.finalText(), way.text);
    const message = check_stream(await recorded.calls[0].text(), { model: target.model });
    assert.equal(final.id, message.id);
    assert.equal(final.usage.output_tokens, message.usage.output_tokens);
    assert.ok(final.usage.output_tokens > 1);
    const read = final.usage.input_tokens + final.usage.cache_read_input_tokens + final.usage.cache_creation_input_tokens;
    assert.ok(read > 0, 'the prompt counts');
    assert.equal(stream.response.headers.get('x-rlm-verdict'), verdict);
  });

  test(`not streamed: ${verdict}`, cascaded, async () => {
    const way = await prepare();
    const { data, response, request_id } = await client().messages.create(way.params).withResponse();
    check_message(data, { model: target.model, thinking: false });
    assert.equal(text_of(data), way.text);
    assert.equal(data.stop_reason, 'end_turn');
    assert.ok(request_id);
    assert.match(response.headers.get('content-type'), /^application\/json/);
    check_row(await check_verdict(response, verdict, way.reason), way, data);
    await check_calls(way);
  });
}

test('streaming: any answer follows the grammar', anywhere, async () => {
  const recorded = tape();
  const stream = client({ fetch: recorded.fetch }).messages.stream({
    model: target.model, max_tokens: 64, messages: [{ role: 'user', content: 'Say good morning in three languages.' }],
  });
  const final = await stream.finalMessage();
  const message = check_stream(await recorded.calls[0].text(), { model: target.model });
  assert.equal(text_of(final), text_of(message));
});

test('not streamed: any answer is a message', anywhere, async () => {
  const message = await client().messages.create({
    model: target.model, max_tokens: 64, messages: [{ role: 'user', content: 'Say good evening in three languages.' }],
  });
  check_message(message, { model: target.model });
  assert.ok(text_of(message).length > 0);
});

test('streaming: a direct stream is relayed byte for byte, whatever it holds', cascaded, async () => {
  const word = token();
  const start = { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'x', content: [],
    stop_reason: null, stop_sequence: null, usage: { input_tokens: 3, output_tokens: 1 }, tomorrow: [1.0, 'new'] } };
  const raw = `: a comment\n\nevent: message_start\r\ndata:${JSON.stringify(start)}\r\n\r\n` +
    'event: tomorrow\ndata: {"type":"tomorrow","n":1.50}\n\nevent: message_delta\n' +
    'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":  7}}\n\n' +
    'event: message_stop\ndata: {"type":"message_stop"}\n\n';
  await verifySim.script(word, { raw_sse: raw });
  const response = await post('/v1/messages', { model: target.model, max_tokens: 9, stream: true, tools: [],
    messages: [{ role: 'user', content: word }] }, { 'x-rlm-plan': 'direct' });
  assert.equal(await response.text(), raw);
  const row = await check_verdict(response, 'DIRECT', 'forced');
  assert.equal(row.tokens.output, 7);
});

test('not streamed: a direct answer is relayed byte for byte', cascaded, async () => {
  const word = token();
  const raw = `{ "id":"msg_2" ,"type":"message","role":"assistant","model":"${target.model}","content":[{"type":"text","text":"\\u00e9"}],` +
    '"tomorrow":1.50,"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":7}}\n';
  await verifySim.script(word, { raw_json: raw });
  const response = await post('/v1/messages', { model: target.model, max_tokens: 9, messages: [{ role: 'user', content: word }] },
    { 'x-rlm-plan': 'direct' });
  assert.equal(await response.text(), raw);
  await check_verdict(response, 'DIRECT', 'forced');
});

test('streaming: x-rlm-plan chooses the plan', cascaded, async () => {
  const word = token();
  await verifySim.script(word, { text: `directly ${word}` });
  const ask = (plan) => client().messages.create({ model: target.model, max_tokens: 99, messages: [{ role: 'user', content: word }] },
    { headers: { 'x-rlm-plan': plan } }).withResponse();
  const direct = await ask('direct');
  await check_verdict(direct.response, 'DIRECT', 'forced');
  await draftSim.script(word, { text: `a draft of ${word}` });
  await verifySim.script(word, { text: 'USE_DRAFT' });
  const verified = await ask('draft_verify');
  assert.equal(text_of(verified.data), `a draft of ${word}`);
  await check_verdict(verified.response, 'ACCEPTED', 'forced');
  await assert.rejects(ask('nonsense'), { status: 400 });
});

test('streaming: a draft cut off by the client\'s own limit is delivered as such', cascaded, async () => {
  const word = token();
  await draftSim.script(word, { text: `${word} is a word that stands at the beginning of a sentence of some length.` });
  const { data, response } = await client().messages.create(
    { model: target.model, max_tokens: 12, messages: [{ role: 'user', content: `Tell me of ${word}.` }] }).withResponse();
  assert.equal(data.stop_reason, 'max_tokens');
  assert.equal(data.usage.output_tokens, 12);
  await check_verdict(response, 'SKIPPED', 'simple');
});

test('streaming: a stop sequence ends a drafted answer', cascaded, async () => {
  const word = token();
  await draftSim.script(word, { text: `First ${word}. STOP And nothing of this.` });
  const stream = client().messages.stream({ model: target.model, max_tokens: 99, stop_sequences: ['STOP'],
    messages: [{ role: 'user', content: `Count ${word}.` }] });
  const final = await stream.finalMessage();
  assert.equal(final.stop_reason, 'stop_sequence');
  assert.equal(final.stop_sequence, 'STOP');
  assert.equal(text_of(final), `First ${word}. `);
});

test('streaming: pings keep a client waiting for a slow draft', keyed, async () => {
  const word = token();
  await draftSim.script(word, { text: `Slowly comes ${word}.`, latency_ms: 400 });
  const recorded = tape();
  const stream = client({ baseURL: target.keyed, apiKey: target.keyedKey, fetch: recorded.fetch }).messages.stream(
    { model: target.model, max_tokens: 99, messages: [{ role: 'user', content: `When comes ${word}?` }] });
  assert.equal(await stream.finalText(), `Slowly comes ${word}.`);
  const text = await recorded.calls[0].text();
  check_stream(text, { model: target.model });
  const frames = frames_of(text);
  const start = frames.findIndex((frame) => frame.event === 'message_start');
  assert.ok(frames.slice(0, start).some((frame) => frame.event === 'ping'), 'pings before message_start');
  assert.ok(frames.slice(0, start).some((frame) => frame.comment?.includes('x-rlm-verdict=SKIPPED')),
    'the verdict stands in a comment, the head was already gone');
});

test('streaming: text of any alphabet arrives whole', scripted, async () => {
  const word = token();
  const text = `${word} “quoted” \\ \n\t\u0001 naïve 你好 🙂👩‍👩‍👧 </tag> ` +
    Array.from({ length: 400 }, (_, n) => `größer-${(n * 7919).toString(36)}`).join(' ');
  const ask = { model: target.model, max_tokens: 9000, messages: [{ role: 'user', content: `Give ${word}.` }] };
  for (const sim of draftSim ? [draftSim] : [verifySim]) await sim.script(word, { text }, { text });
  assert.equal(await client().messages.stream(ask).finalText(), text);
  assert.equal(text_of(await client().messages.create(ask)), text);
});
