#pragma once
// An opened stream as a sequence of events.

#include <deque>
#include <optional>

#include "domain/answer.hpp"
#include "upstream/open_call.hpp"
#include "wire/json_cursor.hpp"
#include "wire/sse.hpp"

namespace rlm::upstream {

/// Reads the events of an opened call, whether the upstream streams or answers with one JSON body.
/// The endpoint's health hears how that ends. One thread.
class EventReader {
 public:
  /// Must be built at once after open_call returned: it takes in the first bytes. `index` is the
  /// worker's scratch.
  EventReader(OpenedCall& opened, wire::JsonIndex& index);

  /// The next event; nothing at the end of the body. Errors: Timeout, Protocol (also for a body cut
  /// in the middle of an event), Cancelled, and UpstreamStatus for an error event.
  net::Task<Result<std::optional<StreamEvent>>> next();
  /// True when next() will not have to wait for the upstream.
  bool ready() const { return !events_.empty() || broken_ || ended_; }
  /// Usage as far as the events told: input from message_start, output from message_delta, else
  /// estimated from text.
  Usage usage() const;
  bool message_stopped() const { return stopped_; }

 private:
  void feed(std::string_view bytes);
  void take_whole_answer();
  void note(const StreamEvent& event);

  OpenedCall& opened_;
  wire::JsonIndex& index_;
  wire::SseParser parser_;
  std::deque<StreamEvent> events_;
  std::string whole_;  // a JSON body
  std::optional<Error> broken_;
  bool ended_ = false;
  bool stopped_ = false;
  Usage usage_;
  std::size_t text_bytes_ = 0;
};

}  // namespace rlm::upstream
