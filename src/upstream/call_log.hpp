#pragma once
// Keeps the record of every upstream call of one exchange, as the calls happen.

#include <vector>

#include "base/clock.hpp"
#include "domain/exchange_record.hpp"

namespace rlm::upstream {

/// One thread. An entry that is never finished stays CallEnd::Failed… with what is known: nothing
/// that was spent goes missing.
class CallLog {
 public:
  CallLog(const Clock& clock, SteadyTime exchange_started)
      : clock_(clock), started_(exchange_started) {}

  /// Notes that a call begins; the index is valid for the exchange's life.
  std::size_t begin(CallRole role, std::string_view endpoint, std::string_view model, int attempt);
  CallRecord& at(std::size_t index) { return calls_[index]; }
  /// The head arrived.
  void answered(std::size_t index, int status, Milliseconds first_byte_after);
  /// The call is over.
  void end(std::size_t index, CallEnd how, const Usage& usage, std::string_view error = {});

  std::vector<CallRecord> take() { return std::move(calls_); }
  const std::vector<CallRecord>& calls() const { return calls_; }
  const Clock& clock() const { return clock_; }
  std::int64_t elapsed_ms() const;

 private:
  const Clock& clock_;
  SteadyTime started_;
  std::vector<CallRecord> calls_;
};

}  // namespace rlm::upstream
