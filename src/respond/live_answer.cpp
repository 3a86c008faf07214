#include "respond/live_answer.hpp"

#include "respond/deliver.hpp"
#include "wire/anthropic_stream.hpp"

#include <utility>

namespace rlm::respond {

void LiveAnswer::append(const StreamEvent& event) {
  if (const auto* start = std::get_if<stream::BlockStart>(&event)) {
    wire::append_block_start(out_, start->index, start->block);
    if (start->block.kind == ContentBlock::Kind::Text && !start->block.text.empty())
      wire::append_text_delta(out_, start->index, start->block.text);
    // A reply that came whole has the input in its block; in a stream it belongs into a delta.
    if (start->block.kind == ContentBlock::Kind::ToolUse && !start->block.text.empty())
      wire::append_input_delta(out_, start->index, start->block.text);
  } else if (const auto* text = std::get_if<stream::TextDelta>(&event)) {
    wire::append_text_delta(out_, text->index, text->text);
  } else if (const auto* input = std::get_if<stream::InputDelta>(&event)) {
    wire::append_input_delta(out_, input->index, input->partial_json);
  } else if (const auto* stop = std::get_if<stream::BlockStop>(&event)) {
    wire::append_block_stop(out_, stop->index);
  }
}

void LiveAnswer::add(const StreamEvent& event) {
  for (const StreamEvent& block : blocks_.feed(event)) append(block);
}

void LiveAnswer::release(const Usage& prompt, std::int64_t elapsed_ms) {
  released_ = true;
  record_.status = 200;
  record_.first_byte_ms = elapsed_ms;
  std::string begin;
  if (sink_.begun()) begin = verdict_comment(record_);
  if (!sink_.begun()) sink_.begin(200, stream_headers(), record_, std::nullopt);
  wire::append_message_start(begin, wire::new_message_id(), request_.facts.model, prompt);
  out_.insert(0, begin);
}

net::Task<bool> LiveAnswer::flush() {
  if (!released_ || out_.empty()) co_return true;
  // What is added while the client is slow is not part of this write.
  const std::string bytes = std::exchange(out_, {});
  record_.response_bytes += static_cast<std::int64_t>(bytes.size());
  const bool sent = co_await sink_.write(bytes, false);
  co_return sent;
}

void LiveAnswer::try_flush() {
  if (!released_ || out_.empty() || !sink_.try_write(out_)) return;
  record_.response_bytes += static_cast<std::int64_t>(out_.size());
  out_.clear();
}

net::Task<bool> LiveAnswer::finish(const stream::MessageDelta& last, const Settle& settle) {
  for (const StreamEvent& event : blocks_.finish()) append(event);
  wire::append_message_delta(out_, last.stop_reason, last.stop_sequence, record_.seen);
  std::string stop;
  wire::append_message_stop(stop);
  record_.response_bytes += static_cast<std::int64_t>(out_.size() + stop.size());
  settle();
  out_ += cost_comment(record_);  // before message_stop: many clients read no further
  out_ += stop;
  const std::string bytes = std::exchange(out_, {});
  const bool sent = co_await sink_.write(bytes, true);
  co_return sent;
}

}  // namespace rlm::respond
