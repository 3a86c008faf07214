#pragma once
// Tells from a class's labels, one after the other, that it became worse than it may be.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::quality {

/// A Shiryaev-Roberts e-detector for the change from "bad at most at `rate`" to "bad more often".
///
/// Source: Shin, Ramdas & Rinaldo, "E-detectors: a nonparametric framework for sequential change
/// detection", NEJSDS 2(2), 2024 (arXiv 2203.03532). With L_q(x) the likelihood ratio of a bad rate
/// q > `rate` to `rate`, M_q ← (M_q + 1)·L_q(x) is the sum over all possible times of change of the
/// evidence for it; evidence() is the mean over five q. While the chance of a bad label, given the
/// past, is at most `rate`, each L_q is expected to be at most 1, so M_t − t is not expected to
/// grow: the mean number of labels to a false alarm (M ≥ `false_alarm_labels`) is at least
/// `false_alarm_labels`. A label of weight v (see Label) enters as 1 + v·(L − 1), for which the
/// same holds.
///
/// Constant memory, tens of nanoseconds a label. Not thread-safe.
class ChangeDetector {
 public:
  /// `rate` in (0, 1).
  ChangeDetector(double rate, double false_alarm_labels);

  void add(bool bad, double weight = 1);

  double evidence() const;
  bool alarms() const { return evidence() >= false_alarm_labels_; }
  /// Not enough for an alarm, enough to look closer: the square root of what an alarm needs.
  bool suspects() const;

  /// Its evidence as words; rate and threshold are the owner's.
  std::string snapshot() const;
  /// Takes the words of snapshot() off the front of `text`; unchanged on failure. BadRequest
  /// (Source::Self).
  Result<void> restore(std::string_view& text);

 private:
  static constexpr std::size_t kAlternatives = 5;

  double false_alarm_labels_;
  std::array<double, kAlternatives> bad_factor_{};
  std::array<double, kAlternatives> good_factor_{};
  std::array<double, kAlternatives> evidence_{};
};

}  // namespace rlm::quality
