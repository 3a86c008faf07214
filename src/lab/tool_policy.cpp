#include "lab/tool_policy.hpp"

#include "draft/prove_tool_calls.hpp"
#include "lab/recorded_session.hpp"

namespace rlm::lab {
namespace {

bool is_accepted(const Pair& pair, ToolPolicy policy) {
  if (policy == ToolPolicy::AllVerify) return false;
  if (policy == ToolPolicy::AllDraft) return true;
  draft::ToolRules rules;
  rules.allows_write = true;  // the recorded tools are functions of unknown effect
  rules.checks_count = policy == ToolPolicy::ProvenAndCounted;
  const Buffer body = RecordedSession(pair).body();
  const auto facts = draft::SessionFacts::read(body, {});
  if (facts == nullptr || pair.draft.turns.empty() || pair.draft.turns[0].empty()) return false;
  return draft::prove_calls(draft_of(pair.draft.turns[0][0]), *facts, rules, pair.user_text)
      .has_value();
}

double dollars_of(const PairSide& side, const money::Price& price) {
  constexpr double kMicroPerMillion = 1e12;
  return (static_cast<double>(side.usage.input) * static_cast<double>(price.input) +
          static_cast<double>(side.usage.output) * static_cast<double>(price.output)) /
         kMicroPerMillion;
}

}  // namespace

std::string_view name_of(ToolPolicy policy) {
  switch (policy) {
    case ToolPolicy::AllVerify:
      return "all verify";
    case ToolPolicy::AllDraft:
      return "all draft";
    case ToolPolicy::Proven:
      return "proven calls";
    case ToolPolicy::ProvenAndCounted:
      return "proven and counted";
  }
  return "";
}

PolicyPoint policy_point(const std::vector<Pair>& pairs, ToolPolicy policy,
                         const money::Price* draft, const money::Price* verify) {
  PolicyPoint point;
  if (draft == nullptr || verify == nullptr) point.dollars.reset();
  for (const Pair& pair : pairs) {
    ++point.pairs;
    const bool accepted = is_accepted(pair, policy);
    point.accepted += accepted ? 1 : 0;
    point.correct += accepted ? pair.draft.correct : pair.verify.correct;
    if (!point.dollars || !pair.draft.usage.reported || !pair.verify.usage.reported) continue;
    if (policy != ToolPolicy::AllVerify) *point.dollars += dollars_of(pair.draft, *draft);
    if (!accepted) *point.dollars += dollars_of(pair.verify, *verify);
  }
  return point;
}

}  // namespace rlm::lab
