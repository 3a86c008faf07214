// The sessions that every client library has to complete, whatever dialect it speaks.
//
// A library is {name, dialect, open({url, key, fetch, retries}), status(error)} and what it can do beyond: `thinks` ('signed': the
// provider's blocks come back), `structures`, and `sums_usage`: it adds what the first event of a stream counts to what the last says.
// `open` gives ask(question): {text, picture?, tools?, schema?, thinking?, most?, streamed, signal?, on_piece?} becomes
// {text, pieces, thinking, calls: [{id, name, input}], stop: 'stop'|'tools'|'length', usage: {input, output}, next(results)};
// results are texts, one for each call, and `next` asks the next question of the same conversation with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check_verdict } from './ledger.mjs';
import { PATHS, READ_TOOL } from './paths.mjs';
import { png } from './png.mjs';
import { draftSim, verifySim } from './simulated.mjs';
import { tape } from './tape.mjs';
import { anywhere, cascaded, keyed, scripted, speaking, target, token } from './target.mjs';

const TIME_TOOL = { name: 'time', description: 'Tells the time', input_schema: { type: 'object', properties: {} } };
const HOW = [['streamed', true], ['not streamed', false]];
const direct = (word) => ({ text: `What is ${word}?`, tools: [READ_TOOL], most: 2000 });
const long_text = (word) => `${word} and again. `.repeat(160);

async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('an error was expected, not an answer');
}

class Sessions {
  constructor(library) {
    this.library = library;
    this.recorded = tape();
  }

  test(area, name, options, body) {
    test(`${this.library.name} over ${this.library.dialect}, ${area}: ${name}`, speaking(this.library.dialect, options), body);
  }

  /** The question, asked by a client of its own. */
  ask(question, options = {}) {
    return this.library.open({ url: target.url, key: target.key, fetch: this.recorded.fetch, retries: 0, ...options })(question);
  }

  last_call() {
    return this.recorded.calls.at(-1);
  }
}

function texts(sessions) {
  for (const [how, streamed] of HOW) {
    for (const [verdict, prepare] of Object.entries(PATHS)) {
      sessions.test('text', `${verdict}, ${how}`, cascaded, async () => {
        const way = await prepare();
        const answer = await sessions.ask({ text: way.params.messages[0].content, tools: way.params.tools, most: 400, streamed });
        assert.equal(answer.text, way.text);
        assert.equal(answer.stop, 'stop');
        assert.ok(answer.usage.input > 0 && answer.usage.output > 0, `usage ${JSON.stringify(answer.usage)}`);
        const row = await check_verdict(sessions.last_call(), verdict, way.reason);
        if (sessions.library.sums_usage && streamed) assert.ok(answer.usage.output >= row.tokens.output);
        else assert.equal(answer.usage.output, row.tokens.output);
        assert.equal((await verifySim.requests(way.word)).length, way.verify, 'calls of the verify model');
        assert.equal((await draftSim.requests(way.word)).length, way.draft, 'calls of the draft model');
      });
    }

    sessions.test('text', `an answer that ends at max_tokens, ${how}`, scripted, async () => {
      const word = token();
      await verifySim.script(word, { text: `Half of ${word}`, stop_reason: 'max_tokens' });
      const answer = await sessions.ask({ ...direct(word), streamed });
      assert.equal(answer.text, `Half of ${word}`);
      assert.equal(answer.stop, 'length');
    });

    sessions.test('text', `any answer, ${how}`, anywhere, async () => {
      const answer = await sessions.ask({ text: 'Say good morning in three languages.', most: 2000, streamed });
      assert.ok(answer.text.length > 0);
    });
  }

  sessions.test('text', 'a streamed answer arrives in pieces', scripted, async () => {
    const word = token();
    await verifySim.script(word, { text: long_text(word) });
    const answer = await sessions.ask({ ...direct(word), streamed: true });
    assert.equal(answer.text, long_text(word));
    assert.ok(answer.pieces > 10, `${answer.pieces} pieces`);
  });
}

function tools(sessions) {
  for (const [how, streamed] of HOW) {
    sessions.test('tools', `two calls at once and their results, ${how}`, scripted, async () => {
      const word = token();
      const input = { path: `${word}/"quoted" é.txt`, deep: { list: [1, 2.5, null, true], text: '\\n' } };
      await verifySim.script(word,
        { text: 'I look at both.', tool_calls: [{ name: 'read_file', input }, { name: 'time', input: {} }] },
        { tool_calls: [{ name: 'read_file', input: { path: word } }] },
        { text: `Both say ${word}.` });
      const called = await sessions.ask({ ...direct(word), tools: [READ_TOOL, TIME_TOOL], streamed });
      assert.equal(called.text, 'I look at both.');
      assert.equal(called.stop, 'tools');
      assert.deepEqual(called.calls.map((call) => [call.name, call.input]), [['read_file', input], ['time', {}]]);
      assert.equal(new Set(called.calls.map((call) => call.id)).size, 2, 'every call has an id of its own');
      const again = await called.next(['contents of the file', 'noon']);
      assert.deepEqual(again.calls.map((call) => [call.name, call.input]), [['read_file', { path: word }]]);
      const answer = await again.next(['more']);
      assert.equal(answer.text, `Both say ${word}.`);
      assert.equal(answer.stop, 'stop');
      const bodies = (await verifySim.ended(word, 3)).map((request) => JSON.parse(request.body));
      const results = bodies[2].messages.filter((message) => message.role === 'user').slice(1)
        .map((message) => message.content.map((block) => [block.type, block.tool_use_id]));
      assert.deepEqual(results, [called.calls.map(({ id }) => ['tool_result', id]), again.calls.map(({ id }) => ['tool_result', id])]);
    });
  }
}

function pictures(sessions) {
  for (const [how, streamed] of HOW) {
    sessions.test('images', `a picture goes to the verify model, ${how}`, scripted, async () => {
      const word = token();
      await verifySim.script(word, { text: `It shows ${word}.` });
      const answer = await sessions.ask({ text: `What does ${word} show?`, picture: png(32), most: 400, streamed });
      assert.equal(answer.text, `It shows ${word}.`);
      const [{ body }] = await verifySim.ended(word);
      const { source } = JSON.parse(body).messages[0].content.find((block) => block.type === 'image');
      assert.deepEqual(source, { type: 'base64', media_type: 'image/png', data: png(32) });
      if (!cascaded.skip) await check_verdict(sessions.last_call(), 'DIRECT', 'images');
    });
  }
}

function thoughts(sessions) {
  if (!sessions.library.thinks) return;
  for (const [how, streamed] of HOW) {
    sessions.test('thinking', `thoughts come before the answer and go back with the results, ${how}`, scripted, async () => {
      const word = token();
      await verifySim.script(word, { thinking: `The word ${word} is made up.`, text: 'Let me see.',
        tool_calls: [{ name: 'read_file', input: { path: word } }] }, { text: `${word} means nothing.` });
      const called = await sessions.ask({ ...direct(word), most: 6000, thinking: true, streamed });
      assert.equal(called.thinking, `The word ${word} is made up.`);
      const answer = await called.next(['nothing']);
      assert.equal(answer.text, `${word} means nothing.`);
      const [, { body }] = await verifySim.ended(word, 2);
      const { content } = JSON.parse(body).messages.find((message) => message.role === 'assistant');
      const kept = content.find((block) => block.type === 'thinking');
      if (sessions.library.thinks === 'signed') assert.ok(kept?.signature.length > 20, 'the signed block came back');
    });
  }
}

function schemas(sessions) {
  if (!sessions.library.structures) return;
  sessions.test('structured output', 'an answer by JSON schema', scripted, async () => {
    const word = token();
    await verifySim.script(word, { text: JSON.stringify({ name: word, size: 3 }) });
    const schema = { type: 'object', properties: { name: { type: 'string' }, size: { type: 'integer' } }, required: ['name', 'size'],
      additionalProperties: false };
    const answer = await sessions.ask({ text: `Describe ${word}.`, schema, most: 400, streamed: false });
    assert.deepEqual(JSON.parse(answer.text), { name: word, size: 3 });
    const [{ body }] = await verifySim.ended(word);
    assert.deepEqual(JSON.parse(body).output_config.format, { type: 'json_schema', schema });
  });
}

/** What the provider answers, and what arrives in the dialects of others. */
const STATUSES = [
  [400, 400, 'invalid_request_error', 'prompt is too long: 214000 tokens > 200000 maximum'],
  [401, 401, 'authentication_error', 'invalid x-api-key'],
  [403, 403, 'permission_error', 'Your API key does not have permission to use the specified resource.'],
  [404, 404, 'not_found_error', 'model: claude-opus-9'],
  [529, 503, 'overloaded_error', 'The provider is overloaded just now'],
];

function errors(sessions) {
  const { library } = sessions;
  for (const [how, streamed] of HOW) {
    for (const [status, foreign, type, message] of STATUSES) {
      sessions.test('errors', `${status} from the provider, ${how}`, scripted, async () => {
        const word = token();
        const body = JSON.stringify({ type: 'error', error: { type, message }, request_id: `req_${word}` });
        await verifySim.script(word, ...Array(4).fill({ status, body }));
        const error = await rejection(sessions.ask({ ...direct(word), streamed }));
        assert.equal(library.status(error), library.dialect === 'messages' ? status : foreign, String(error));
        assert.ok(error.message.includes(message), error.message);
      });
    }

    sessions.test('errors', `a stream that breaks off is not taken for an answer, ${how}`, scripted, async () => {
      for (const fault of ['cut@1100', 'reset@1100', 'error_later']) {
        const word = token();
        await verifySim.script(word, ...Array(4).fill({ text: `${word} `.repeat(200), fault }));
        await rejection(sessions.ask({ ...direct(word), streamed }));
      }
    });

    sessions.test('errors', `an overload at the verdict call, ${how}`, cascaded, async () => {
      const word = token();
      await draftSim.script(word, { text: `There is nothing to debug in ${word} at all.` });
      await verifySim.script(word, ...Array(6).fill({ status: 529 }));
      const error = await rejection(sessions.ask({ text: `Please debug ${word}.`, most: 400, streamed }));
      assert.equal(library.status(error), library.dialect === 'messages' ? 529 : 503, String(error));
    });
  }

  sessions.test('errors', 'an unknown model is not found', anywhere, async () => {
    const error = await rejection(sessions.ask({ ...direct(token()), model: 'claude-never-made', streamed: false }));
    assert.equal(library.status(error), 404, String(error));
  });

  sessions.test('errors', 'a wrong key opens nothing', keyed, async () => {
    const error = await rejection(sessions.ask({ ...direct(token()), streamed: false }, { url: target.keyed, key: 'sk-wrong' }));
    assert.equal(library.status(error), 401, String(error));
  });

  sessions.test('errors', 'retries meet a provider that recovers', scripted, async () => {
    const word = token();
    await verifySim.script(word, ...Array(2).fill({ status: 529, headers: { 'retry-after-ms': '5' } }), { text: `At last ${word}.` });
    const answer = await sessions.ask({ ...direct(word), streamed: true }, { retries: 3 });
    assert.equal(answer.text, `At last ${word}.`);
  });
}

function leaving(sessions) {
  sessions.test('abort', 'in the middle of a stream', scripted, async () => {
    const word = token();
    await verifySim.script(word, { text: long_text(word), tokens_per_second: 40 });
    const controller = new AbortController();
    const asked = sessions.ask({ ...direct(word), streamed: true, signal: controller.signal, on_piece: () => controller.abort() });
    await asked.catch(() => {});  // some libraries end quietly
    const [seen] = await verifySim.ended(word);
    assert.equal(seen.client_left, true, 'the upstream saw the disconnect');
  });

  sessions.test('abort', 'while the verdict is awaited', cascaded, async () => {
    const word = token();
    await draftSim.script(word, { text: `Nothing to debug in ${word}, it is fine.` });
    await verifySim.script(word, { text: 'USE_DRAFT', latency_ms: 15_000 });
    const controller = new AbortController();
    const asked = sessions.ask({ text: `Please debug ${word}.`, most: 400, streamed: false, signal: controller.signal });
    const settled = rejection(asked);
    await verifySim.asked(word);
    controller.abort();
    await settled;
    const [seen] = await verifySim.ended(word);
    assert.equal(seen.client_left, true, 'the upstream saw the disconnect');
  });
}

function waiting(sessions) {
  sessions.test('waiting', 'signs of life during a long wait disturb nothing', keyed, async () => {
    const word = token();
    await draftSim.script(word, { text: `Nothing to debug in ${word}, it is fine.`, latency_ms: 400 });
    await verifySim.script(word, { text: 'USE_DRAFT', latency_ms: 400 });
    const answer = await sessions.ask({ text: `Please debug ${word}.`, most: 400, streamed: true },
      { url: target.keyed, key: target.keyedKey });
    assert.equal(answer.text, `Nothing to debug in ${word}, it is fine.`);
    assert.match(await sessions.last_call().text(), /^(event: ping|:.*)$/m);
  });

  sessions.test('waiting', 'twelve at once, each its own answer', cascaded, async () => {
    const kinds = Object.keys(PATHS);
    await Promise.all(Array.from({ length: 12 }, async (_, n) => {
      const way = await PATHS[kinds[n % kinds.length]]();
      const answer = await sessions.ask({ text: way.params.messages[0].content, tools: way.params.tools, most: 400, streamed: n % 2 === 0 });
      assert.equal(answer.text, way.text);
    }));
  });
}

/** Registers the tests of one library. */
export function all_sessions(library) {
  const sessions = new Sessions(library);
  for (const part of [texts, tools, pictures, thoughts, schemas, errors, leaving, waiting]) part(sessions);
}
