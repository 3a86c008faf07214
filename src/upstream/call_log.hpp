#pragma once
// Keeps the record of every upstream call of one exchange, as the calls happen.

#include <vector>

#include "base/clock.hpp"
#include "domain/exchange_record.hpp"
#include "money/charged_usage.hpp"
#include "net/http_client.hpp"

namespace rlm::upstream {

/// One thread. Nothing that was spent goes missing: an entry that was never ended is booked as
/// stopped, and one that never told its usage as money::charged_usage() has it.
class CallLog {
 public:
  CallLog(const Clock& clock, SteadyTime exchange_started)
      : clock_(clock), started_(exchange_started) {}

  /// Notes that a call begins; the index is valid for the exchange's life.
  std::size_t begin(CallRole role, std::string_view endpoint, std::string_view model, int attempt);
  /// What it sends: the body's bytes, the kind of answer that it asks for, and how far it went.
  /// `sending` is looked at until the call has answered or ended.
  void sends(std::size_t index, std::size_t body_bytes, bool streamed, const net::Sending& sending);
  CallRecord& at(std::size_t index) { return calls_[index]; }
  /// Its kept connection turned out closed, and so long `after` it began its request went out once
  /// more: the entry ends as unreachable, which is free, and another begins. Returns that one's
  /// index.
  std::size_t repeat(std::size_t index, Milliseconds after);
  /// The head arrived.
  void answered(std::size_t index, int status, Milliseconds first_byte_after);
  /// The call is over.
  void end(std::size_t index, CallEnd how, const Usage& usage, std::string_view error = {});

  /// Nothing needs to be estimated.
  bool all_told() const;
  bool is_under_way(std::size_t index) const {
    return calls_[index].end == CallEnd::Failed && calls_[index].error.empty();
  }

  /// The calls as they are billed now; what ends later changes nothing in them.
  std::vector<CallRecord> billed(const money::ExpectedUse& expected) const;
  std::vector<CallRecord> take(const money::ExpectedUse& expected);
  /// As they are, before they are billed.
  const std::vector<CallRecord>& calls() const { return calls_; }
  const Clock& clock() const { return clock_; }
  std::int64_t elapsed_ms() const;

 private:
  /// What a record does not keep.
  struct Sent {
    const net::Sending* sending = nullptr;  // while the call is being opened
    bool whole = false;
    bool streamed = true;
    std::size_t bytes = 0;
  };
  void bill(std::size_t index, CallRecord& call, const money::ExpectedUse& expected) const;
  void has_gone(std::size_t index);

  const Clock& clock_;
  SteadyTime started_;
  std::vector<CallRecord> calls_;
  std::vector<Sent> sent_;  // of each call
};

}  // namespace rlm::upstream
