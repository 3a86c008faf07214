// Images, documents, token counts and model lists.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotFoundError } from '@anthropic-ai/sdk';
import { check_verdict } from './support/ledger.mjs';
import { READ_TOOL } from './support/paths.mjs';
import { png } from './support/png.mjs';
import { verifySim } from './support/simulated.mjs';
import { tape } from './support/tape.mjs';
import { anywhere, cascaded, client, post, scripted, target, token } from './support/target.mjs';

const image = (side) => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png(side) } });
const params = (word, block) => ({
  model: target.model, max_tokens: 300,
  messages: [{ role: 'user', content: [block, { type: 'text', text: `What does ${word} show?` }] }],
});

async function check_shown(word, block, reason, streamed) {
  await verifySim.script(word, { text: `It shows ${word}.` });
  const recorded = tape();
  const sdk = client({ fetch: recorded.fetch });
  const ask = params(word, block);
  const message = await (streamed ? sdk.messages.stream(ask).finalMessage() : sdk.messages.create(ask));
  assert.equal(message.content[0].text, `It shows ${word}.`);
  const [seen] = await verifySim.ended(word);
  assert.equal(seen.body, recorded.calls[0].body, 'the upstream got the client\'s bytes');
  if (!cascaded.skip) await check_verdict(recorded.calls[0], 'DIRECT', reason);
}

test('images: a picture goes to the verify model, streamed', scripted, () => check_shown(token(), image(64), 'images', true));
test('images: a picture goes to the verify model, not streamed', scripted, () => check_shown(token(), image(64), 'images', false));
test('images: a picture by URL', scripted, () =>
  check_shown(token(), { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }, 'images', true));
test('images: a PDF goes to the verify model', scripted, () => check_shown(token(), { type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: Buffer.from('%PDF-1.4\n%%EOF').toString('base64') } }, 'documents', false));

test('images: a picture in a tool result', scripted, async () => {
  const word = token();
  await verifySim.script(word, { tool_calls: [{ name: 'read_file', input: { path: word } }] }, { text: `A picture of ${word}.` });
  const ask = { ...params(word, { type: 'text', text: 'Look.' }), tools: [READ_TOOL] };
  const called = await client().messages.create(ask);
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: called.content[0].id, content: [image(16)] }] };
  const answered = await client().messages.create(
    { ...ask, messages: [...ask.messages, { role: 'assistant', content: called.content }, result] });
  assert.equal(answered.content[0].text, `A picture of ${word}.`);
});

test('structured output: the verify model keeps the schema', cascaded, async () => {
  const word = token();
  await verifySim.script(word, { text: JSON.stringify({ name: word, size: 3 }) });
  const schema = { type: 'object', properties: { name: { type: 'string' }, size: { type: 'integer' } }, required: ['name', 'size'] };
  const recorded = tape();
  const message = await client({ fetch: recorded.fetch }).messages.parse({ model: target.model, max_tokens: 99,
    output_config: { format: { type: 'json_schema', schema } },
    messages: [{ role: 'user', content: `Describe ${word}.` }] });
  assert.deepEqual(JSON.parse(message.content[0].text), { name: word, size: 3 });
  await check_verdict(recorded.calls[0], 'DIRECT', 'structured_output');
});

test('count_tokens: any prompt has tokens', anywhere, async () => {
  const counted = await client().messages.countTokens({ model: target.model, messages: [{ role: 'user', content: 'How many?' }] });
  assert.ok(Number.isInteger(counted.input_tokens) && counted.input_tokens > 0);
});

test('count_tokens: the provider\'s own count, with system, tools and pictures', scripted, async () => {
  const word = token();
  const { max_tokens, ...ask } = params(word, image(32));
  Object.assign(ask, { system: 'Be brief.', tools: [READ_TOOL] });
  const counted = await client().messages.countTokens(ask);
  const original = await post('/v1/messages/count_tokens', ask, {}, { url: target.verifySim });
  assert.deepEqual({ ...counted }, await original.json());
  const beta = await client().beta.messages.countTokens({ ...ask, betas: ['token-efficient-tools-2025-02-19'] });
  assert.equal(beta.input_tokens, counted.input_tokens);
  const seen = await verifySim.ended(word, 3);
  assert.deepEqual(seen.map((request) => request.target), Array(3).fill('/v1/messages/count_tokens'));
  assert.match(seen[2].headers['anthropic-beta'], /token-efficient-tools-2025-02-19/);
});

test('models: the list holds the model in use', anywhere, async () => {
  const ids = [];
  for await (const model of client().models.list({ limit: 20 })) ids.push(model.id);
  assert.ok(ids.includes(target.model), ids.join());
});

test('models: one model by its id', anywhere, async () => {
  const model = await client().models.retrieve(target.model);
  assert.equal(model.id, target.model);
  assert.equal(model.type, 'model');
  assert.ok(model.display_name);
});

test('models: an unknown id is not found', anywhere, async () => {
  await assert.rejects(client().models.retrieve('claude-never-made'), NotFoundError);
});
