// LangChain's chat models as libraries of sessions.mjs.
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { target } from './target.mjs';

const openai = (responses) => ({ url, key, fetch, retries }, { model = target.model, most, thinking }) => new ChatOpenAI({
  model, apiKey: key, maxTokens: most, maxRetries: retries, useResponsesApi: responses, streamUsage: true,
  configuration: { baseURL: `${url}/v1`, fetch },
  // The gateway keeps no answers, so histories must be sent whole.
  ...(responses ? { zdrEnabled: true, modelKwargs: { include: ['reasoning.encrypted_content'] } } : {}),
  ...(thinking ? { reasoning: { effort: 'high', summary: 'auto' } } : {}),
});

const MODELS = {
  messages: ({ url, key, fetch, retries }, { model = target.model, most, thinking }) => new ChatAnthropic({
    model, apiKey: key, anthropicApiUrl: url, maxTokens: most, maxRetries: retries, clientOptions: { fetch },
    ...(thinking ? { thinking: { type: 'adaptive' } } : {}),
  }),
  chat: openai(false),
  responses: openai(true),
};

const STOPS = { end_turn: 'stop', stop: 'stop', completed: 'stop', max_tokens: 'length', length: 'length', max_output_tokens: 'length',
  incomplete: 'length', tool_use: 'tools', tool_calls: 'tools' };

function stop_of({ response_metadata: told, additional_kwargs: more, tool_calls }) {
  const reason = told.stop_reason ?? more.stop_reason ?? told.finish_reason ?? told.incomplete_details?.reason ?? told.status;
  return STOPS[reason] === 'stop' && tool_calls.length ? 'tools' : STOPS[reason];
}

const text_of = (message) => (typeof message.content === 'string' ? message.content
  : message.content.filter((block) => block.type === 'text').map((block) => block.text).join(''));
const thinking_of = (message) => message.contentBlocks.filter((block) => block.type === 'reasoning')
  .map((block) => block.reasoning).join('') || message.additional_kwargs.reasoning_content;

function first_message({ text, picture }) {
  if (!picture) return new HumanMessage(text);
  return new HumanMessage({ content: [{ type: 'image', source_type: 'base64', mime_type: 'image/png', data: picture },
    { type: 'text', text }] });
}

async function streamed_message(model, messages, { signal, on_piece }) {
  let whole;
  let pieces = 0;
  for await (const piece of await model.stream(messages, { signal })) {
    whole = whole ? whole.concat(piece) : piece;
    if (text_of(piece) === '') continue;
    ++pieces;
    on_piece?.();
  }
  if (!whole) throw new Error('an empty stream');
  return { message: whole, pieces };
}

async function ask_with(model, question, messages) {
  const { message, pieces } = question.streamed ? await streamed_message(model, messages, question)
    : { message: await model.invoke(messages, { signal: question.signal }) };
  return {
    text: text_of(message),
    thinking: thinking_of(message),
    pieces,
    calls: message.tool_calls.map(({ id, name, args }) => ({ id, name, input: args })),
    stop: stop_of(message),
    usage: { input: message.usage_metadata?.input_tokens, output: message.usage_metadata?.output_tokens },
    next: (texts) => ask_with(model, question, [...messages, message,
      ...message.tool_calls.map(({ id, name }, at) => new ToolMessage({ tool_call_id: id, name, content: texts[at] }))]),
  };
}

async function ask_for_object(model, { schema, text }) {
  const object = await model.withStructuredOutput(schema, { method: 'jsonSchema', name: 'output' }).invoke([new HumanMessage(text)]);
  return { text: JSON.stringify(object) };
}

const as_openai = ({ name, description, input_schema }) => ({ type: 'function', function: { name, description, parameters: input_schema } });

export const langchain = (dialect, abilities) => ({
  name: 'langchain',
  dialect,
  ...abilities,
  open: (where) => (question) => {
    const model = MODELS[dialect](where, question);
    if (question.schema) return ask_for_object(model, question);
    return ask_with(question.tools ? model.bindTools(dialect === 'messages' ? question.tools : question.tools.map(as_openai)) : model,
      question, [first_message(question)]);
  },
  status: (error) => error.status ?? error.cause?.status,  // a prompt that is too long becomes an error of its own
});
