#include "verify/verify_draft.hpp"

#include "money/prompt_cache.hpp"
#include "wire/anthropic_request.hpp"
#include "wire/json_text.hpp"

namespace rlm::verify {
namespace {

using Decision = VerdictGate::Decision;

// Takes the inserted message's tokens off again.
Usage prompt_without(Usage usage, std::size_t message_bytes) {
  const auto inserted = static_cast<Tokens>(message_bytes * 2 / 7);  // 3.5 bytes a token
  usage = money::without_suffix(usage, inserted);
  usage.output = 0;
  return usage;
}

// What one event means to the gate; NeedMore also for events that are no text.
Decision decide(VerdictGate& gate, const StreamEvent& event, bool& in_thinking, bool& other_block) {
  if (const auto* start = std::get_if<stream::BlockStart>(&event)) {
    in_thinking = start->block.kind == ContentBlock::Kind::Thinking ||
                  start->block.kind == ContentBlock::Kind::Other;
    other_block = start->block.kind == ContentBlock::Kind::ToolUse;
    if (other_block) return gate.finish();
    return start->block.kind == ContentBlock::Kind::Text ? gate.feed(start->block.text)
                                                         : gate.decision();
  }
  if (const auto* text = std::get_if<stream::TextDelta>(&event)) return gate.feed(text->text);
  if (std::holds_alternative<stream::BlockStop>(event) && !in_thinking) return gate.finish();
  if (std::holds_alternative<stream::MessageDelta>(event)) return gate.finish();
  return gate.decision();
}

bool is_text(const StreamEvent& event) {
  if (const auto* start = std::get_if<stream::BlockStart>(&event))
    return start->block.kind == ContentBlock::Kind::Text;
  return std::holds_alternative<stream::TextDelta>(event);
}

// A call behind a verdict is paid for nothing.
bool begins_call(const StreamEvent& event) {
  const auto* start = std::get_if<stream::BlockStart>(&event);
  return start != nullptr && start->block.kind == ContentBlock::Kind::ToolUse;
}

// A verdict is usually the whole reply: its end is then a few bytes away and tells the exact usage.
net::Task<CallEnd> end_of_verdict(upstream::EventReader& events) {
  for (;;) {
    auto event = co_await events.next();
    if (!event || !*event)
      co_return events.message_stopped() ? CallEnd::Complete : CallEnd::Cancelled;
    if (std::holds_alternative<stream::MessageStop>(**event)) co_return CallEnd::Complete;
    if (is_text(**event) || begins_call(**event)) co_return CallEnd::Cancelled;
  }
}

// Takes the rest of an edit into `start`. Complete at the end of the reply, Cancelled when there is
// no point in reading on.
net::Task<Result<CallEnd>> collect_edit(upstream::EventReader& events, VerdictStart& start) {
  for (;;) {
    auto event = co_await events.next();
    if (!event) co_return fail(std::move(event.error()));
    if (!*event)
      co_return fail(ErrorKind::Protocol, Source::Verify, "the verify model's edit ended early");
    if (const auto* block = std::get_if<stream::BlockStart>(&**event)) {
      if (block->block.kind == ContentBlock::Kind::ToolUse) co_return CallEnd::Cancelled;
      if (block->block.kind == ContentBlock::Kind::Text) start.held += block->block.text;
    } else if (const auto* text = std::get_if<stream::TextDelta>(&**event)) {
      start.held += text->text;
    } else if (const auto* delta = std::get_if<stream::MessageDelta>(&**event)) {
      start.edit_whole = delta->stop_reason == "end_turn";
    } else if (std::holds_alternative<stream::MessageStop>(**event)) {
      co_return CallEnd::Complete;
    }
    if (start.held.size() > kEditBytesMax) co_return CallEnd::Cancelled;
  }
}

// A verdict call that brought no verdict.
tl::unexpected<Error> end_failed(upstream::EventReader& events, const upstream::OpenedCall& opened,
                                 upstream::CallLog& log, Error error) {
  const bool gone = error.kind == ErrorKind::Cancelled;
  log.end(opened.log_index, gone ? CallEnd::Cancelled : CallEnd::Failed, events.usage(),
          name_of(error.kind));
  return fail(std::move(error));
}

}  // namespace

wire::SplicedBody verdict_body(const Request& request, std::string_view message) {
  wire::SplicedBody body(request.body.view());
  wire::set_stream(body, request.facts);
  // A verdict is a word, and no call.
  if (request.facts.must_call_tool && !request.facts.tool_choice_value.empty())
    body.replace(request.facts.tool_choice_value, R"({"type":"auto"})");
  // Nor is it of the answer's form.
  if (!request.facts.format_value.empty()) body.replace(request.facts.format_value, "null");
  wire::append_user_message(body, request.facts, message);
  return body;
}

Buffer digest_body(std::string_view model, std::string_view message) {
  // A verdict is a word; edits of an answer are the longest reply.
  const std::string text =
      R"({"model":)" + wire::json_string(model) +
      R"(,"max_tokens":8192,"stream":true,"messages":[{"role":"user","content":)" +
      wire::json_string(message) + "}]}";
  return Buffer(text);
}

net::Task<Result<VerdictStart>> read_verdict(upstream::EventReader& events,
                                             upstream::OpenedCall& opened,
                                             std::size_t message_bytes, upstream::CallLog& log,
                                             VerdictGate::Judged judged) {
  VerdictGate gate(judged);
  VerdictStart start;
  bool in_thinking = false;
  bool other_block = false;
  for (;;) {
    auto event = co_await events.next();
    if (!event) co_return end_failed(events, opened, log, std::move(event.error()));
    if (!*event) {
      Error error{ErrorKind::Protocol, Source::Verify, "the verify model gave no answer"};
      co_return end_failed(events, opened, log, std::move(error));
    }
    const Decision decision = decide(gate, **event, in_thinking, other_block);
    if (decision == Decision::NeedMore) continue;
    start.prompt = prompt_without(events.usage(), message_bytes);
    start.decision = decision;
    if (decision == Decision::UseDraft || decision == Decision::Continue) {
      const CallEnd how = gate.has_tail() ? CallEnd::Cancelled : co_await end_of_verdict(events);
      log.end(opened.log_index, how, events.usage());
      start.prompt = prompt_without(events.usage(), message_bytes);  // some tell it at the end only
      if (how == CallEnd::Cancelled) opened.call.reset();
      co_return start;
    }
    start.held = gate.held();
    if (decision == Decision::Edit) {
      // The event that ended the line may be the one that ends the reply.
      if (const auto* delta = std::get_if<stream::MessageDelta>(&**event))
        start.edit_whole = delta->stop_reason == "end_turn";
      const auto how = co_await collect_edit(events, start);
      if (!how) co_return end_failed(events, opened, log, how.error());
      log.end(opened.log_index, *how, events.usage());
      start.prompt = prompt_without(events.usage(), message_bytes);
      if (*how == CallEnd::Cancelled) {
        start.edit_whole = false;
        opened.call.reset();
      }
      co_return start;
    }
    if (!is_text(**event)) start.unread = std::move(**event);
    co_return start;
  }
}

}  // namespace rlm::verify
