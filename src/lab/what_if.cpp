#include "lab/what_if.hpp"

#include <cmath>

namespace rlm::lab {
namespace {

bool is_drafted(Plan plan) {
  return served_as(plan) != Plan::Direct;
}

/// The planner's expectation; nothing when this plan was not weighed.
std::optional<double> expected_nano(const ExchangeRecord& record, Plan plan,
                                    wire::JsonIndex& index) {
  // Inside a turn that is driven, a call is like one that is proven by itself.
  const Plan wanted = plan == Plan::DraftTurn ? Plan::DraftValidate : plan;
  const Buffer padded(record.weighed);
  const auto root = index.parse(padded.view());
  if (!root) return std::nullopt;
  std::optional<double> price;
  root->each_element([&](wire::JsonValue each) {
    if (!each.member("plan").equals(name_of(wanted))) return true;
    price = static_cast<double>(each.member("price_nano").integer(0));
    return false;
  });
  return price;
}

}  // namespace

void WhatIf::Labels::add(bool is_bad, double times) {
  ++count;
  weight += times;
  weight_squared += times * times;
  bad += is_bad ? times : 0;
}

OutcomeRules WhatIf::rules_of(const ExchangeRecord& record) const {
  static const exchange::Cascade kNone;
  const exchange::Cascade* cascade = table_.find_cascade(record.asked_model);
  return {cascade == nullptr ? kNone : *cascade, table_, rates_};
}

void WhatIf::take(const RecordedExchange& exchange, const PlanOutcome& outcome, bool as_recorded) {
  const ExchangeRecord& record = *exchange.client;
  told_.told_cost += outcome.cost;
  told_.verdicts[static_cast<std::size_t>(outcome.verdict)] += 1;
  if (outcome.ms >= 0)
    ms_.push_back(outcome.ms);
  else
    direct_without_ms_[record.kind] += 1;
  if (!outcome.is_unseen()) return;
  Labels& labels = labels_[record.kind];
  labels.unseen += 1;
  if (!as_recorded) {
    if (outcome.bad) labels.add(*outcome.bad, 1);
  } else if (const auto label = recorded_label(exchange)) {
    labels.add(label->bad, 1 / label->probability);
  }
}

void WhatIf::estimate(const RecordedExchange& exchange, Plan plan, const OutcomeRules& rules) {
  const ExchangeRecord& record = *exchange.client;
  const auto drawn = drawn_outcome(exchange, plan, rules);
  thread_local wire::JsonIndex index;
  auto expected = expected_nano(record, plan, index);
  if (!expected && drawn) expected = static_cast<double>(drawn->outcome.cost.value);
  if (!expected) {
    ++told_.untold;
    return take(exchange, recorded_outcome(exchange, rules), true);
  }
  ++told_.other_plan;
  drafted_ += is_drafted(plan) ? 1 : 0;
  const std::string name = rules.cascade.name + '\n' + record.kind + '\n' +
                           std::string(name_of(record.plan)) + '\n' + std::string(name_of(plan));
  WhatIfStratum& stratum = strata_[name];
  stratum.members += 1;
  stratum.expected_nano += *expected;
  if (!drawn) return;
  const PlanOutcome& outcome = drawn->outcome;
  stratum.drawn.push_back({1 / drawn->probability, drawn->probability,
                           static_cast<double>(outcome.cost.value) - *expected, outcome});
  if (outcome.bad && outcome.is_unseen())
    labels_[record.kind].add(*outcome.bad, 1 / drawn->probability);
}

void WhatIf::add(const RecordedExchange& exchange) {
  const ExchangeRecord& record = *exchange.client;
  ++told_.exchanges;
  told_.baseline += record.baseline.dollars();
  const OutcomeRules rules = rules_of(record);
  for (const CallRecord& call : record.calls)
    if (call.role == CallRole::Direct && call.end == CallEnd::Complete)
      direct_ms_[record.kind].push_back(static_cast<double>(call.duration_ms));

  const RecordedChoice choice = chooser_.choose(record);
  told_.untold += choice.is_told ? 0 : 1;
  const Plan plan = served_as(choice.plan);
  keep_asides(exchange, choice, rules);
  // What failed its client would as well have failed it by another plan, or not: nobody knows.
  if (plan == served_as(record.plan) || record.verdict == Verdict::Failed) {
    drafted_ += is_drafted(record.plan) ? 1 : 0;
    return take(exchange, recorded_outcome(exchange, rules), true);
  }
  if (const auto derived = derived_outcome(exchange, plan, rules)) {
    ++told_.other_plan;
    ++told_.derived;
    drafted_ += is_drafted(plan) ? 1 : 0;
    return take(exchange, *derived, false);
  }
  estimate(exchange, plan, rules);
}

void WhatIf::add_orphan(const ExchangeRecord& aside) {
  told_.told_cost += recorded_outcome({&aside}, rules_of(aside)).cost;
}

void WhatIf::keep_asides(const RecordedExchange& exchange, const RecordedChoice& choice,
                         const OutcomeRules& rules) {
  const ExchangeRecord& client = *exchange.client;
  const bool as_recorded = served_as(choice.plan) == served_as(client.plan);
  const bool for_the_same_reason =
      choice.plan == client.plan && choice.reason.starts_with(first_reason(client));
  for (const ExchangeRecord* aside : exchange.asides) {
    // Tries belong to the reason for which the client was served directly beside them, audits to
    // the draft they judge.
    if (aside->occasion == Occasion::Shadow && !for_the_same_reason) continue;
    if (aside->occasion == Occasion::Audit && !as_recorded) continue;
    told_.told_cost += recorded_outcome({aside}, rules).cost;
  }
}

}  // namespace rlm::lab
