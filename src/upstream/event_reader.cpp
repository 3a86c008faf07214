#include "upstream/event_reader.hpp"

#include "wire/anthropic_error.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/json_text.hpp"
#include "wire/usage_json.hpp"

namespace rlm::upstream {
namespace {

constexpr std::size_t kWholeAnswerMax = 32u << 20;

// An answer that came whole, as the events of a stream.
void events_of(Answer answer, std::deque<StreamEvent>& out) {
  out.emplace_back(stream::MessageStart{answer.id, answer.model, answer.usage});
  int at = 0;
  for (auto& block : answer.content) {
    out.emplace_back(stream::BlockStart{at, std::move(block)});
    out.emplace_back(stream::BlockStop{at++});
  }
  out.emplace_back(stream::MessageDelta{answer.stop_reason, answer.stop_sequence, answer.usage});
  out.emplace_back(stream::MessageStop{});
}

}  // namespace

EventReader::EventReader(OpenedCall& opened, wire::JsonIndex& index)
    : opened_(opened), index_(index) {
  ended_ = opened.first.end;
  feed(opened.first.bytes);
  opened.first = {};
}

void EventReader::feed(std::string_view bytes) {
  if (!opened_.is_stream) {
    whole_ += bytes;
    if (whole_.size() > kWholeAnswerMax)
      broken_ = Error{ErrorKind::TooLarge, Source::Upstream, "the upstream's answer is too large"};
    else if (ended_)
      take_whole_answer();
    return;
  }
  auto fed = parser_.feed(bytes, [this](std::string_view, std::string_view data) {
    if (broken_) return;
    const Buffer padded(data);
    auto event = wire::read_stream_event(padded.view(), index_);
    if (!event) {
      broken_ = std::move(event.error());
      return;
    }
    note(*event);
    events_.push_back(std::move(*event));
  });
  if (!fed && !broken_) broken_ = std::move(fed.error());
  if (ended_ && parser_.in_event() && !broken_)
    broken_ = Error{ErrorKind::Protocol, Source::Upstream,
                    "the upstream's stream ended in the middle of an event"};
}

void EventReader::take_whole_answer() {
  auto answer = wire::read_answer(whole_, index_);
  if (!answer) {
    broken_ = std::move(answer.error());
    return;
  }
  usage_ = answer->usage;
  stopped_ = true;
  opened_.completed();
  events_of(std::move(*answer), events_);
}

void EventReader::note(const StreamEvent& event) {
  if (const auto* start = std::get_if<stream::MessageStart>(&event)) {
    wire::merge_usage(usage_, start->usage);
    usage_.reported = false;
  } else if (const auto* text = std::get_if<stream::TextDelta>(&event)) {
    text_bytes_ += text->text.size();
  } else if (const auto* thought = std::get_if<stream::ThinkingDelta>(&event)) {
    text_bytes_ += thought->text.size();
  } else if (const auto* input = std::get_if<stream::InputDelta>(&event)) {
    text_bytes_ += input->partial_json.size();
  } else if (const auto* delta = std::get_if<stream::MessageDelta>(&event)) {
    wire::merge_usage(usage_, delta->usage);
  } else if (std::holds_alternative<stream::MessageStop>(event)) {
    stopped_ = true;
    opened_.completed();
  }
}

Usage EventReader::usage() const {
  Usage known = usage_;
  if (!known.reported) {
    const auto estimate = static_cast<Tokens>((text_bytes_ * 2 + 6) / 7);  // 3.5 bytes a token
    if (estimate > known.output) known.output = estimate;
  }
  return known;
}

net::Task<Result<std::optional<StreamEvent>>> EventReader::next() {
  while (events_.empty() && !broken_ && !ended_) {
    auto piece = co_await opened_.call->read();
    if (!piece) {
      broken_ = std::move(piece.error());
      break;
    }
    ended_ = piece->end;
    feed(piece->bytes);
  }
  if (!events_.empty()) {
    StreamEvent event = std::move(events_.front());
    events_.pop_front();
    if (const auto* failure = std::get_if<stream::Failure>(&event)) {
      Error error{ErrorKind::UpstreamStatus, Source::Upstream,
                  "the upstream broke off: " + failure->type};
      error.status = wire::status_of_type(failure->type);
      error.body = R"({"type":"error","error":{"type":)" + wire::json_string(failure->type) +
                   R"(,"message":)" + wire::json_string(failure->message) + "}}";
      opened_.broke_off(error);
      co_return fail(std::move(error));
    }
    co_return std::optional<StreamEvent>(std::move(event));
  }
  if (broken_) {
    opened_.broke_off(*broken_);
    co_return fail(*broken_);
  }
  if (!stopped_) {
    const Error early(ErrorKind::Protocol, Source::Upstream, "the stream ended early");
    opened_.broke_off(early);
  }
  co_return std::optional<StreamEvent>();
}

}  // namespace rlm::upstream
