// The official OpenAI SDK, by either of its APIs, as a library of sessions.mjs.
import OpenAI from 'openai';
import { target } from './target.mjs';

const arguments_of = (text) => JSON.parse(text || '{}');

/** Chat Completions: the SDK's accumulating helper, or one answer. */
const chat = {
  first: ({ text, picture }) => ({ role: 'user', content: picture
    ? [{ type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }, { type: 'text', text }] : text }),

  params: ({ model = target.model, tools, schema, thinking, most, streamed }, messages) => ({
    model, messages, max_completion_tokens: most,
    ...(tools ? { tools: tools.map(({ name, description, input_schema }) =>
      ({ type: 'function', function: { name, description, parameters: input_schema } })) } : {}),
    ...(schema ? { response_format: { type: 'json_schema', json_schema: { name: 'output', strict: true, schema } } } : {}),
    ...(thinking ? { reasoning_effort: 'high' } : {}),
    ...(streamed ? { stream_options: { include_usage: true } } : {}),
  }),

  async streamed(sdk, params, { signal, on_piece }) {
    let pieces = 0;
    const stream = sdk.chat.completions.stream(params, { signal }).on('content', () => {
      ++pieces;
      on_piece?.();
    });
    let thinking = '';
    stream.on('chunk', (piece) => { thinking += piece.choices[0]?.delta.reasoning_content ?? ''; });
    const completion = await stream.finalChatCompletion();
    return { ...completion, pieces, thinking };
  },

  whole: (sdk, params, { signal }) => sdk.chat.completions.create(params, { signal }),

  // `parsed` is the SDK's own; OpenAI refuses it in a request.
  read({ choices: [{ message: { parsed, ...message }, finish_reason }], usage, pieces, thinking }) {
    const calls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: text } }) => ({ id, name, input: arguments_of(text) }));
    return {
      text: message.content ?? '',
      thinking: thinking ?? message.reasoning_content,
      pieces,
      calls,
      stop: { stop: 'stop', length: 'length', tool_calls: 'tools' }[finish_reason],
      usage: { input: usage?.prompt_tokens, output: usage?.completion_tokens },
      history: (texts) => [message, ...calls.map(({ id }, at) => ({ role: 'tool', tool_call_id: id, content: texts[at] }))],
    };
  },
};

/** Responses, with histories sent whole: the gateway keeps no answers. */
const responses = {
  first: ({ text, picture }) => ({ role: 'user', content: picture
    ? [{ type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${picture}` }, { type: 'input_text', text }] : text }),

  params: ({ model = target.model, tools, schema, thinking, most }, input) => ({
    model, input, max_output_tokens: most, store: false, include: ['reasoning.encrypted_content'],
    ...(tools ? { tools: tools.map(({ name, description, input_schema }) =>
      ({ type: 'function', name, description, parameters: input_schema, strict: false })) } : {}),
    ...(schema ? { text: { format: { type: 'json_schema', name: 'output', strict: true, schema } } } : {}),
    ...(thinking ? { reasoning: { effort: 'high', summary: 'auto' } } : {}),
  }),

  async streamed(sdk, params, { signal, on_piece }) {
    let pieces = 0;
    const stream = sdk.responses.stream(params, { signal }).on('response.output_text.delta', () => {
      ++pieces;
      on_piece?.();
    });
    const response = await stream.finalResponse();
    // What the helper gathered from the events, and what the last event said, must agree.
    return { ...response, pieces };
  },

  whole: (sdk, params, { signal }) => sdk.responses.create(params, { signal }),

  read({ output, output_text, status, error, incomplete_details, usage, pieces }) {
    if (status === 'failed') throw Object.assign(new Error(error?.message), { code: error?.code });
    const calls = output.filter((item) => item.type === 'function_call')
      .map(({ call_id, name, arguments: text }) => ({ id: call_id, name, input: arguments_of(text) }));
    return {
      text: output_text ?? output.filter((item) => item.type === 'message').flatMap((item) => item.content).map((part) => part.text).join(''),
      thinking: output.filter((item) => item.type === 'reasoning').flatMap((item) => item.summary).map((part) => part.text).join(''),
      pieces,
      calls,
      stop: status === 'incomplete' ? { max_output_tokens: 'length' }[incomplete_details.reason] : calls.length ? 'tools' : 'stop',
      usage: { input: usage?.input_tokens, output: usage?.output_tokens },
      history: (texts) => [...output, ...calls.map(({ id }, at) => ({ type: 'function_call_output', call_id: id, output: texts[at] }))],
    };
  },
};

const APIS = { chat, responses };

async function ask_with(api, sdk, question, messages) {
  const params = api.params(question, messages);
  const { history, ...answer } = api.read(await (question.streamed ? api.streamed(sdk, params, question) : api.whole(sdk, params, question)));
  return { ...answer, next: (texts) => ask_with(api, sdk, question, [...messages, ...history(texts)]) };
}

/** An SDK client; nothing is taken from the environment. */
export function openai_client({ url = target.url, key = target.key, fetch, retries = 0 } = {}) {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, organization: null, project: null, maxRetries: retries, timeout: 20_000,
    ...(fetch ? { fetch } : {}) });
}

export const openai = (dialect, abilities) => ({
  name: 'openai sdk',
  dialect,
  ...abilities,
  open: (where) => (question) => {
    const api = APIS[dialect];
    return ask_with(api, openai_client(where), question, [api.first(question)]);
  },
  status: (error) => error.status,
});
