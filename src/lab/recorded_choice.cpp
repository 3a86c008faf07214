#include "lab/recorded_choice.hpp"

#include <array>

namespace rlm::lab {
namespace {

using route::RoutePolicy;
using route::TurnKind;

constexpr std::array kTurnKinds = {TurnKind::Side, TurnKind::Compaction, TurnKind::Chat,
                                   TurnKind::Ask,  TurnKind::Continue,   TurnKind::Recover};

/// What the paper's rule says of a request of this class, by itself.
Decision paper_decision(route::ClassKey key) {
  const bool offers_tools = key.turn != TurnKind::Chat && key.turn != TurnKind::Side;
  if (offers_tools) return {Plan::Direct, "tools"};
  if (key.complexity == route::Complexity::Complex) return {Plan::DraftVerify, "complex"};
  return {Plan::DraftOnly, "simple"};
}

bool is_papers(std::string_view reason) {
  return reason == "simple" || reason == "long" || reason == "tools" ||
         reason.starts_with("keyword:");
}

/// Whether a refusal is a matter of trust or speed; every other lies in the request.
bool follows_from_rules(std::string_view refusal) {
  return refusal.empty() || refusal == "probation" || refusal == "demoted" || refusal == "latency";
}

// Static names: an Alternative keeps views.
std::string_view lasting(const std::string& refusal) {
  thread_local std::unordered_map<std::string, std::unique_ptr<const std::string>> names;
  auto& name = names[refusal];
  if (!name) name = std::make_unique<const std::string>(refusal);
  return *name;
}

std::string session_of(const ExchangeRecord& record) {
  return record.session + '/' + record.agent;
}

bool is_inside_a_turn(std::string_view reason) {
  return reason == "driving" || reason.starts_with("handed_over:");
}

}  // namespace

std::string_view first_reason(const ExchangeRecord& record) {
  return std::string_view(record.reason).substr(0, record.reason.find(','));
}

std::optional<route::ClassKey> key_of_kind(std::string_view name) {
  const auto turn = name.substr(0, name.find('/'));
  if (turn.size() == name.size()) return std::nullopt;
  name.remove_prefix(turn.size() + 1);
  const auto complexity = name.substr(0, name.find('/'));
  route::ClassKey key;
  if (complexity == "complex")
    key.complexity = route::Complexity::Complex;
  else if (complexity != "simple")
    return std::nullopt;
  for (const TurnKind kind : kTurnKinds)
    if (route::name_of(kind) == turn) {
      key.turn = kind;
      return key;
    }
  return std::nullopt;
}

std::string_view RecordedChooser::refusal(std::string_view recorded, const ExchangeRecord& record,
                                          Plan plan, const RoutePolicy& policy) const {
  if (!follows_from_rules(recorded)) return recorded;
  if (trust_ == TrustBy::Record) return recorded == "latency" ? std::string_view{} : recorded;
  const route::ClassNames unnamed;  // nothing is looked up
  const route::Earned presumed(policy.quality, unnamed, nullptr);
  return route::why_not_earned(*key_of_kind(record.kind), presumed, plan).value_or("");
}

std::optional<route::PlanChoice> RecordedChooser::weighed(const ExchangeRecord& record,
                                                          const RoutePolicy& policy) {
  const Buffer padded(record.weighed);
  const auto root = index_.parse(padded.view());
  if (!root || !root->is(wire::JsonValue::Type::Array)) return std::nullopt;
  route::PlanChoice choice;
  for (const Plan plan : route::kPlans) {
    auto& alternative = choice.alternatives[static_cast<std::size_t>(plan)];
    alternative.plan = plan;
    alternative.fits = false;
  }
  bool is_sound = true;
  root->each_element([&](wire::JsonValue each) {
    const auto plan = plan_named(each.member("plan").string());
    const wire::JsonValue price = each.member("price_nano");
    is_sound = plan && *plan != Plan::Shadow && price.is(wire::JsonValue::Type::Number);
    if (!is_sound) return false;
    auto& alternative = choice.alternatives[static_cast<std::size_t>(*plan)];
    alternative.fits = true;
    alternative.bill.value = price.integer(0);
    alternative.turn.value = each.member("turn_nano").integer(0);
    alternative.p95_ms = static_cast<double>(each.member("p95_ms").integer(0));
    if (*plan == Plan::Direct) return true;
    alternative.refused =
        lasting(std::string(refusal(each.member("refused").string(), record, *plan, policy)));
    const auto limit = static_cast<double>(policy.cost.p95_max.count());
    if (alternative.refused.empty() && limit > 0 && alternative.p95_ms > limit)
      alternative.refused = "latency";
    return true;
  });
  if (!is_sound) return std::nullopt;
  route::choose_cheapest(choice);
  return choice;
}

RecordedChoice RecordedChooser::by_cost(const ExchangeRecord& record,
                                        const exchange::Cascade& cascade) {
  const auto key = key_of_kind(record.kind);
  const RecordedChoice as_recorded{record.plan, record.reason, false};
  if (!key) return as_recorded;
  const auto choice = record.weighed.empty() ? std::nullopt : weighed(record, cascade.policy);
  if (!choice) {
    // Without prices nothing is drafted, and what a rule refused is refused again.
    if (record.weighed.empty() && record.plan == Plan::Direct && !is_papers(first_reason(record)))
      return {Plan::Direct, record.reason};
    return as_recorded;
  }
  const RecordedChoice chosen{choice->plan, choice->reason};
  if (key->turn != TurnKind::Continue && key->turn != TurnKind::Recover) return chosen;
  const std::string_view reason = first_reason(record);
  const RecordedChoice driven{record.plan, std::string(reason)};
  const auto turn = turns_.find(session_of(record));
  if (turn == turns_.end()) return is_inside_a_turn(reason) ? driven : chosen;
  if (turn->second.chosen != Plan::DraftTurn) return chosen;
  if (turn->second.recorded != Plan::DraftTurn) return {Plan::DraftTurn, "driving"};
  return is_inside_a_turn(reason) ? driven : chosen;
}

RecordedChoice RecordedChooser::choose(const ExchangeRecord& record) {
  RecordedChoice choice = decide(record);
  const auto key = key_of_kind(record.kind);
  if (key && key->turn == TurnKind::Ask) turns_[session_of(record)] = {choice.plan, record.plan};
  return choice;
}

RecordedChoice RecordedChooser::decide(const ExchangeRecord& record) {
  const std::string_view reason = first_reason(record);
  const exchange::Cascade* cascade = table_.find_cascade(record.asked_model);
  if (reason == "count_tokens") return {Plan::Direct, "count_tokens"};
  if (cascade == nullptr) return {Plan::Direct, "no_cascade"};
  if (record.cascade.empty()) return {record.plan, record.reason, false};
  const RoutePolicy& policy = cascade->policy;
  if (reason == "forced") return {record.plan, "forced"};
  if (policy.preset == RoutePolicy::Preset::Off) return {Plan::Direct, "off"};
  if (reason == "safety_gate") return {Plan::Direct, "safety_gate"};
  if (cascade->shadow.serves_all) return {Plan::Shadow, "shadow"};
  if (policy.goes_by_cost()) return by_cost(record, *cascade);
  if (is_papers(reason)) return {record.plan, std::string(reason)};
  const auto key = key_of_kind(record.kind);
  if (!key) return {record.plan, record.reason, false};
  const Decision decision = paper_decision(*key);
  if (decision.plan == Plan::Direct) return {Plan::Direct, decision.reason};
  const auto choice = record.weighed.empty() ? std::nullopt : weighed(record, policy);
  if (!choice) return {Plan::Direct, record.reason};  // a rule refused every draft
  const auto& alternative = choice->alternatives[static_cast<std::size_t>(decision.plan)];
  if (!alternative.fits || !follows_from_rules(alternative.refused))
    return {Plan::Direct, std::string(alternative.refused)};
  return {decision.plan, decision.reason};
}

}  // namespace rlm::lab
