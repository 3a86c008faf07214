// Anthropic's SDK as a library of sessions.mjs, as far as upstreams.test.mjs asks.
import { client } from './target.mjs';

async function ask_with(sdk, question, messages) {
  const { model, tools, most, streamed } = question;
  const params = { model, messages, max_tokens: most, ...(tools ? { tools } : {}) };
  let pieces = 0;
  const message = streamed
    ? await sdk.messages.stream(params).on('text', () => { ++pieces; }).finalMessage()
    : await sdk.messages.create(params);
  const calls = message.content.filter(({ type }) => type === 'tool_use').map(({ id, name, input }) => ({ id, name, input }));
  return {
    text: message.content.filter(({ type }) => type === 'text').map(({ text }) => text).join(''),
    pieces,
    calls,
    stop: { end_turn: 'stop', tool_use: 'tools', max_tokens: 'length' }[message.stop_reason],
    usage: { input: message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0), output: message.usage.output_tokens },
    next: (texts) => ask_with(sdk, question, [...messages, { role: 'assistant', content: message.content },
      { role: 'user', content: calls.map(({ id }, at) => ({ type: 'tool_result', tool_use_id: id, content: texts[at] })) }]),
  };
}

export const anthropic = {
  name: 'anthropic sdk',
  dialect: 'messages',
  open: ({ url, fetch }) => (question) => ask_with(client({ baseURL: url, fetch }), question, [{ role: 'user', content: question.text }]),
};
