#include "dialect/block_writer.hpp"

#include <utility>

#include "wire/anthropic_stream.hpp"
#include "wire/sse.hpp"

namespace rlm::dialect {
namespace {

using State = ObjectScan::State;

constexpr std::uint32_t kReasoningPerPing = 32;

tl::unexpected<Error> protocol(const char* what) {
  return fail(ErrorKind::Protocol, Source::Upstream, what);
}

}  // namespace

void BlockWriter::start(std::string& out) {
  if (std::exchange(started_, true)) return;
  Usage usage;
  usage.input = names_.prompt_estimate;
  wire::append_message_start(out, names_.id, names_.model, usage);
}

void BlockWriter::reasoning(std::string& out) {
  if (reasoning_++ % kReasoningPerPing == 0) wire::append_ping(out);
}

bool BlockWriter::can_close() const {
  return waiting_.empty() && (kind_ != Kind::Call || scan_.state() == State::Whole);
}

void BlockWriter::close(std::string& out) {
  if (kind_ != Kind::None) wire::append_block_stop(out, index_);
  kind_ = Kind::None;
}

Result<void> BlockWriter::open(Waiting block, std::string& out) {
  close(out);
  kind_ = block.kind;
  key_ = block.key;
  ++index_;
  ContentBlock start;
  if (kind_ == Kind::Call) {
    scan_ = ObjectScan();
    start.kind = ContentBlock::Kind::ToolUse;
    start.id = std::move(block.id);
    start.name = std::move(block.name);
  }
  wire::append_block_start(out, index_, start);
  if (block.bytes.empty()) return {};
  if (kind_ == Kind::Call) return write_arguments(block.bytes, out);
  wire::append_text_delta(out, index_, block.bytes);
  return {};
}

Result<void> BlockWriter::write_arguments(std::string_view fragment, std::string& out) {
  const std::string_view part = scan_.feed(fragment);
  if (scan_.state() == State::Broken)
    return protocol("the upstream's tool call has arguments that are no JSON object");
  // Anthropic's own streams begin with an empty fragment too; clients show the call by it.
  if (!part.empty() || fragment.empty()) wire::append_input_delta(out, index_, part);
  return {};
}

/// Opens what waits, as long as what is open is whole; all of it at the end.
Result<void> BlockWriter::advance(bool all, std::string& out) {
  std::size_t next = 0;
  Result<void> done;
  while (done && next < waiting_.size() &&
         (all || kind_ != Kind::Call || scan_.state() == State::Whole)) {
    if (kind_ == Kind::Call && scan_.state() == State::Open) break;
    waiting_bytes_ -= waiting_[next].bytes.size();
    done = open(std::move(waiting_[next++]), out);
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(next));
  return done;
}

Result<void> BlockWriter::count_waiting(std::size_t bytes) {
  waiting_bytes_ += bytes;
  if (waiting_bytes_ <= kWaitingBytesMax) return {};
  return fail(ErrorKind::TooLarge, Source::Upstream,
              "more than " + std::to_string(kWaitingBytesMax) +
                  " bytes of the upstream's answer wait for a tool call that does not end");
}

Result<void> BlockWriter::wait(Waiting block) {
  auto counted = count_waiting(block.bytes.size());
  waiting_.push_back(std::move(block));
  return counted;
}

Result<void> BlockWriter::text(std::uint64_t key, std::string_view text, std::string& out) {
  if (text.empty()) return {};
  bytes_ += text.size();
  if (waiting_.empty() && kind_ == Kind::Text && key_ == key) {
    wire::append_text_delta(out, index_, text);
    return {};
  }
  if (!waiting_.empty() && waiting_.back().kind == Kind::Text && waiting_.back().key == key) {
    waiting_.back().bytes += text;
    return count_waiting(text.size());
  }
  if (static_cast<std::size_t>(++blocks_) > kBlocksMax)
    return fail(ErrorKind::TooLarge, Source::Upstream, "the upstream's answer has too many blocks");
  Waiting block{Kind::Text, key, {}, {}, std::string(text)};
  return can_close() ? open(std::move(block), out) : wait(std::move(block));
}

Result<void> BlockWriter::begin_call(std::uint64_t key, std::string_view id, std::string_view name,
                                     std::string& out) {
  if (name.empty()) return protocol("the upstream's tool call has no name");
  if (static_cast<std::size_t>(++blocks_) > kBlocksMax)
    return fail(ErrorKind::TooLarge, Source::Upstream, "the upstream's answer has too many blocks");
  Waiting block{Kind::Call, key, ids_.take(id), std::string(name), {}};
  return can_close() ? open(std::move(block), out) : wait(std::move(block));
}

Result<void> BlockWriter::arguments(std::uint64_t key, std::string_view fragment,
                                    std::string& out) {
  bytes_ += fragment.size();
  if (kind_ == Kind::Call && key_ == key) {
    auto written = write_arguments(fragment, out);
    return written && !waiting_.empty() ? advance(false, out) : written;
  }
  for (Waiting& block : waiting_) {
    if (block.kind != Kind::Call || block.key != key) continue;
    block.bytes += fragment;
    return count_waiting(fragment.size());
  }
  // Its arguments were whole, else it would be open or waiting.
  if (fragment.find_first_not_of(" \t\r\n") == fragment.npos) return {};
  return protocol("the upstream's tool call goes on behind the end of its arguments");
}

Result<void> BlockWriter::end(std::string_view stop_reason, const Usage* usage, std::string& out) {
  start(out);
  // A call that was cut off by max_tokens is given as far as it came, as Anthropic does.
  const bool may_be_cut = stop_reason == "max_tokens";
  Result<void> done;
  do {
    if (kind_ == Kind::Call && scan_.state() == State::Open) {
      if (!may_be_cut) return protocol("the upstream's tool call has arguments without an end");
      close(out);
    }
    done = advance(true, out);
    if (!done) return done;
  } while (!waiting_.empty() || (kind_ == Kind::Call && scan_.state() == State::Open));
  close(out);
  Usage estimate;
  estimate.input = -1;
  estimate.output = static_cast<Tokens>((bytes_ * 2 + 6) / 7);
  wire::append_message_delta(out, stop_reason, {}, usage == nullptr ? estimate : *usage);
  wire::append_message_stop(out);
  return {};
}

void BlockWriter::fail_with(const MessagesError& error, std::string& out) {
  wire::append_sse(out, "error", error.body);
}

}  // namespace rlm::dialect
