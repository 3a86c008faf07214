#include "lab/other_plan.hpp"

#include <algorithm>
#include <functional>

#include "exchange/would_cost.hpp"
#include "money/tokens_of_bytes.hpp"
#include "quality/label.hpp"

namespace rlm::lab {
namespace {

NanoUsd cost_of(const ExchangeRecord& record, const CallRecord& call, const OutcomeRules& rules) {
  if (call.role == CallRole::Count) return {};
  const UnixMs when{record.started.value + call.started_ms};
  const money::Rate rate = rules.rates.find(call.endpoint, call.model, when);
  return rate.price == nullptr ? call.cost : rate.cost_of(call.usage, when);
}

NanoUsd cost_of(const ExchangeRecord& record, const OutcomeRules& rules) {
  NanoUsd sum;
  for (const CallRecord& call : record.calls) sum += cost_of(record, call, rules);
  return sum;
}

double end_ms(const CallRecord& call) {
  return static_cast<double>(call.started_ms + call.duration_ms);
}

/// The last call of this role that was answered; null when there is none.
const CallRecord* last_call(const ExchangeRecord& record, CallRole role) {
  const auto found = std::find_if(
      record.calls.rbegin(), record.calls.rend(),
      [role](const CallRecord& call) { return call.role == role && call.usage.prompt() > 0; });
  return found == record.calls.rend() ? nullptr : &*found;
}

/// The draft alone, delivered unseen though a verdict was asked for.
std::optional<PlanOutcome> without_verdict(const ExchangeRecord& record,
                                           const OutcomeRules& rules) {
  const CallRecord* verdict = last_call(record, CallRole::Verify);
  const CallRecord* draft = last_call(record, CallRole::Draft);
  if (draft == nullptr) return std::nullopt;
  PlanOutcome outcome{Verdict::Skipped, {}, end_ms(*draft)};
  for (const CallRecord& call : record.calls)
    if (call.role == CallRole::Draft) outcome.cost += cost_of(record, call, rules);
  if (verdict != nullptr) {
    const double audited = rules.cascade.policy.cost.audit_share *
                           static_cast<double>(cost_of(record, *verdict, rules).value);
    outcome.cost.value += static_cast<std::int64_t>(audited);
  }
  if (record.verdict != Verdict::Fallback) outcome.bad = record.verdict == Verdict::Enhanced;
  return outcome;
}

Verdict verdict_of(Judgement judgement) {
  if (judgement == Judgement::Rewritten) return Verdict::Enhanced;
  return judgement == Judgement::Repaired ? Verdict::Repaired : Verdict::Accepted;
}

bool is_of_a_text(Judgement judgement) {
  return judgement == Judgement::Accepted || judgement == Judgement::Repaired ||
         judgement == Judgement::Rewritten;
}

/// An answer that left unseen, had it been judged before: its audit says how.
std::optional<DrawnOutcome> with_verdict(const RecordedExchange& exchange,
                                         const OutcomeRules& rules) {
  const ExchangeRecord* audit = exchange.audit;
  if (audit == nullptr || audit->sampled_ppm <= 0 || !is_of_a_text(audit->judgement))
    return std::nullopt;
  const ExchangeRecord& record = *exchange.client;
  DrawnOutcome drawn{{verdict_of(audit->judgement), cost_of(record, rules),
                      static_cast<double>(record.duration_ms + audit->duration_ms)},
                     static_cast<double>(audit->sampled_ppm) / 1e6};
  for (CallRecord call : audit->calls) {
    // An audit does not read a rewrite to its end.
    if (audit->judgement == Judgement::Rewritten)
      call.usage.output = std::max(call.usage.output, record.seen.output);
    drawn.outcome.cost += cost_of(*audit, call, rules);
  }
  return drawn;
}

/// The shadow's calls in the roles that they would have for a client.
ExchangeRecord as_a_clients(const ExchangeRecord& shadow, const OutcomeRules& rules) {
  ExchangeRecord record = shadow;
  const std::string& draft = rules.table.endpoints[rules.cascade.draft].name;
  for (CallRecord& call : record.calls)
    call.role = call.endpoint == draft ? CallRole::Draft : CallRole::Verify;
  return record;
}

Tokens suffix_of(const ExchangeRecord& tried, const CallRecord& direct) {
  const CallRecord* verdict = last_call(tried, CallRole::Verify);
  if (verdict == nullptr) return 0;
  return std::max<Tokens>(0, verdict->usage.prompt() - direct.usage.prompt());
}

double ms_of(const ExchangeRecord& tried, const CallRecord& direct) {
  const CallRecord* draft = last_call(tried, CallRole::Draft);
  double ms = draft == nullptr ? 0 : end_ms(*draft);
  const CallRecord* verdict = last_call(tried, CallRole::Verify);
  if (tried.plan == Plan::DraftVerify && verdict != nullptr) ms = std::max(ms, end_ms(*verdict));
  // A rewrite takes as long as the answer did.
  const bool is_own = tried.verdict == Verdict::Fallback || tried.verdict == Verdict::Enhanced;
  return ms + (is_own ? static_cast<double>(direct.duration_ms) : 0);
}

/// Drafted calls that were held against the verify model's own, had they been judged before.
std::optional<DrawnOutcome> judged_calls(const ExchangeRecord& shadow, const CallRecord& direct,
                                         const std::function<NanoUsd(const Usage&)>& price,
                                         const OutcomeRules& rules) {
  constexpr Tokens kVerdictTokens = 6;
  const ExchangeRecord tried = as_a_clients(shadow, rules);
  const CallRecord* draft = last_call(tried, CallRole::Draft);
  PlanOutcome outcome{Verdict::Fallback, {}, 0};
  if (draft != nullptr)
    outcome = {Verdict::Fallback, cost_of(shadow, *draft, rules), end_ms(*draft)};
  Usage usage = direct.usage;
  if (shadow.verdict == Verdict::Validated) {
    const auto bad = quality::is_bad(shadow.judgement);
    if (!bad || draft == nullptr) return std::nullopt;
    outcome.verdict = *bad ? Verdict::Enhanced : Verdict::Accepted;
    usage.input +=
        draft->usage.output + money::tokens_of_bytes(rules.cascade.calls_prompt.text.size());
    if (!*bad) usage.output = kVerdictTokens;
  } else {
    for (const std::string_view judged : {"risk:write", "risk:execute", "no_tool_call"})
      if (shadow.reason.find(judged) != std::string::npos) return std::nullopt;
  }
  const bool is_own = outcome.verdict != Verdict::Accepted;
  outcome.ms += static_cast<double>(is_own ? direct.duration_ms : direct.first_byte_ms);
  outcome.cost += price(usage);
  return DrawnOutcome{outcome, static_cast<double>(shadow.sampled_ppm) / 1e6};
}

std::optional<DrawnOutcome> tried_outcome(const RecordedExchange& exchange, Plan plan,
                                          const OutcomeRules& rules) {
  const ExchangeRecord& shadow = *exchange.shadow;
  const CallRecord* direct = last_call(*exchange.client, CallRole::Direct);
  if (direct == nullptr || shadow.sampled_ppm <= 0) return std::nullopt;
  const auto price = [&](const Usage& usage) {
    CallRecord call = *direct;
    call.usage = usage;
    return cost_of(*exchange.client, call, rules);
  };
  if (plan == Plan::DraftVerify && shadow.plan == Plan::DraftValidate)
    return judged_calls(shadow, *direct, price, rules);
  const bool proves = plan == Plan::DraftValidate || plan == Plan::DraftTurn;
  if (proves != (shadow.plan == Plan::DraftValidate)) return std::nullopt;
  ExchangeRecord tried = as_a_clients(shadow, rules);
  if (plan == Plan::DraftVerify && shadow.plan == Plan::DraftOnly &&
      shadow.verdict != Verdict::Fallback) {
    if (!is_of_a_text(shadow.judgement)) return std::nullopt;
    tried.verdict = verdict_of(shadow.judgement);
  } else if (plan == Plan::DraftOnly && shadow.plan == Plan::DraftVerify &&
             shadow.judgement != Judgement::None) {
    tried.verdict = Verdict::Skipped;
  }
  tried.plan = proves ? Plan::DraftValidate : plan;
  for (CallRecord& call : tried.calls) call.cost = cost_of(shadow, call, rules);
  CallRecord priced = *direct;
  priced.cost = cost_of(*exchange.client, *direct, rules);
  PlanOutcome outcome{tried.verdict,
                      exchange::would_cost(tried, priced, suffix_of(tried, *direct), price),
                      ms_of(tried, *direct)};
  if (outcome.is_unseen()) outcome.bad = quality::is_bad(shadow.judgement);
  return DrawnOutcome{outcome, static_cast<double>(shadow.sampled_ppm) / 1e6};
}

}  // namespace

PlanOutcome recorded_outcome(const RecordedExchange& exchange, const OutcomeRules& rules) {
  const ExchangeRecord& record = *exchange.client;
  return {record.verdict, cost_of(record, rules), static_cast<double>(record.duration_ms)};
}

std::optional<PlanOutcome> derived_outcome(const RecordedExchange& exchange, Plan plan,
                                           const OutcomeRules& rules) {
  const ExchangeRecord& record = *exchange.client;
  if (plan == Plan::Direct) {
    const CallRecord* direct = last_call(record, CallRole::Direct);
    return PlanOutcome{Verdict::Direct, record.baseline,
                       direct == nullptr ? -1 : static_cast<double>(direct->duration_ms)};
  }
  const bool draft_failed =
      record.verdict == Verdict::Fallback && last_call(record, CallRole::Verify) == nullptr;
  const bool on_texts = plan == Plan::DraftOnly || plan == Plan::DraftVerify;
  const bool was_on_texts = record.plan == Plan::DraftOnly || record.plan == Plan::DraftVerify;
  if (on_texts && was_on_texts) {
    if (draft_failed) return recorded_outcome(exchange, rules);
    if (plan == Plan::DraftOnly) return without_verdict(record, rules);
    return std::nullopt;
  }
  // A driven turn's calls are proven as those of single requests are.
  const bool on_calls = plan == Plan::DraftValidate || plan == Plan::DraftTurn;
  const bool was_on_calls = record.plan == Plan::DraftValidate || record.plan == Plan::DraftTurn;
  if (on_calls && was_on_calls && (record.verdict == Verdict::Validated || draft_failed))
    return recorded_outcome(exchange, rules);
  return std::nullopt;
}

std::optional<DrawnOutcome> drawn_outcome(const RecordedExchange& exchange, Plan plan,
                                          const OutcomeRules& rules) {
  if (exchange.shadow != nullptr) return tried_outcome(exchange, plan, rules);
  const bool was_skipped = exchange.client->verdict == Verdict::Skipped;
  if (was_skipped && plan == Plan::DraftVerify) return with_verdict(exchange, rules);
  return std::nullopt;
}

std::optional<DrawnLabel> recorded_label(const RecordedExchange& exchange) {
  if (exchange.audit == nullptr || exchange.audit->sampled_ppm <= 0) return std::nullopt;
  return DrawnLabel{*quality::is_bad(exchange.audit->judgement),
                    static_cast<double>(exchange.audit->sampled_ppm) / 1e6};
}

}  // namespace rlm::lab
