#pragma once
// The verify model asked beside the draft: whoever has an answer first serves, the other is
// stopped (docs/planning.md, "Racing").

#include <optional>
#include <string>

#include "domain/request.hpp"
#include "exchange/exchange_context.hpp"
#include "net/event.hpp"
#include "upstream/open_call.hpp"
#include "wire/usage_tap.hpp"

namespace rlm::exchange {

/// One thread; lives in the frame that serves the draft, which joins it. The verify model has an
/// answer with its first word, the draft when it may leave.
class Race {
 public:
  enum class Winner : std::uint8_t { Nobody, Draft, Verify };

  /// Begins the verify model's call; `x` must outlive this.
  explicit Race(ExchangeContext& x);
  Race(const Race&) = delete;
  Race& operator=(const Race&) = delete;
  ~Race();

  /// The drafted answer is about to leave: the verify model's call is closed at once. False when
  /// that one was first; the draft's calls are then being stopped.
  bool draft_wins();
  bool verify_won() const { return winner_ == Winner::Verify; }
  /// Stops the drafted side: its client left, or the verify model was first.
  net::StopSource& drafting() { return drafting_; }

  /// The verify model's answer, for a draft that came to nothing or was too late; waits until it
  /// begins or fails. Once.
  net::Task<Result<upstream::OpenedCall>> answer();
  bool is_taken() const { return taken_; }
  /// Where the verify model's calls are noted, so that they can be closed after the record.
  upstream::CallLog& calls() { return calls_; }

  /// Adds the verify model's calls to the drafted side's, as they are billed now.
  void book(std::vector<CallRecord>& calls, const money::ExpectedUse& expected);
  /// Counts who won, and what the other has cost of the exchange's calls.
  void count(observe::Metrics& metrics, const std::vector<CallRecord>& all_calls) const;

  /// Stops what is under way and waits for its end.
  net::Task<void> join();

 private:
  net::Task<void> ask();
  net::Task<Result<void>> read_to_text();
  void note_end(CallEnd how, std::string_view error);

  ExchangeContext& x_;
  upstream::CallLog calls_;
  net::StopSource drafting_;
  net::StopSource asking_;
  net::StopCallback on_gone_;
  std::optional<Result<upstream::OpenedCall>> opened_;
  std::optional<wire::UsageTap> tap_;
  Winner winner_ = Winner::Nobody;
  bool taken_ = false;
  bool over_ = false;
  net::Event ended_;
  net::TaskScope scope_;
};

}  // namespace rlm::exchange
