#pragma once
// An answer that leaves while it is being written: kept back at first, then passed on event by
// event.

#include <string>

#include "domain/answer.hpp"
#include "domain/request.hpp"
#include "respond/relay.hpp"
#include "respond/response_sink.hpp"
#include "respond/rewrite_events.hpp"

namespace rlm::respond {

/// Composes the client's stream from a model's events. One thread; `request`, `sink` and `record`
/// must outlive it.
class LiveAnswer {
 public:
  /// `held`: text that stands before the first event.
  LiveAnswer(std::string held, const Request& request, ResponseSink& sink, ExchangeRecord& record)
      : request_(request), sink_(sink), record_(record), blocks_(std::move(held)) {}

  /// Takes the next event; nothing is sent by it. Message events are passed over.
  void add(const StreamEvent& event);

  /// Begins the response: status and headers (or, behind pings, a comment that says who answers)
  /// and message_start with `prompt`. record.verdict and answered_model must be set. Once.
  void release(const Usage& prompt, std::int64_t elapsed_ms);
  bool released() const { return released_; }

  /// Sends what has been added, once released; waits while the client is slow. False when it is
  /// gone.
  net::Task<bool> flush();
  /// The same without waiting, from a timer; what cannot be sent now is sent by the next flush().
  void try_flush();

  /// Closes the answer with `last` and record.seen. `settle` is called before the bytes leave; what
  /// the exchange cost then follows as a comment, which the head could not say. False when the
  /// client is gone.
  net::Task<bool> finish(const stream::MessageDelta& last, const Settle& settle);

 private:
  void append(const StreamEvent& event);

  const Request& request_;
  ResponseSink& sink_;
  ExchangeRecord& record_;
  RewriteEvents blocks_;
  std::string out_;
  bool released_ = false;
};

}  // namespace rlm::respond
