// Vercel's AI SDK: the sessions of every library, and its own loop over tools.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateText, isStepCount, jsonSchema, tool } from 'ai';
import { ai_sdk, model_of } from './support/ai_sdk.mjs';
import { READ_TOOL } from './support/paths.mjs';
import { all_sessions } from './support/sessions.mjs';
import { verifySim } from './support/simulated.mjs';
import { scripted, speaking, target, token } from './support/target.mjs';

const DIALECTS = {
  messages: { thinks: 'signed', structures: true },
  chat: { structures: true },
  'chat (compatible)': { thinks: 'shown', structures: true },
  responses: { thinks: 'signed', structures: true },
};

for (const [dialect, abilities] of Object.entries(DIALECTS)) {
  all_sessions(ai_sdk(dialect, abilities));

  test(`ai sdk over ${dialect}, tools: the SDK's own loop reads until it knows`, speaking(dialect, scripted), async () => {
    const word = token();
    await verifySim.script(word, { tool_calls: [{ name: 'read_file', input: { path: word } }] },
      { tool_calls: [{ name: 'read_file', input: { path: `${word}.bak` } }] }, { text: `Read ${word} twice.` });
    const read = [];
    const { text, steps } = await generateText({
      model: model_of(dialect, { url: target.url, key: target.key }), prompt: `What is ${word}?`, maxRetries: 0,
      stopWhen: isStepCount(5), providerOptions: { openai: { store: false } },
      tools: { read_file: tool({ description: 'Reads a file', inputSchema: jsonSchema(READ_TOOL.input_schema),
        execute: ({ path }) => { read.push(path); return `contents of ${path}`; } }) },
    });
    assert.equal(text, `Read ${word} twice.`);
    assert.deepEqual(read, [word, `${word}.bak`]);
    assert.equal(steps.length, 3);
  });
}
