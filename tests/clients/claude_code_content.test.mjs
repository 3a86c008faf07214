// What passes between Claude Code and the models besides plain text: several calls at once, pictures, thoughts, refusals.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { check_success, EDITS, failures_of, run_agent, tools_of, with_agent, workspace } from './support/claude_code.mjs';
import { png } from './support/png.mjs';
import { verifySim } from './support/simulated.mjs';
import { target, token } from './support/target.mjs';

const agent_test = (area, name, body) => test(`claude code over messages, ${area}: ${name}`, with_agent, async () => {
  const word = token();
  const space = await workspace(word);
  try {
    await body({ word, space, run: (prompt) => run_agent(space, target.url, prompt, ['--model', 'claude-opus-4-8', ...EDITS]) });
  } finally {
    await space.remove();
  }
});

const read = (file) => ({ name: 'Read', input: { file_path: file } });
const blocks_of = ({ body }, role) => JSON.parse(body).messages.filter((message) => message.role === role)
  .flatMap(({ content }) => (Array.isArray(content) ? content : []));

agent_test('tools', 'three calls at once, one of which fails, and their results', async ({ word, space, run }) => {
  const files = ['one.txt', 'two.txt', 'none.txt'].map((name) => join(space.project, name));
  await writeFile(files[0], 'the first file\n');
  await writeFile(files[1], 'the second file\n');
  await verifySim.script(word, { text: 'I read all three.', tool_calls: files.map(read) }, { text: `Two of ${word} are there.` });
  const done = await run(`Read the files of ${word}.`);
  check_success(done);
  assert.equal(done.result.result, `Two of ${word} are there.`);
  assert.deepEqual(tools_of(done.events), ['Read', 'Read', 'Read']);
  assert.equal(failures_of(done.events).length, 1);
  const [, second] = await verifySim.ended(word, 2);
  const calls = blocks_of(second, 'assistant').filter(({ type }) => type === 'tool_use').map(({ id }) => id);
  const results = blocks_of(second, 'user').filter(({ type }) => type === 'tool_result');
  assert.equal(new Set(calls).size, 3);
  assert.deepEqual(results.map(({ tool_use_id }) => tool_use_id).sort(), calls.sort());  // as they came to an end
  for (const text of ['the first file', 'the second file']) assert.ok(JSON.stringify(results).includes(text), text);
});

agent_test('images', 'a picture that a tool read arrives', async ({ word, space, run }) => {
  const file = join(space.project, 'dot.png');
  await writeFile(file, Buffer.from(png(16), 'base64'));
  await verifySim.script(word, { tool_calls: [read(file)] }, { text: `It shows ${word}.` });
  const done = await run(`What does the picture of ${word} show?`);
  check_success(done);
  assert.equal(done.result.result, `It shows ${word}.`);
  const [, second] = await verifySim.ended(word, 2);
  const [{ content }] = blocks_of(second, 'user').filter(({ type }) => type === 'tool_result');
  const { source } = content.find(({ type }) => type === 'image');
  assert.deepEqual([source.type, source.media_type], ['base64', 'image/png']);
  assert.ok(source.data.length > 50, 'the picture is in the result');
});

agent_test('thinking', 'adaptive thoughts go back signed with the results', async ({ word, space, run }) => {
  const file = join(space.project, 'note.txt');
  await writeFile(file, 'remember the milk\n');
  await verifySim.script(word, { thinking: `The word ${word} is made up.`, text: 'Let me look.', tool_calls: [read(file)] },
    { thinking: 'It is about milk.', text: `The note of ${word} is about milk.` });
  const done = await run(`What does the note of ${word} say?`);
  check_success(done);
  assert.equal(done.result.result, `The note of ${word} is about milk.`);
  const [first, second] = await verifySim.ended(word, 2);
  assert.equal(JSON.parse(first.body).thinking.type, 'adaptive');
  const thought = blocks_of(second, 'assistant')[0];
  assert.equal(thought.type, 'thinking');
  assert.ok(thought.signature.length > 20, 'the signed block came back');
});

for (const [name, message, told, reason] of [
  ['a refused request is told in the provider\'s words', 'Your credit balance is too low to access the API.', /credit balance is too low/i,
    'api_error'],
  ['a prompt that is too long is known as such', 'prompt is too long: 214000 tokens > 200000 maximum', /prompt is too long.*214000/i,
    'prompt_too_long'],
]) {
  agent_test('errors', name, async ({ word, run }) => {
    await verifySim.script(word, ...Array(8).fill({ status: 400,
      body: JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }) }));
    const { code, result } = await run(`Tell of ${word}.`);
    assert.notEqual(code, 0);
    assert.equal(result.is_error, true);
    assert.equal(result.terminal_reason, reason);
    assert.match(result.result, told);
  });
}
