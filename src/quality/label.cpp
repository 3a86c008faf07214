#include "quality/label.hpp"

namespace rlm::quality {

std::string_view name_of(LabelSource source) {
  switch (source) {
    case LabelSource::Verdict:
      return "verdict";
    case LabelSource::Audit:
      return "audit";
    case LabelSource::Outcome:
      return "outcome";
  }
  return "verdict";
}

std::optional<bool> is_bad(Verdict verdict) {
  switch (verdict) {
    case Verdict::Accepted:
      return false;
    case Verdict::Repaired:
    case Verdict::Enhanced:
      return true;
    default:
      return std::nullopt;
  }
}

std::optional<bool> is_bad(Judgement judgement) {
  switch (judgement) {
    case Judgement::None:
      return std::nullopt;
    case Judgement::Same:
    case Judgement::Equal:
    case Judgement::Accepted:
      return false;
    case Judgement::Different:
    case Judgement::Repaired:
    case Judgement::Rewritten:
      return true;
  }
  return std::nullopt;
}

std::optional<std::string> why_unsound(const Label& label) {
  // Written so that a NaN is unsound too.
  if (!(label.probability > 0 && label.probability <= 1))
    return "probability " + std::to_string(label.probability) + " is not in (0, 1]";
  if (!(label.least_probability > 0 && label.least_probability <= label.probability))
    return "least probability " + std::to_string(label.least_probability) +
           " is not in (0, probability]";
  if (label.class_name.empty()) return "no class";
  return std::nullopt;
}

std::string name_of(const ClassParts& parts) {
  std::string name;
  bool is_first = true;
  for (const auto part : {parts.turn, parts.complexity, parts.risk, parts.draft, parts.cascade}) {
    if (!is_first) name += '/';
    is_first = false;
    for (const char c : part) {
      if (c == '/')
        name += "%2F";
      else if (c == '%')
        name += "%25";
      else
        name += c;
    }
  }
  return name;
}

}  // namespace rlm::quality
