// Errors: the provider's words and headers untouched, the SDK's own classes, and no broken answer that looks whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic, {
  AnthropicError, APIConnectionError, APIError, AuthenticationError, BadRequestError, ContentTooLargeError, NotFoundError, OverloadedError,
  PermissionDeniedError, RateLimitError,
} from '@anthropic-ai/sdk';
import { exchange } from './support/ledger.mjs';
import { READ_TOOL } from './support/paths.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { anywhere, cascaded, client, keyed, post, scripted, target, token } from './support/target.mjs';

const direct = (word) => ({
  model: target.model, max_tokens: 2000, tools: [READ_TOOL], messages: [{ role: 'user', content: `What is ${word}?` }],
});
const drafted = (word, verb = 'Tell of') => ({
  model: target.model, max_tokens: 200, messages: [{ role: 'user', content: `${verb} ${word}.` }],
});
const ways = {
  'streamed': (sdk, body) => sdk.messages.stream(body).finalMessage(),
  'not streamed': (sdk, body) => sdk.messages.create(body),
};

async function rejection(promise, kind) {
  let error;
  try {
    await promise;
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof kind, `${kind.name} expected, got ${error?.constructor.name ?? 'an answer'}: ${error?.message}`);
  return error;
}

/** What the SDK makes of an answer that breaks off: its own error, or the runtime's for a body or a JSON text cut short. */
const isFailure = (error) => error instanceof AnthropicError || error instanceof SyntaxError || error instanceof TypeError;

/** The provider's refusal with this status arrives in this class, words and request id and all. */
const STATUSES = [
  [400, BadRequestError, 'invalid_request_error', 'prompt is too long: 214000 tokens > 200000 maximum'],
  [401, AuthenticationError, 'authentication_error', 'invalid x-api-key'],
  [403, PermissionDeniedError, 'permission_error', 'Your API key does not have permission to use the specified resource.'],
  [404, NotFoundError, 'not_found_error', 'model: claude-opus-9'],
  [413, ContentTooLargeError, 'request_too_large', 'Request exceeds the maximum size'],
];

for (const [how, ask] of Object.entries(ways)) {
  for (const [status, kind, type, message] of STATUSES) {
    test(`errors: ${status} from the provider, ${how}`, scripted, async () => {
      const word = token();
      const body = JSON.stringify({ type: 'error', error: { type, message, extra: 1.0 }, request_id: `req_${word}` });
      await verifySim.script(word, { status, body, headers: { 'x-new': 'kept' } });
      const error = await rejection(ask(client(), direct(word)), kind);
      assert.equal(error.status, status);
      assert.equal(error.type, type);
      assert.equal(JSON.stringify(error.error), body);
      assert.ok(error.requestID);
      assert.equal(error.headers.get('x-new'), 'kept');
      assert.equal((await verifySim.ended(word)).length, 1, 'asked once');
    });
  }

  test(`errors: 429 with a long retry-after is handed on at once, ${how}`, scripted, async () => {
    const word = token();
    await verifySim.script(word, { status: 429, headers: { 'retry-after': '17', 'anthropic-ratelimit-unified-status': 'rejected' } });
    const error = await rejection(ask(client(), direct(word)), RateLimitError);
    assert.equal(error.headers.get('retry-after'), '17');
    assert.equal(error.headers.get('anthropic-ratelimit-unified-status'), 'rejected');
    assert.equal(error.type, 'rate_limit_error');
    assert.equal((await verifySim.ended(word)).length, 1);
  });

  test(`errors: 529 that lasts, ${how}`, scripted, async () => {
    const word = token();
    await verifySim.script(word, ...Array(6).fill({ status: 529 }));
    const error = await rejection(ask(client(), direct(word)), OverloadedError);
    assert.equal(error.status, 529);
    assert.equal(error.type, 'overloaded_error');
  });

  test(`errors: an overload at the verdict call is an HTTP status, ${how}`, cascaded, async () => {
    const word = token();
    await draftSim.script(word, { text: `There is nothing to debug in ${word} at all.` });
    await verifySim.script(word, ...Array(6).fill({ status: 529 }));
    const error = await rejection(ask(client(), drafted(word, 'Please debug')), OverloadedError);
    const row = await exchange(error.headers.get('x-rlm-exchange'));
    assert.equal(row.verdict, 'FAILED');
    assert.equal(row.calls.find((call) => call.role === 'draft').end, 'complete', 'the discarded draft is paid for');
  });

  test(`errors: a connection that breaks in the middle is no answer, ${how}`, scripted, async () => {
    const word = token();
    for (const at of [700, 823, 991, 1200]) {
      await verifySim.script(word, { text: `${word} `.repeat(200), fault: `reset@${at}` });
      const error = await rejection(ask(client({ logLevel: 'off' }), direct(word)), Error);
      assert.ok(isFailure(error), `${at}: ${error.constructor.name}`);
      if (how === 'streamed' && !cascaded.skip) assert.equal(error.type, 'api_error', 'no event is cut: the stream ends in an error event');
    }
  });

  test(`errors: an answer that ends too early is no answer, ${how}`, scripted, async () => {
    const word = token();
    await verifySim.script(word, { text: `${word} `.repeat(60), fault: 'cut@900' });
    const error = await rejection(ask(client({ logLevel: 'off' }), direct(word)), Error);
    assert.ok(isFailure(error), error.constructor.name);
    if (how === 'streamed' && !cascaded.skip) assert.equal(error.type, 'api_error');
  });

  test(`errors: a rewrite that breaks in the middle is no answer, ${how}`, cascaded, async () => {
    const word = token();
    await draftSim.script(word, { text: `I see no need to debug ${word}, all is fine.` });
    await verifySim.script(word, { text: `${word} `.repeat(90), fault: 'reset@1500' });
    await rejection(ask(client(), drafted(word, 'Please debug')), APIError);
  });

  test(`errors: an unreachable provider, ${how}`, cascaded, async () => {
    const error = await rejection(ask(client(), { ...direct(token()), model: 'nowhere-1' }), Anthropic.InternalServerError);
    assert.equal(error.status, 502);
    assert.equal(error.type, 'api_error');
  });
}

test('errors: the SDK\'s retries meet a provider that recovers', scripted, async () => {
  const word = token();
  await verifySim.script(word, ...Array(2).fill({ status: 529, headers: { 'retry-after-ms': '5' } }), { text: `At last ${word}.` });
  const message = await client({ maxRetries: 4 }).messages.create(direct(word));
  assert.equal(message.content[0].text, `At last ${word}.`);
});

test('errors: a short retry-after is waited for by the gateway', cascaded, async () => {
  const word = token();
  await verifySim.script(word, { status: 429, headers: { 'retry-after': '1' } }, { text: `After a second ${word}.` });
  const message = await client().messages.create(direct(word));
  assert.equal(message.content[0].text, `After a second ${word}.`);
});

test('errors: one 500 of the provider is not seen', cascaded, async () => {
  const word = token();
  await verifySim.script(word, { status: 500 }, { text: `Well, ${word}.` });
  const { data, response } = await client().messages.create(direct(word)).withResponse();
  assert.equal(data.content[0].text, `Well, ${word}.`);
  assert.equal((await exchange(response.headers.get('x-rlm-exchange'))).call_count, 2);
});

test('errors: an overload event before the first content is an HTTP status', cascaded, async () => {
  const word = token();
  await verifySim.script(word, ...Array(6).fill({ fault: 'error_first' }));
  const error = await rejection(client().messages.stream(direct(word)).finalMessage(), OverloadedError);
  assert.equal(error.type, 'overloaded_error');
});

test('errors: an overload event behind the first content reaches the client as it is', scripted, async () => {
  const word = token();
  await verifySim.script(word, { text: `${word} `.repeat(40), fault: 'error_later' });
  let streamed = '';
  const stream = client().messages.stream(direct(word)).on('text', (piece) => { streamed += piece; });
  const error = await rejection(stream.finalMessage(), APIError);
  assert.equal(error.type, 'overloaded_error');
  assert.ok(streamed.startsWith(word), 'what came before was delivered');
});

test('errors: a stream that breaks between two events ends in an error event', cascaded, async () => {
  const word = token();
  const frame = (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  const usage = { input_tokens: 9, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const begun = frame({ type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: target.model,
    content: [], stop_reason: null, stop_sequence: null, usage } }) +
    frame({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
    frame({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } });
  await verifySim.script(word, { raw_sse: begun + frame({ type: 'content_block_stop', index: 0 }), fault: `reset@${begun.length}` });
  let streamed = '';
  const stream = client().messages.stream(direct(word)).on('text', (piece) => { streamed += piece; });
  const error = await rejection(stream.finalMessage(), APIError);
  assert.equal(error.type, 'api_error');
  assert.equal(streamed, word);
});

test('errors: a draft that breaks before any of it has left costs the client nothing', cascaded, async () => {
  for (const fault of ['reset@400', 'cut@500', 'error_later', 'malformed', 'error_first']) {
    const word = token();
    await draftSim.script(word, { text: `${word} `.repeat(10), fault });
    await verifySim.script(word, { text: `All about ${word}.` });
    const stream = client().messages.stream(drafted(word));
    assert.equal(await stream.finalText(), `All about ${word}.`, fault);
    assert.equal(stream.response.headers.get('x-rlm-verdict'), 'FALLBACK', fault);
  }
});

test('errors: a draft that breaks behind its hold-back is no answer, and none follows it', cascaded, async () => {
  const word = token();
  await draftSim.script(word, { text: `${word} `.repeat(200), fault: 'error_later' });
  const stream = client().messages.stream(drafted(word));
  await rejection(stream.finalText(), APIError);
  assert.equal((await verifySim.requests(word)).length, 0);
});

test('errors: with on_verify_failure = "serve_draft" the draft is served', keyed, async () => {
  const word = token();
  await draftSim.script(word, { text: `Nothing to debug in ${word}, it is well.` });
  await verifySim.script(word, ...Array(6).fill({ status: 529 }));
  const sdk = client({ baseURL: target.keyed, apiKey: target.keyedKey });
  const { data, response } = await sdk.messages.create(drafted(word, 'Please debug')).withResponse();
  assert.equal(data.content[0].text, `Nothing to debug in ${word}, it is well.`);
  assert.match(response.headers.get('x-rlm-reason'), /verify_failed/);
});

test('errors: what no SDK would send gets the provider\'s shape', anywhere, async () => {
  const bodies = {
    'not JSON': '{"model": ', 'no object': '[]', 'empty': '', 'no messages': JSON.stringify({ model: target.model, max_tokens: 5 }),
    'a number as model': '{"model":7,"max_tokens":5,"messages":[]}',
    'no max_tokens': JSON.stringify({ model: target.model, messages: [{ role: 'user', content: 'x' }] }),
    'nested too deep': `{"model":"${target.model}","max_tokens":5,"messages":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    const response = await post('/v1/messages', body);
    const { type, error } = await response.json();
    assert.equal(type, 'error', what);
    const too_large = what === 'nested too deep' && response.status === 413;
    assert.equal(error.type, too_large ? 'request_too_large' : 'invalid_request_error', what);
    assert.equal(response.status, too_large ? 413 : 400, what);
    assert.ok(error.message.length > 5, what);
    assert.ok(response.headers.get('request-id'), what);
  }
});

test('errors: an unknown model and an unknown path are not found', anywhere, async () => {
  const error = await rejection(client().messages.create({ ...direct(token()), model: 'claude-never-made' }), NotFoundError);
  assert.equal(error.type, 'not_found_error');
  const response = await post('/v1/nothing', {});
  assert.equal(response.status, 404);
  assert.equal((await response.json()).error.type, 'not_found_error');
});

test('errors: no credential at all', anywhere, async () => {
  const response = await fetch(`${target.url}/v1/messages`, { method: 'POST', headers: { 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(direct(token())) });
  assert.equal(response.status, 401);
  assert.equal((await response.json()).error.type, 'authentication_error');
});

test('errors: a body above the limit', keyed, async () => {
  const sdk = client({ baseURL: target.keyed, apiKey: target.keyedKey });
  const error = await rejection(sdk.messages.create(drafted('a'.repeat(2_200_000))), APIError);
  assert.ok(error instanceof ContentTooLargeError || error instanceof APIConnectionError, error.message);
  if (error.status) assert.equal(error.type, 'request_too_large');
});
