// The event grammar of a streamed message, strictly: what is laxer than this breaks some client.
import assert from 'node:assert/strict';

const STOP_REASONS = new Set([
  'end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'pause_turn', 'refusal', 'model_context_window_exceeded',
]);
const DELTAS = {
  text: new Set(['text_delta', 'citations_delta']),
  tool_use: new Set(['input_json_delta']),
  thinking: new Set(['thinking_delta', 'signature_delta']),
};

/** The frames of an SSE body: {event, data}; comments are {comment}. Anything else fails. */
export function frames_of(text) {
  assert.ok(text.endsWith('\n\n'), 'the stream ends with a whole frame');
  return text.slice(0, -2).split('\n\n').map((frame) => {
    const lines = frame.split('\n');
    if (lines.every((line) => line.startsWith(':'))) return { comment: frame };
    assert.equal(lines.length, 2, `one event line and one data line: ${frame}`);
    const [, event] = /^event: ([a-z_]+)$/.exec(lines[0]) ?? assert.fail(`no event line: ${frame}`);
    const [, data] = /^data: (\{.*\})$/.exec(lines[1]) ?? assert.fail(`no data line: ${frame}`);
    return { event, data: JSON.parse(data) };
  });
}

function check_usage(usage, where) {
  for (const name of ['input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'])
    assert.ok(Number.isInteger(usage?.[name]) && usage[name] >= 0, `${where}: usage.${name} is ${usage?.[name]}`);
}

function check_head(message, model, where) {
  assert.equal(message.type, 'message', where);
  assert.equal(message.role, 'assistant', where);
  assert.match(message.id, /^msg_[A-Za-z0-9]+$/, where);
  assert.equal(message.model, model, `${where}: model`);
  check_usage(message.usage, where);
}

class StreamState {
  constructor(model) {
    this.model = model;
    this.message = null;
    this.open = false;
    this.stopped = false;
    this.delta = null;
  }

  message_start({ message }) {
    assert.equal(this.message, null, 'one message_start');
    check_head(message, this.model, 'message_start');
    assert.deepEqual(message.content, []);
    assert.equal(message.stop_reason, null);
    assert.equal(message.stop_sequence, null);
    this.message = { ...message, content: [] };
  }

  content_block_start({ index, content_block: block }) {
    assert.equal(this.open, false, 'the last block is closed first');
    assert.equal(this.delta, null, 'no block behind message_delta');
    assert.equal(index, this.message.content.length, 'block indices count from 0 without a gap');
    assert.ok(DELTAS[block.type], `block type ${block.type}`);
    if (block.type === 'tool_use') {
      assert.match(block.id, /^[A-Za-z0-9_-]+$/);
      assert.deepEqual(block.input, {});
    }
    this.open = true;
    this.json = '';
    this.message.content.push({ ...block });
  }

  content_block_delta({ index, delta }) {
    const block = this.current(index);
    assert.ok(DELTAS[block.type].has(delta.type), `${delta.type} in a ${block.type} block`);
    if (delta.type === 'text_delta') block.text += delta.text;
    if (delta.type === 'thinking_delta') {
      assert.equal(block.signature, '', 'the signature comes last');
      block.thinking += delta.thinking;
    }
    if (delta.type === 'signature_delta') block.signature += delta.signature;
    if (delta.type === 'input_json_delta') this.json += delta.partial_json;
  }

  content_block_stop({ index }) {
    const block = this.current(index);
    if (block.type === 'tool_use') block.input = JSON.parse(this.json || '{}');
    this.open = false;
  }

  message_delta({ delta, usage }) {
    assert.equal(this.open, false, 'message_delta behind the last block');
    assert.equal(this.delta, null, 'one message_delta');
    assert.ok(STOP_REASONS.has(delta.stop_reason), `stop_reason ${delta.stop_reason}`);
    check_usage(usage, 'message_delta');
    const calls = this.message.content.some((block) => block.type === 'tool_use');
    if (delta.stop_reason === 'tool_use') assert.ok(calls, 'tool_use needs a call');
    this.delta = delta;
    Object.assign(this.message, delta);
    this.message.usage = { ...this.message.usage, ...usage };
  }

  message_stop() {
    assert.ok(this.delta, 'message_delta before message_stop');
    this.stopped = true;
  }

  current(index) {
    assert.ok(this.open, 'a block is open');
    assert.equal(index, this.message.content.length - 1, 'the open block');
    return this.message.content[index];
  }
}

/** Checks a whole, undisturbed stream and returns its message. `thinking: false`: there may be none. */
export function check_stream(text, { model, thinking = true }) {
  const state = new StreamState(model);
  for (const frame of frames_of(text)) {
    assert.equal(state.stopped, false, 'nothing behind message_stop');
    if (frame.comment !== undefined) continue;
    assert.equal(frame.data.type, frame.event, 'event line and type agree');
    if (frame.event === 'ping') continue;
    assert.ok(typeof state[frame.event] === 'function' && frame.event !== 'current', `event ${frame.event}`);
    if (frame.event !== 'message_start') assert.ok(state.message, 'message_start comes first');
    state[frame.event](frame.data);
  }
  assert.ok(state.stopped, 'message_stop ends the stream');
  if (!thinking) assert.ok(state.message.content.every((block) => block.type !== 'thinking'), 'no thinking');
  return state.message;
}

/** Checks a whole message that was not streamed. */
export function check_message(message, { model, thinking = true }) {
  check_head(message, model, 'message');
  assert.ok(STOP_REASONS.has(message.stop_reason), `stop_reason ${message.stop_reason}`);
  for (const block of message.content) assert.ok(DELTAS[block.type], `block type ${block.type}`);
  if (!thinking) assert.ok(message.content.every((block) => block.type !== 'thinking'), 'no thinking');
  return message;
}
