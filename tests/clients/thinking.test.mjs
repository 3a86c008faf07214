// Thinking: signatures pass untouched on direct, and no draft's thinking is ever delivered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check_stream } from './support/grammar.mjs';
import { check_verdict } from './support/ledger.mjs';
import { READ_TOOL } from './support/paths.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { tape } from './support/tape.mjs';
import { cascaded, client, post, scripted, target, token } from './support/target.mjs';

const params = (word) => ({
  model: target.model, max_tokens: 4000, thinking: { type: 'adaptive', display: 'summarized' }, tools: [READ_TOOL],
  messages: [{ role: 'user', content: `Think of ${word}.` }],
});
const thinking_of = (message) => message.content.find((block) => block.type === 'thinking');

async function ask_directly(body) {
  const response = await post('/v1/messages', body, {}, { url: target.verifySim });
  assert.equal(response.status, 200);
  return response.json();
}

for (const streamed of [true, false]) {
  const how = streamed ? 'streamed' : 'not streamed';
  const ask = (sdk, body) => (streamed ? sdk.messages.stream(body).finalMessage() : sdk.messages.create(body));

  test(`thinking: text and signature are the provider's own, ${how}`, scripted, async () => {
    const word = token();
    const reply = { thinking: `The word ${word} is made up.`, text: `${word} means nothing.` };
    await verifySim.script(word, reply, reply);
    const recorded = tape();
    const message = await ask(client({ fetch: recorded.fetch }), params(word));
    const original = await ask_directly(params(word));
    assert.equal(thinking_of(message).thinking, reply.thinking);
    assert.ok(thinking_of(message).signature.length > 20);
    assert.equal(thinking_of(message).signature, thinking_of(original).signature);
    if (streamed) check_stream(await recorded.calls[0].text(), { model: target.model });
  });

  test(`thinking: a tool loop returns the signed block, ${how}`, scripted, async () => {
    const word = token();
    await verifySim.script(word, { thinking: `I need ${word}.`, tool_calls: [{ name: 'read_file', input: { path: word } }] },
      { text: `Read ${word}.` });
    const first = params(word);
    const called = await ask(client(), first);
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: called.content[1].id, content: 'ok' }] };
    const answered = await ask(client(),
      { ...first, messages: [...first.messages, { role: 'assistant', content: called.content }, result] });
    assert.equal(answered.content[0].text, `Read ${word}.`);
    const [, second] = await verifySim.ended(word, 2);
    assert.deepEqual(JSON.parse(second.body).messages[1].content[0], thinking_of(called));
  });

  test(`thinking: a foreign signature is refused in the provider's words, ${how}`, scripted, async () => {
    const word = token();
    const body = params(word);
    body.messages.push({ role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'bm90IG91cnM=' },
      { type: 'text', text: 'Hm.' }] }, { role: 'user', content: `Go on with ${word}.` });
    await assert.rejects(ask(client(), body), (error) => {
      assert.equal(error.status, 400);
      assert.match(error.message, /Invalid `signature` in `thinking` block/);
      return true;
    });
  });

  test(`thinking: a draft's thinking is not delivered, ${how}`, cascaded, async () => {
    const word = token();
    await draftSim.script(word, { thinking: `A cheap thought on ${word}.`, text: `${word} is simple.` });
    const { tools, ...plain } = params(word);
    const recorded = tape();
    const message = await ask(client({ fetch: recorded.fetch }), plain);
    assert.deepEqual(message.content.map((block) => block.type), ['text']);
    assert.equal(recorded.calls[0].headers.get('x-rlm-verdict'), 'SKIPPED');
    assert.doesNotMatch(await recorded.calls[0].text(), /cheap thought|signature/);
    const [drafted] = await draftSim.ended(word);
    assert.deepEqual(JSON.parse(drafted.body).thinking, { type: 'disabled' });
  });

  test(`thinking: a verdict call's thinking is not delivered, ${how}`, cascaded, async () => {
    const word = token();
    await draftSim.script(word, { text: `Nothing to debug in ${word}, it seems to be fine.` });
    await verifySim.script(word, { thinking: `The draft on ${word} is wrong.`, text: `${word} overflows at 2^31.` });
    const { tools, ...plain } = params(word);
    plain.messages = [{ role: 'user', content: `Please debug ${word}.` }];
    const recorded = tape();
    const message = await ask(client({ fetch: recorded.fetch }), plain);
    assert.deepEqual(message.content.map((block) => block.text), [`${word} overflows at 2^31.`]);
    await check_verdict(recorded.calls[0], 'ENHANCED', 'keyword:debug');
    assert.doesNotMatch(await recorded.calls[0].text(), /draft on|signature/);
  });
}

test('thinking: after a drafted answer the next turn still reaches the provider', cascaded, async () => {
  const word = token();
  await draftSim.script(word, { thinking: 'unsigned', text: `First of ${word}.` });
  await verifySim.script(word, { thinking: 'signed', text: `Second of ${word}.` });
  const { tools, ...plain } = params(word);
  const first = await client().messages.create(plain);
  const second = await client().messages.create({ ...params(word),
    messages: [...plain.messages, { role: 'assistant', content: first.content }, { role: 'user', content: `More of ${word}.` }] });
  assert.equal(second.content[1].text, `Second of ${word}.`);
});
