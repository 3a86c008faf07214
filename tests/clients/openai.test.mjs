// The official OpenAI SDK by both of its APIs: the sessions of every library, and what the SDK does besides.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openai, openai_client } from './support/openai.mjs';
import { READ_TOOL } from './support/paths.mjs';
import { all_sessions } from './support/sessions.mjs';
import { verifySim } from './support/simulated.mjs';
import { anywhere, scripted, speaking, target, token } from './support/target.mjs';

all_sessions(openai('chat', { thinks: 'shown', structures: true }));
all_sessions(openai('responses', { thinks: 'signed', structures: true }));

const FUNCTION = { type: 'function', function: { name: READ_TOOL.name, description: READ_TOOL.description, parameters: READ_TOOL.input_schema } };

test('openai sdk over chat, tools: the SDK\'s own tool runner completes its loop', speaking('chat', scripted), async () => {
  const word = token();
  await verifySim.script(word, { tool_calls: [{ name: 'read_file', input: { path: word } }] },
    { tool_calls: [{ name: 'read_file', input: { path: `${word}.bak` } }] }, { text: `Read ${word} twice.` });
  const read = [];
  const run = ({ path }) => { read.push(path); return `contents of ${path}`; };
  const runner = openai_client().chat.completions.runTools({ model: target.model, stream: true,
    messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: `What is ${word}?` }],
    tools: [{ ...FUNCTION, function: { ...FUNCTION.function, function: run, parse: JSON.parse } }] });
  assert.equal(await runner.finalContent(), `Read ${word} twice.`);
  assert.deepEqual(read, [word, `${word}.bak`]);
});

test('openai sdk over chat, tools: a forced call is forced', speaking('chat', scripted), async () => {
  const word = token();
  await verifySim.script(word, { tool_calls: [{ name: 'read_file', input: { path: word } }] });
  const { choices: [{ message }] } = await openai_client().chat.completions.create({ model: target.model, tools: [FUNCTION],
    messages: [{ role: 'user', content: `What is ${word}?` }], tool_choice: { type: 'function', function: { name: 'read_file' } },
    parallel_tool_calls: false });
  assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), { path: word });
  const [{ body }] = await verifySim.ended(word);
  assert.deepEqual(JSON.parse(body).tool_choice, { type: 'tool', name: 'read_file', disable_parallel_tool_use: true });
});

test('openai sdk over chat, text: a stream without include_usage has no chunk without a choice', speaking('chat', scripted), async () => {
  const word = token();
  await verifySim.script(word, { text: `All of ${word}.` });
  let text = '';
  for await (const { choices, usage } of await openai_client().chat.completions.create({ model: target.model, stream: true,
    tools: [FUNCTION], messages: [{ role: 'user', content: `What is ${word}?` }] })) {
    assert.equal(choices.length, 1);
    assert.ok(!usage);
    text += choices[0].delta.content ?? '';
  }
  assert.equal(text, `All of ${word}.`);
});

test('openai sdk over responses, text: instructions and a plain string are enough', speaking('responses', scripted), async () => {
  const word = token();
  await verifySim.script(word, { text: `All of ${word}.` });
  const response = await openai_client().responses.create({ model: target.model, instructions: 'Be brief.', input: `Tell of ${word}.`,
    tools: [{ type: 'function', name: READ_TOOL.name, parameters: READ_TOOL.input_schema, strict: false }] });
  assert.equal(response.output_text, `All of ${word}.`);
  assert.equal(response.object, 'response');
  const [{ body }] = await verifySim.ended(word);
  assert.match(JSON.stringify(JSON.parse(body).system), /Be brief\./);
});

test('openai sdk over responses, text: numbered events that end with the whole response', speaking('responses', scripted), async () => {
  const word = token();
  await verifySim.script(word, { text: `I look at ${word}.`, tool_calls: [{ name: 'read_file', input: { path: word } }] });
  const types = [];
  let last;
  for await (const event of await openai_client().responses.create({ model: target.model, stream: true, input: `Tell of ${word}.`,
    tools: [{ type: 'function', name: READ_TOOL.name, parameters: READ_TOOL.input_schema, strict: false }] })) {
    assert.equal(event.sequence_number, types.length);
    types.push(event.type);
    last = event;
  }
  assert.deepEqual(types.filter((type, at) => type !== types[at - 1]), ['response.created', 'response.in_progress',
    'response.output_item.added', 'response.content_part.added', 'response.output_text.delta', 'response.output_text.done',
    'response.content_part.done', 'response.output_item.done', 'response.output_item.added', 'response.function_call_arguments.delta',
    'response.function_call_arguments.done', 'response.output_item.done', 'response.completed']);
  assert.deepEqual(last.response.output.map(({ type, status }) => [type, status]), [['message', 'completed'], ['function_call', 'completed']]);
});

test('openai sdk over responses, errors: an answer that nobody kept is refused', speaking('responses', anywhere), async () => {
  await assert.rejects(openai_client().responses.create({ model: target.model, input: 'Go on.', previous_response_id: 'resp_123' }),
    (error) => {
      assert.equal(error.status, 400);
      assert.match(error.message, /previous_response_id/);
      return true;
    });
});

for (const dialect of ['chat', 'responses']) {
  test(`openai sdk over ${dialect}, transport: the model list holds the model in use`, speaking(dialect, anywhere), async () => {
    const ids = [];
    for await (const model of openai_client().models.list()) ids.push(model.id);
    assert.ok(ids.includes(target.model), ids.join());
  });
}
