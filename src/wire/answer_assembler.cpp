#include <utility>
#include <variant>

#include "wire/anthropic_error.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/json_text.hpp"
#include "wire/usage_json.hpp"

namespace rlm::wire {
namespace {

/// What a block costs beyond its text, so that a stream of empty blocks has an end too.
constexpr std::size_t kBlockBytes = sizeof(ContentBlock);

tl::unexpected<Error> broken(std::string what) {
  return fail(ErrorKind::Protocol, Source::Upstream, "stream: " + std::move(what));
}

}  // namespace

Result<void> AnswerAssembler::feed(const StreamEvent& event) {
  const bool is_neutral = std::holds_alternative<stream::Ignored>(event) ||
                          std::holds_alternative<stream::Failure>(event);
  if (!is_neutral) {
    const bool is_start = std::holds_alternative<stream::MessageStart>(event);
    if (is_start && started_) return broken("a second message_start");
    if (!is_start && !started_) return broken("an event before message_start");
    if (answer_.complete) return broken("an event behind message_stop");
  }
  return std::visit([this](const auto& one) { return on(one); }, event);
}

Result<void> AnswerAssembler::count(std::size_t bytes) {
  bytes_ += bytes;
  if (bytes_ <= bytes_max_) return {};
  return broken("the answer exceeds " + std::to_string(bytes_max_) + " bytes");
}

Result<void> AnswerAssembler::on(const stream::MessageStart& event) {
  started_ = true;
  answer_.id = event.id;
  answer_.model = event.model;
  answer_.usage = event.usage;
  return {};
}

Result<void> AnswerAssembler::on(const stream::BlockStart& event) {
  if (open_block_ >= 0) return broken("a block inside a block");
  if (static_cast<std::size_t>(event.index) != answer_.content.size())
    return broken("block " + std::to_string(event.index) + " where " +
                  std::to_string(answer_.content.size()) + " was expected");
  const ContentBlock& block = event.block;
  const auto counted = count(block.text.size() + block.id.size() + block.name.size() + kBlockBytes);
  if (!counted) return counted;
  open_block_ = event.index;
  input_from_start_ = block.kind == ContentBlock::Kind::ToolUse && !block.text.empty();
  answer_.content.push_back(block);
  return {};
}

Result<void> AnswerAssembler::append(int index, ContentBlock::Kind kind, const std::string& text) {
  if (index != open_block_) return broken("a delta for a block that is not open");
  ContentBlock& block = answer_.content.back();
  if (block.kind == ContentBlock::Kind::Other) return {};
  if (block.kind != kind) return broken("a delta that does not fit its block");
  if (auto counted = count(text.size()); !counted) return counted;
  block.text += text;
  return {};
}

Result<void> AnswerAssembler::on(const stream::TextDelta& event) {
  return append(event.index, ContentBlock::Kind::Text, event.text);
}

Result<void> AnswerAssembler::on(const stream::InputDelta& event) {
  if (input_from_start_ && event.index == open_block_ && !event.partial_json.empty()) {
    answer_.content.back().text.clear();
    input_from_start_ = false;
  }
  return append(event.index, ContentBlock::Kind::ToolUse, event.partial_json);
}

Result<void> AnswerAssembler::on(const stream::ThinkingDelta& event) {
  return append(event.index, ContentBlock::Kind::Thinking, event.text);
}

Result<void> AnswerAssembler::on(const stream::BlockStop& event) {
  if (event.index != open_block_) return broken("a content_block_stop without its block");
  open_block_ = -1;
  ContentBlock& block = answer_.content.back();
  if (block.kind == ContentBlock::Kind::ToolUse && block.text.empty()) block.text = "{}";
  return {};
}

Result<void> AnswerAssembler::on(const stream::MessageDelta& event) {
  if (!event.stop_reason.empty()) answer_.stop_reason = event.stop_reason;
  if (!event.stop_sequence.empty()) answer_.stop_sequence = event.stop_sequence;
  merge_usage(answer_.usage, event.usage);
  return {};
}

Result<void> AnswerAssembler::on(const stream::MessageStop&) {
  if (open_block_ >= 0) return broken("message_stop inside a block");
  answer_.complete = true;
  return {};
}

Result<void> AnswerAssembler::on(const stream::Failure& event) {
  Error error;
  error.kind = ErrorKind::UpstreamStatus;
  error.source = Source::Upstream;
  error.message = "the upstream ended its stream with an error event of type " + event.type;
  error.status = status_of_type(event.type);
  error.body = R"({"type":"error","error":{"type":)" + json_string(event.type) + R"(,"message":)" +
               json_string(event.message) + "}}";
  return fail(std::move(error));
}

}  // namespace rlm::wire
