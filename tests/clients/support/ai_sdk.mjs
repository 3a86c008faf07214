// Vercel's AI SDK, with the provider of a dialect, as a library of sessions.mjs.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, jsonSchema, Output, RetryError, streamText, tool } from 'ai';
import { target } from './target.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

/** `settings`: {baseURL, apiKey, fetch}. Each gives the model of a name, and what is said to the provider besides. */
const PROVIDERS = {
  messages: {
    model: (settings, name) => createAnthropic(settings)(name),
    options: ({ thinking }) => ({ anthropic: thinking ? { thinking: { type: 'adaptive' } } : {} }),
  },
  chat: {
    model: (settings, name) => createOpenAI(settings).chat(name),
    options: () => ({}),
  },
  'chat (compatible)': {
    model: (settings, name) => createOpenAICompatible({ ...settings, name: 'gateway', includeUsage: true,
      supportsStructuredOutputs: true })(name),
    options: ({ thinking }) => ({ gateway: thinking ? { reasoningEffort: 'high' } : {} }),
  },
  responses: {
    model: (settings, name) => createOpenAI(settings).responses(name),
    // The gateway keeps no answers, so histories must be sent whole.
    options: ({ thinking }) => ({ openai: { store: false,
      ...(thinking ? { forceReasoning: true, reasoningEffort: 'high', reasoningSummary: 'auto' } : {}) } }),
  },
};

const STOPS = { stop: 'stop', length: 'length', 'tool-calls': 'tools' };

function first_message({ text, picture }) {
  if (!picture) return { role: 'user', content: text };
  return { role: 'user', content: [{ type: 'file', data: picture, mediaType: 'image/png' }, { type: 'text', text }] };
}

/** Reads a stream to its end; its first error is thrown, as an application would. */
async function streamed_result(options, { on_piece }) {
  const result = streamText({ ...options, onError() {} });
  let pieces = 0;
  for await (const part of result.stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw new Error('aborted');
    if (part.type !== 'text-delta') continue;
    ++pieces;
    on_piece?.();
  }
  const [text, reasoningText, toolCalls, finishReason, usage, responseMessages] = await Promise.all([result.text,
    result.reasoningText, result.toolCalls, result.finishReason, result.usage, result.responseMessages]);
  return { text, reasoningText, toolCalls, finishReason, usage, responseMessages, pieces };
}

async function ask_with(model, options, question, messages) {
  const tools = Object.fromEntries((question.tools ?? []).map(({ name, description, input_schema }) =>
    [name, tool({ description, inputSchema: jsonSchema(input_schema) })]));
  const all = { ...options, model, messages, maxOutputTokens: question.most, abortSignal: question.signal,
    ...(question.tools ? { tools } : {}),
    ...(question.schema ? { output: Output.object({ schema: jsonSchema(question.schema) }) } : {}) };
  const result = question.streamed ? await streamed_result(all, question) : await generateText(all);
  return {
    text: result.text,
    thinking: result.reasoningText,
    pieces: result.pieces,
    calls: result.toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input })),
    stop: STOPS[result.finishReason],
    usage: { input: result.usage.inputTokens, output: result.usage.outputTokens },
    next: (texts) => ask_with(model, options, question, [...messages, ...result.responseMessages, { role: 'tool',
      content: result.toolCalls.map(({ toolCallId, toolName }, at) =>
        ({ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: texts[at] } })) }]),
  };
}

/** The model itself, for what the SDK does with it besides. */
export function model_of(dialect, { url, key, fetch }, name = target.model) {
  return PROVIDERS[dialect].model({ baseURL: `${url}/v1`, apiKey: key, fetch }, name);
}

export const ai_sdk = (dialect, abilities) => ({
  name: 'ai sdk',
  dialect,
  ...abilities,
  open: ({ retries, ...where }) => (question) => ask_with(model_of(dialect, where, question.model),
    { maxRetries: retries, providerOptions: PROVIDERS[dialect].options(question) }, question, [first_message(question)]),
  status(error) {
    const cause = RetryError.isInstance(error) ? error.lastError : error;
    return APICallError.isInstance(cause) ? cause.statusCode : undefined;
  },
});
