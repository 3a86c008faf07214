#pragma once
// How bad a class can be at most, said at any time: an anytime-valid upper bound of a bad rate.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::quality {

/// A time-uniform upper confidence sequence for the rate at which answers are bad. It may be looked
/// at after every label, and what is done next may depend on what it said.
///
/// Theorem (Ville 1939; Waudby-Smith & Ramdas, "Estimating means of bounded random variables by
/// betting", JRSS-B 86(1), 2024, arXiv 2010.09686, Theorem 1 with a mixture of constant bets). Let
/// X_t in {0, 1} say that label t is bad, and let each label's chance of being bad, given
/// everything before it, be at least m. A player who stakes the share c of what can be lost against
/// "bad" holds
///   K_c(m) = Π (1 + c·v_t·(m − X_t) / (1 − m)),  0 < c ≤ 1, 0 < v_t ≤ 1,
/// which never is negative and is not expected to grow; neither is a weighted mean K(m) of several
/// c. So P(some t has K_t(m) ≥ 1/risk) ≤ risk, and the m with K_t(m) < 1/risk are an interval from
/// 0 to upper() that holds the rate at all times at once with probability 1 − risk. (For a rate
/// that moves, it is the least of the rates so far that is held.)
///
/// v_t is the label's weight, which must be known before the label: 1 where every answer of the
/// class had the same chance to be labelled, else least chance / own chance (see Label). The stake
/// is then a bet on (m − X)/chance, the inverse-probability estimate of m − X, so that the bound is
/// of the rate over all answers, labelled or not. A good label of weight v counts as
/// (1 + c·m/(1 − m))^v, which is never more than its own factor (Bernoulli's inequality): two
/// numbers then hold all good labels.
///
/// c = 1 with 0.6 of the weight is the exact zero-failure test: it needs 163 good labels for 2 % at
/// 95 %, against 149 when the sample's size is fixed beforehand, but is ruined by the first bad
/// one; the other bets go on. The uniform mixture over all c, the usual beta-binomial one, needs
/// 224. `rlm-cascade eval bound` prints this comparison. Constant memory; a label costs tens of
/// nanoseconds, upper() some ten microseconds. Not thread-safe.
class ConfidenceSequence {
 public:
  /// `risk` in (0, 1): how likely the bound is wrong at some time.
  explicit ConfidenceSequence(double risk = 0.05) : risk_(risk) {}

  /// One label. `weight` in (0, 1].
  void add(bool bad, double weight = 1);

  /// The bound now; 1 before anything is known.
  double upper() const;
  /// Whether upper() ≤ `rate`, in (0, 1), without the search for it.
  bool is_below(double rate) const;

  std::int64_t labels() const { return labels_; }
  std::int64_t bad() const { return bad_; }
  double risk() const { return risk_; }

  /// Everything but the risk as words, exact to the last bit.
  std::string snapshot() const;
  /// Takes the words of snapshot() off the front of `text`. BadRequest (Source::Self).
  static Result<ConfidenceSequence> restore(double risk, std::string_view& text);

  static constexpr std::size_t kBets = 7;

 private:
  std::array<double, kBets> log_capitals(double rate) const;

  double risk_;
  std::int64_t labels_ = 0;
  std::int64_t bad_ = 0;
  double good_weight_ = 0;
  std::array<double, kBets> log_bad_{};  // Σ log(1 − c·v) over the bad labels
};

}  // namespace rlm::quality
