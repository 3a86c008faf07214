#include <utility>

#include "wire/anthropic_stream.hpp"
#include "wire/usage_json.hpp"

namespace rlm::wire {
namespace {

using Type = JsonValue::Type;

tl::unexpected<Error> broken(std::string what) {
  return fail(ErrorKind::Protocol, Source::Upstream, std::move(what));
}

/// The object that `text` is.
Result<JsonValue> read_object(std::string_view text, const char* what, JsonIndex& index) {
  auto root = index.parse(text);
  if (!root) return broken(std::string(what) + ": " + root.error().message);
  if (!root->is(Type::Object)) return broken(std::string(what) + ": expected a JSON object");
  return *root;
}

Result<int> index_of(JsonValue root) {
  constexpr std::int64_t kIndexMax = 1'000'000;
  const std::int64_t index = root.member("index").integer(-1);
  if (index < 0 || index > kIndexMax) return broken("stream event: expected an index");
  return static_cast<int>(index);
}

StreamEvent read_delta(int index, JsonValue delta) {
  const std::string_view type = delta.member("type").quoted();
  if (type == "text_delta") return stream::TextDelta{index, delta.member("text").string()};
  if (type == "input_json_delta")
    return stream::InputDelta{index, delta.member("partial_json").string()};
  if (type == "thinking_delta")
    return stream::ThinkingDelta{index, delta.member("thinking").string()};
  return stream::Ignored{};
}

Result<StreamEvent> read_block_event(std::string_view type, JsonValue root) {
  const auto index = index_of(root);
  if (!index) return fail(index.error());
  if (type == "content_block_delta") return read_delta(*index, root.member("delta"));
  if (type == "content_block_stop") return stream::BlockStop{*index};
  const JsonValue block = root.member("content_block");
  if (!block.is(Type::Object)) return broken("content_block_start: expected a content_block");
  return stream::BlockStart{*index, read_block(block)};
}

stream::Failure read_failure(JsonValue error) {
  return {error.member("type").string(), error.member("message").string()};
}

}  // namespace

ContentBlock read_block(JsonValue block) {
  ContentBlock read;
  const std::string_view type = block.member("type").quoted();
  if (type == "text") {
    read.text = block.member("text").string();
  } else if (type == "tool_use") {
    read.kind = ContentBlock::Kind::ToolUse;
    read.id = block.member("id").string();
    read.name = block.member("name").string();
    // At the start of a streamed call the input is empty; what it really is follows in deltas.
    const JsonValue input = block.member("input");
    input.each_member([&](std::string_view, JsonValue) { return read.text = input.raw(), false; });
  } else if (type == "thinking" || type == "redacted_thinking") {
    read.kind = ContentBlock::Kind::Thinking;
    read.text = block.member("thinking").string();
  } else {
    read.kind = ContentBlock::Kind::Other;
    read.text = block.raw();
  }
  return read;
}

Result<StreamEvent> read_stream_event(std::string_view data, JsonIndex& index) {
  const auto root = read_object(data, "stream event", index);
  if (!root) return fail(root.error());
  const JsonValue type_value = root->member("type");
  // llama.cpp's errors come without Anthropic's envelope.
  if (!type_value.exists() && root->member("error").is(Type::Object))
    return read_failure(root->member("error"));
  if (!type_value.is(Type::String)) return broken("stream event: expected a type");
  const std::string_view type = type_value.quoted();
  if (type.starts_with("content_block_")) return read_block_event(type, *root);
  if (type == "message_start") {
    const JsonValue message = root->member("message");
    return stream::MessageStart{message.member("id").string(), message.member("model").string(),
                                read_usage(message.member("usage"), 0)};
  }
  if (type == "message_delta") {
    const JsonValue delta = root->member("delta");
    return stream::MessageDelta{delta.member("stop_reason").string(),
                                delta.member("stop_sequence").string(),
                                read_usage(root->member("usage"), -1)};
  }
  if (type == "message_stop") return stream::MessageStop{};
  if (type == "error") return read_failure(root->member("error"));
  return stream::Ignored{};
}

Result<Answer> read_answer(std::string_view body, JsonIndex& index) {
  const auto root = read_object(body, "answer", index);
  if (!root) return fail(root.error());
  const JsonValue content = root->member("content");
  if (!root->member("type").equals("message") || !content.is(Type::Array))
    return broken("answer: expected a message with content");
  Answer answer;
  answer.id = root->member("id").string();
  answer.model = root->member("model").string();
  answer.stop_reason = root->member("stop_reason").string();
  answer.stop_sequence = root->member("stop_sequence").string();
  merge_usage(answer.usage, read_usage(root->member("usage"), -1));
  answer.complete = true;
  content.each_element([&](JsonValue block) {
    answer.content.push_back(read_block(block));
    ContentBlock& last = answer.content.back();
    if (last.kind == ContentBlock::Kind::ToolUse && last.text.empty()) last.text = "{}";
    return true;
  });
  return answer;
}

}  // namespace rlm::wire
