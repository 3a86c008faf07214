// Credentials, paths, headers, sizes and many streams at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthenticationError } from '@anthropic-ai/sdk';
import { PATHS, READ_TOOL } from './support/paths.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { anywhere, cascaded, client, keyed, post, scripted, target, token } from './support/target.mjs';

const direct = (word) => ({
  model: target.model, max_tokens: 200, tools: [READ_TOOL], messages: [{ role: 'user', content: `What is ${word}?` }],
});

/** SDK 1.12 sends its key as a bearer token, older ones and Claude Code as x-api-key. */
const CREDENTIALS = (key) => [
  { apiKey: key, authToken: null },
  { apiKey: null, authToken: key },
  { apiKey: null, authToken: null, defaultHeaders: { 'X-Api-Key': key } },
];

test('transport: both credential headers pass as they are', scripted, async () => {
  const sent = [];
  for (const credential of CREDENTIALS('sk-ant-one')) {
    const word = token();
    await verifySim.script(word, { text: word });
    await client(credential).messages.create(direct(word));
    const [{ headers }] = await verifySim.ended(word);
    sent.push([headers.authorization, headers['x-api-key']]);
  }
  const bearer = ['Bearer sk-ant-one', undefined];
  assert.deepEqual(sent, [bearer, bearer, [undefined, 'sk-ant-one']]);
});

test('transport: the gateway\'s own keys open it by either header and stay inside', keyed, async () => {
  for (const credential of CREDENTIALS(target.keyedKey)) {
    const word = token();
    await verifySim.script(word, { text: word });
    const sdk = client({ baseURL: target.keyed, ...credential });
    assert.equal((await sdk.messages.create(direct(word))).content[0].text, word);
    const [{ headers }] = await verifySim.ended(word);
    assert.equal(headers['x-api-key'], target.keyedUpstreamKey);
    assert.equal(headers.authorization, undefined);
    assert.ok(!JSON.stringify(headers).includes(target.keyedKey), 'our key went upstream');
  }
});

test('transport: a wrong key opens nothing', keyed, async () => {
  for (const credential of CREDENTIALS('sk-wrong')) {
    const sdk = client({ baseURL: target.keyed, ...credential });
    await assert.rejects(sdk.messages.create(direct(token())), AuthenticationError);
    await assert.rejects(sdk.models.list(), AuthenticationError);
    await assert.rejects(sdk.messages.countTokens({ model: target.model, messages: [{ role: 'user', content: 'x' }] }), AuthenticationError);
  }
});

test('transport: a client\'s key is never sent to the draft model', cascaded, async () => {
  const { params, word } = await PATHS.SKIPPED();
  await client().messages.create(params);
  const [{ headers, body }] = await draftSim.ended(word);
  assert.ok(!JSON.stringify(headers).includes(target.key) && !body.includes(target.key));
});

test('transport: paths with and without /v1', anywhere, async () => {
  const ask = { model: target.model, max_tokens: 32, messages: [{ role: 'user', content: 'Say yes.' }] };
  for (const prefix of ['', '/v1']) {
    const message = await post(`${prefix}/messages`, ask);
    assert.equal(message.status, 200, `${prefix}/messages`);
    assert.equal((await message.json()).type, 'message');
    const { max_tokens, ...countable } = ask;
    const counted = await post(`${prefix}/messages/count_tokens`, countable);
    assert.ok((await counted.json()).input_tokens > 0, `${prefix}/messages/count_tokens`);
    const models = await fetch(`${target.url}${prefix}/models`, { headers: { 'x-api-key': target.key, 'anthropic-version': '2023-06-01' } });
    assert.ok((await models.json()).data.length > 0, `${prefix}/models`);
  }
  const based = client({ baseURL: `${target.url}/` });
  assert.equal((await based.messages.create(ask)).type, 'message');
});

test('transport: HEAD /api/hello', anywhere, async () => {
  const response = await fetch(`${target.url}/api/hello`, { method: 'HEAD' });
  assert.equal(response.status, 200);
});

test('transport: beta flags, the query and the client\'s headers arrive upstream', scripted, async () => {
  const word = token();
  await verifySim.script(word, { text: word });
  await client().beta.messages.create({ ...direct(word), betas: ['interleaved-thinking-2025-05-14', 'context-1m-2025-08-07'] },
    { headers: { 'x-team': 'blue', 'x-rlm-plan': 'direct' }, query: { beta: 'true' } });
  const [seen] = await verifySim.ended(word);
  assert.equal(seen.target, '/v1/messages?beta=true');
  assert.equal(seen.headers['anthropic-beta'], 'interleaved-thinking-2025-05-14,context-1m-2025-08-07');
  assert.equal(seen.headers['x-team'], 'blue');
  assert.match(seen.headers['anthropic-version'], /^20\d\d-\d\d-\d\d$/);
  assert.match(seen.headers['user-agent'], /^Anthropic\/JS/);
  const own = Object.keys(seen.headers).filter((name) => name.startsWith('x-rlm-'));
  if (!cascaded.skip) assert.deepEqual(own, [], 'the proxy\'s own headers stay here');
});

test('transport: a body is sent upstream byte for byte', scripted, async () => {
  const word = token();
  await verifySim.script(word, { text: word });
  const body = `\n{ "max_tokens" :200 ,"stream": false,"tools":[ ${JSON.stringify(READ_TOOL)} ],\t"metadata":{"user_id":"\\u00e9\\/"},` +
    `"messages":[{"content":[{"text":"${word} \\ud83d\\ude42","type":"text"}],"role":"user"}],"model":"${target.model}","temperature":1.0 }\r\n`;
  const response = await post('/v1/messages', body);
  assert.equal(response.status, 200, await response.text());
  const [seen] = await verifySim.ended(word);
  assert.equal(seen.body, body);
});

test('transport: a verdict call differs from the client\'s request by one message', cascaded, async () => {
  const { params, word } = await PATHS.ACCEPTED();
  const body = JSON.stringify({ ...params, stream: true });
  const response = await post('/v1/messages', body);
  assert.match(await response.text(), /message_stop/);
  const [seen] = await verifySim.ended(word);
  const kept = body.slice(0, body.lastIndexOf(']'));
  assert.ok(seen.body.startsWith(`${kept},{"role":"user","content":`), 'the insertion stands at the end of messages');
  assert.ok(seen.body.endsWith(body.slice(body.lastIndexOf(']'))), 'what follows is the client\'s');
});

for (const [name, size] of [['1 MB', 1 << 20], ['8 MB', 8 << 20]]) {
  test(`transport: a prompt of ${name}, direct`, scripted, async () => {
    const word = token();
    await verifySim.script(word, { text: `Long is ${word}.` });
    const body = JSON.stringify({ ...direct(word), system: 'x'.repeat(size), stream: true });
    const response = await post('/v1/messages', body);
    const text = await response.text();
    if (size > 3_000_000) return assert.match(text, /prompt is too long/);
    assert.match(text, /message_stop/);
    const [seen] = await verifySim.ended(word);
    assert.ok(seen.body === body, 'the upstream got the client\'s bytes');
  });
}

test('transport: a prompt of 1 MB through draft and verdict', cascaded, async () => {
  const word = token();
  await draftSim.script(word, { text: `The text is about ${word}.` });
  await verifySim.script(word, { text: 'USE_DRAFT' });
  const long = `${word} ${'The quick brown fox jumps over the lazy dog. '.repeat(23_000)}`;
  const stream = client().messages.stream({ model: target.model, max_tokens: 99, messages: [{ role: 'user', content: long }] });
  assert.equal(await stream.finalText(), `The text is about ${word}.`);
  assert.equal(stream.response.headers.get('x-rlm-verdict'), 'ACCEPTED');
  assert.equal(stream.response.headers.get('x-rlm-reason'), 'long');
});

test('transport: twenty streams at once, each its own answer', cascaded, async () => {
  const kinds = Object.keys(PATHS);
  const asked = Array.from({ length: 20 }, async (_, n) => {
    const verdict = kinds[n % kinds.length];
    const way = await PATHS[verdict]();
    const stream = client().messages.stream(way.params);
    assert.equal(await stream.finalText(), way.text);
    assert.equal(stream.response.headers.get('x-rlm-verdict'), verdict);
  });
  await Promise.all(asked);
});

test('transport: forty paced streams at once keep their order', scripted, async () => {
  const asked = Array.from({ length: 40 }, async (_, n) => {
    const word = token();
    const text = Array.from({ length: 60 }, (__, at) => `${word}-${n}-${at}`).join(' ');
    await verifySim.script(word, { text, tokens_per_second: 1500 });
    assert.equal(await client().messages.stream({ ...direct(word), max_tokens: 4000 }).finalText(), text);
  });
  await Promise.all(asked);
});
