#pragma once
// What was learned of a class of requests and of a model's speed. Everything begins at a stated
// guess that a few observations outweigh, and forgets slowly.

#include <array>
#include <cstdint>

#include "domain/exchange_record.hpp"
#include "route/planner.hpp"

namespace rlm::route {

/// The distribution of a positive number, by buckets that grow by the square root of two: a
/// quantile is right within a fifth. Constant memory.
class Quantiles {
 public:
  /// As if `weight` values around `median` had been seen, of which one in twenty is above `spread`
  /// (more than 1) times it.
  explicit Quantiles(double median, double spread = 4, double weight = 10);

  /// Values below 1 count as 1, above 2^24 as that.
  void add(double value);
  double mean() const { return sum_ / weight_; }
  /// The value that a `share` in [0, 1] of all is not above.
  double at(double share) const;

 private:
  static constexpr int kBuckets = 49;  // 2^0 … 2^24
  std::array<float, kBuckets> buckets_{};
  double weight_ = 0;
  double sum_ = 0;
};

/// The probability of a yes: the mean of a Beta posterior.
class Posterior {
 public:
  /// As if `weight` answers had been seen, a share `mean` of them yes.
  Posterior(double mean, double weight) : yes_(mean * weight), no_((1 - mean) * weight) {}
  void add(bool yes);
  double mean() const { return yes_ / (yes_ + no_); }
  /// Observations that count, the prior's included.
  double weight() const { return yes_ + no_; }

 private:
  double yes_;
  double no_;
};

/// One class of requests at one cascade. Priors: 300 tokens to an answer; of drafts, 95 % pass the
/// guard and 70 % of tool calls are proven; 65 % are accepted by a verdict (the paper's own share
/// of verified requests: 27 of 41), and of those that could repair, kRepairedShare do.
struct ClassStats {
  Quantiles draft_tokens{300};
  Quantiles answer_tokens{300};
  Quantiles verdict_tokens{6};
  Posterior passes{.95, 10};
  Posterior proven{.70, 10};
  Posterior accepted{.65, 10};
  Posterior repaired{kRepairedShare, 10};

  ClassForecast forecast() const;
  /// Reads the plan, the verdict and the calls of a finished exchange. What says nothing of the
  /// class (a client that left, an upstream that failed) changes nothing. `could_repair`: its
  /// verdict call's instruction knows repairs; another tells nothing of them.
  void learn(const ExchangeRecord& record, bool could_repair = true);
};

/// The turns that a cascade's draft model drove, call by call. Priors: of twenty calls one
/// cannot be delivered, and two are the turn's answer (a turn is 11 calls on average, cascade.md
/// §7b), which is taken in four of five cases.
struct TurnStats {
  Posterior handed{.05, 20};
  Posterior ends{.10, 10};
  Posterior accepted{.80, 10};

  /// `digest` and `can_append` are the caller's to set.
  TurnForecast forecast() const;
  /// Reads a finished exchange of the plan draft_turn; others, and what says nothing of the draft,
  /// change nothing.
  void learn(const ExchangeRecord& record);
};

/// How fast one endpoint answers. Priors: 1.5 s to the first byte, one in twenty above 4.5 s; 11 ms
/// a token (cascade.md §3), one in twenty above 16 ms.
struct EndpointStats {
  Quantiles first_byte_ms{1'500, 3};
  Quantiles token_us{11'000, 1.5};

  Speed speed() const;
  void learn(const CallRecord& call);
};

}  // namespace rlm::route
