#pragma once
// What was found out about one drafted answer.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.hpp"
#include "domain/exchange_record.hpp"

namespace rlm::quality {

/// Who said so.
enum class LabelSource : std::uint8_t {
  Verdict,  // the verdict call of draft_verify, before delivery
  Audit,    // a verdict off the client's path, on an answer that was delivered or shadowed
  Outcome,  // what came next: a drafted tool call whose result is an error
};
inline constexpr int kLabelSourceCount = 3;
/// "verdict", "audit", "outcome".
std::string_view name_of(LabelSource source);

struct Label {
  UnixMs time;
  std::string class_name;  // name_of(ClassParts)
  std::string exchange;
  LabelSource source = LabelSource::Verdict;
  bool bad = false;
  /// With which this answer was chosen to be labelled, in (0, 1].
  double probability = 1;
  /// The least with which any answer of the class could have been chosen at that time, in
  /// (0, probability]: the class's audit share, 1 on probation.
  double least_probability = 1;

  /// What it counts for: a label that was likelier than others stands for fewer answers.
  double weight() const { return least_probability / probability; }
};

/// Whether a draft is worse than the verify model's own answer, as a verdict before delivery says:
/// it is when it had to be changed. Nothing for a verdict that is no judgement on a draft.
std::optional<bool> is_bad(Verdict verdict);
/// The same, as a judgement afterwards says; nothing when there is none.
std::optional<bool> is_bad(Judgement judgement);

/// Why `label` cannot be counted ("probability 0", …); nothing when it can.
std::optional<std::string> why_unsound(const Label& label);

/// What makes answers alike: what is known of one is assumed of the others. Words are the caller's.
struct ClassParts {
  std::string_view turn;        // "chat", "ask", …
  std::string_view complexity;  // "simple", "complex"
  std::string_view risk;        // "none", "read", "write", "execute"
  std::string_view draft;       // the configured model
  std::string_view cascade;
};

/// "chat/simple/none/deepseek/coding". A slash within a part becomes "%2F", so that different
/// parts have different names.
std::string name_of(const ClassParts& parts);

}  // namespace rlm::quality
