#pragma once
// What a class of answers has earned: the state machine of cascade.md §9.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "quality/change_detector.hpp"
#include "quality/confidence_sequence.hpp"

namespace rlm::quality {

/// Probation: drafts only with a verdict. Demoted: the same, after having been trusted.
enum class Trust : std::uint8_t { Probation, Trusted, Demoted };
inline constexpr int kTrustCount = 3;
/// "probation", "trusted", "demoted".
std::string_view name_of(Trust trust);

struct TrustRules {
  /// At most this share of the answers may be worse than the verify model's, in (0, 1).
  double bad_rate_max = 0.02;
  /// How likely the statement may be wrong, ever: 0.05 is 95 % confidence.
  double risk = 0.05;
  /// Share of a trusted class's answers that is judged afterwards.
  double audit_share = 0.10;
  /// The same while the labels look as if the class had become worse.
  double suspicious_share = 0.50;
  /// Labels, on the mean at least, to a demotion without a reason.
  double false_alarm_labels = 10'000;
};

/// One class. The state follows from the labels in their order, and from nothing else.
///
/// Becomes Trusted when the confidence sequence over the labels since it last had to begin anew is
/// at or below `bad_rate_max`. Becomes Demoted when the change detector, which watches from then
/// on, raises its alarm; what was learned before is then worth nothing, and the sequence begins
/// anew. The first sequence has four fifths of `risk`, each further one a fifth of what the one
/// before it had: together they have `risk`, so that it bounds how likely any bound in the whole
/// life of a class is wrong, and a class that was demoted has to bring more proof (175 labels
/// without a bad one for 2 % at first, then 257, then 338). A single bad label does not end trust
/// that was earned, even where it lifts the bound above the target for a while: for as long as the
/// rate has not changed, the lowest bound so far holds as well. Not thread-safe.
class ClassTrust {
 public:
  /// `start` Trusted: presumed so, without labels; audited from the first answer on.
  ClassTrust(const TrustRules& rules, Trust start);

  /// Takes a label in; the new state when it changed. `weight` as in Label.
  std::optional<Trust> add(bool bad, double weight = 1);

  const TrustRules& rules() const { return rules_; }
  Trust state() const { return state_; }
  /// Trusted without having earned it yet.
  bool is_presumed() const { return presumed_; }
  /// With which an answer of this class is to be labelled now; 1 unless trusted.
  double audit_share() const;
  /// The bound over the labels since the last new beginning; see there.
  const ConfidenceSequence& bound() const { return bound_; }
  /// How often it was demoted.
  std::int64_t demotions() const { return demotions_; }

  /// A line of words that restore() reads.
  std::string snapshot() const;
  /// The state of that line under `rules`, which may be others: a stricter target takes back trust
  /// that it would not have given. BadRequest (Source::Self) for what is no snapshot.
  static Result<ClassTrust> restore(const TrustRules& rules, std::string_view text);

 private:
  TrustRules rules_;
  Trust state_;
  bool presumed_;
  std::int64_t demotions_ = 0;
  ConfidenceSequence bound_;
  ChangeDetector detector_;
};

}  // namespace rlm::quality
