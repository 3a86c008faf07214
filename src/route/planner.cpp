#include "route/planner.hpp"

#include <algorithm>
#include <cmath>

#include "route/delay.hpp"
#include "route/race_price.hpp"
#include "route/turn_price.hpp"

namespace rlm::route {
namespace {

/// The weight of "the session goes on as this plan begins" against what it did so far, in calls.
constexpr double kRegimeCalls = 2;

std::size_t number_of(Plan plan) {
  return static_cast<std::size_t>(plan);
}

NanoUsd nano(double value) {
  return {static_cast<std::int64_t>(std::llround(value))};
}

double cost(const ModelForecast& model, const Usage& usage, UnixMs now) {
  return static_cast<double>(model.rate.cost_of(usage, now).value);
}

/// How often a plan asks each model; at least once for a drafted plan's draft.
struct Asked {
  double draft = 0;
  double verify = 0;
};

/// The prices that the formulas are made of.
class Terms {
 public:
  Terms(const PlanQuestion& question, JudgeBy judge_by) : q_(question), judge_by_(judge_by) {
    const ClassForecast& e = q_.expected;
    Usage usage = q_.verify.prompt.usage;
    usage.output = e.answer.mean;
    direct = cost(q_.verify, usage, q_.now);
    usage.output = e.verdict;
    const Tokens prompt = usage.input;
    usage.input = prompt + verdict_suffix(q_);
    verdict = cost(q_.verify, usage, q_.now);
    usage.input = prompt + e.draft.mean + e.forms.full;
    full_verdict = cost(q_.verify, usage, q_.now);
    rewrite = cost(q_.verify, {.output = e.answer.mean}, q_.now);
    digest = cost(q_.verify, {.input = q_.turn.digest, .output = e.verdict}, q_.now);
    usage = q_.draft.prompt.usage;
    usage.output = e.draft.mean;
    draft = cost(q_.draft, usage, q_.now);
  }

  double direct = 0;
  double draft = 0;
  double verdict = 0;
  double full_verdict = 0;  // of turns, and of the audits of calls that left unseen
  double rewrite = 0;
  double digest = 0;

  /// The verdict on a turn with what follows when it does not accept.
  double judge(JudgeBy by) const {
    const double refused = 1 - q_.turn.accepted;
    return by == JudgeBy::Prefix ? full_verdict + refused * rewrite : digest + refused * direct;
  }

  double bill(Plan plan) const {
    const ClassForecast& e = q_.expected;
    const double audit = q_.rules.audit_share;
    switch (plan) {
      case Plan::Direct:
      case Plan::Shadow:
        return direct;
      case Plan::DraftTurn:
        return draft + q_.turn.handed * direct + judged() * judge(judge_by_);
      case Plan::DraftOnly:
        return draft + (1 - e.passes) * direct + e.passes * audit * verdict;
      case Plan::DraftValidate:
        return draft + (1 - e.proven) * direct + e.proven * audit * full_verdict;
      case Plan::DraftVerify:
        return draft + (1 - e.passes) * direct + e.passes * (verdict + (1 - e.accepted) * rewrite);
    }
    return direct;
  }

  Asked asked(Plan plan) const {
    const ClassForecast& e = q_.expected;
    const double audit = q_.rules.audit_share;
    switch (plan) {
      case Plan::Direct:
      case Plan::Shadow:
        return {0, 1};
      case Plan::DraftTurn: {
        const double once_judged = judge_by_ == JudgeBy::Prefix ? 1 : 1 - q_.turn.accepted;
        return {1, q_.turn.handed + judged() * once_judged};
      }
      case Plan::DraftOnly:
        return {1, 1 - e.passes + e.passes * audit};
      case Plan::DraftValidate:
        return {1, 1 - e.proven + e.proven * audit};
      case Plan::DraftVerify:
        return {1, 1};
    }
    return {0, 1};
  }

 private:
  double judged() const { return (1 - q_.turn.handed) * q_.turn.ends; }

  const PlanQuestion& q_;
  JudgeBy judge_by_;
};

/// What the calls to come have of a model's cache. `share`: of these, how many ask the model.
class Future {
 public:
  Future(const ModelForecast& model, const SessionForecast& session, UnixMs now, double share)
      : model_(model), share_(std::clamp(share, 0.0, 1.0)), gap_ms_(std::max(session.gap_ms, 1.0)) {
    returns_ = 1 - std::pow(1 - share_, std::max(session.to_come, 0.0));
    const Usage& prompt = model.prompt.usage;
    Usage fresh;
    if (prompt.cache_write_1h > 0)
      fresh.cache_write_1h = prompt.prompt();
    else if (model.rate.price->cache_minimum > 0)
      fresh.cache_write_5m = prompt.prompt();
    else
      fresh.input = prompt.prompt();
    const double all = static_cast<double>(std::max<Tokens>(prompt.prompt(), 1));
    gain_per_token_ = std::max(
        0.0, (cost(model, fresh, now) - cost(model, {.cache_read = prompt.prompt()}, now)) / all);
  }

  /// What this call's writing saves the next one.
  double spread() const {
    const Usage& prompt = model_.prompt.usage;
    const bool automatic = model_.rate.price->cache_minimum == 0;
    const Tokens written = automatic ? prompt.input : prompt.cache_write_5m + prompt.cache_write_1h;
    return returns_ * survival(model_.prompt.fresh_ms) * static_cast<double>(written) *
           gain_per_token_;
  }

  /// What not asking now costs the next call.
  double lapse() const {
    const double longer = survival(model_.prompt.fresh_ms) - survival(model_.prompt.warm_ms);
    return returns_ * std::max(0.0, longer) * static_cast<double>(model_.prompt.usage.cache_read) *
           gain_per_token_;
  }

 private:
  double survival(std::int64_t life_ms) const {
    return life_ms <= 0 ? 0 : 1 - std::exp(-static_cast<double>(life_ms) * share_ / gap_ms_);
  }

  const ModelForecast& model_;
  double share_;
  double gap_ms_;
  double returns_ = 0;
  double gain_per_token_ = 0;
};

/// The share of a session's calls that ask a model, of which `before` did and this one does with
/// the probability `now`.
double share_of(const SessionForecast& session, double before, double now) {
  const double calls = std::max(session.calls, 0.0) + kRegimeCalls;
  return (std::min(before, session.calls) + kRegimeCalls * now) / calls;
}

void add_future(Alternative& alternative, const PlanQuestion& q, Asked asked) {
  const SessionForecast& s = q.session;
  const Future draft(q.draft, s, q.now, share_of(s, s.drafted, asked.draft));
  const Future verify(q.verify, s, q.now, share_of(s, s.verified, asked.verify));
  alternative.spread = nano(asked.draft * draft.spread() + asked.verify * verify.spread());
  alternative.lapse = nano((1 - asked.draft) * draft.lapse() + (1 - asked.verify) * verify.lapse());
}

/// What happens with this probability; the slow end shows it when it is no rarer than that.
Delay with_probability(double probability, Delay delay) {
  return {probability * delay.typical, probability > 0.05 ? delay.p95 : 0};
}

Delay delay_of(Plan plan, const PlanQuestion& q) {
  const ClassForecast& e = q.expected;
  const Delay answer = writing(q.verify.speed, e.answer);
  const Delay direct = begin_of(q.verify.speed) + answer;
  const Delay draft = begin_of(q.draft.speed) + writing(q.draft.speed, e.draft);
  switch (plan) {
    case Plan::Direct:
    case Plan::Shadow:
      return direct;
    case Plan::DraftTurn: {
      const TurnForecast& t = q.turn;
      const double judged = (1 - t.handed) * t.ends;
      return draft + with_probability(t.handed, direct) +
             with_probability(judged, begin_of(q.verify.speed)) +
             with_probability(judged * (1 - t.accepted), direct);
    }
    case Plan::DraftOnly:
      return draft + with_probability(1 - e.passes, direct);
    case Plan::DraftValidate:
      return draft + with_probability(1 - e.proven, direct);
    case Plan::DraftVerify:
      return draft + begin_of(q.verify.speed) + with_probability(1 - e.passes * e.accepted, answer);
  }
  return direct;
}

// A drafted plan that is too slow alone may be fast enough beside the verify model.
void race(Alternative& alternative, const PlanQuestion& q, double limit) {
  if (!q.race.may || !alternative.fits || !can_race(alternative.plan)) return;
  const RaceForecast forecast = race_of(q, alternative.plan);
  if (forecast.p95_ms > limit) return;
  alternative.raced = true;
  alternative.refused = {};
  alternative.bill = nano(forecast.bill);
  alternative.typical_ms = forecast.typical_ms;
  alternative.p95_ms = forecast.p95_ms;
  add_future(alternative, q, {1, 1});
}

void weigh(Alternative& alternative, const PlanQuestion& q, const Terms& terms) {
  const Plan plan = alternative.plan;
  alternative.bill = nano(terms.bill(plan));
  add_future(alternative, q, terms.asked(plan));
  const Delay delay = delay_of(plan, q);
  alternative.typical_ms = delay.typical;
  alternative.p95_ms = delay.p95;
  const auto limit = static_cast<double>(q.rules.p95_max.count());
  if (plan == Plan::Direct || !alternative.refused.empty() || limit <= 0 || delay.p95 <= limit)
    return;
  alternative.refused = "latency";
  race(alternative, q, limit);
}

/// The reason for which all of them are refused; empty when there is no such reason.
std::string_view common_refusal(const PlanChoice& choice) {
  const Alternative* first = nullptr;
  for (const Alternative& a : choice.alternatives) {
    if (a.plan == Plan::Direct || !a.fits) continue;
    if (first == nullptr) first = &a;
    if (a.refused != first->refused) return {};
  }
  return first != nullptr ? first->refused : std::string_view{};
}

bool is_open(const Alternative& alternative) {
  return alternative.fits && alternative.refused.empty();
}

std::string reason_of(const PlanChoice& choice) {
  if (const auto common = common_refusal(choice); !common.empty()) return std::string(common);
  if (choice.plan == Plan::DraftTurn) return "cheapest";
  const Alternative& turn = choice.alternatives[number_of(Plan::DraftTurn)];
  const Alternative* cheapest = &choice.alternatives[number_of(choice.plan)];
  if (turn.fits && turn.turn < cheapest->turn) return std::string(turn.refused);
  for (const Alternative& a : choice.alternatives)
    if (a.fits && a.plan != Plan::DraftTurn && a.price() < cheapest->price()) cheapest = &a;
  return cheapest->refused.empty() ? "cheapest" : std::string(cheapest->refused);
}

// Which plan this call alone is cheapest with, then whether the draft model had better drive the
// whole turn.
Plan cheapest(const PlanChoice& choice) {
  Plan plan = Plan::Direct;
  for (const Alternative& a : choice.alternatives)
    if (is_open(a) && a.plan != Plan::DraftTurn &&
        a.price() < choice.alternatives[number_of(plan)].price())
      plan = a.plan;
  const Alternative& turn = choice.alternatives[number_of(Plan::DraftTurn)];
  const bool drives = is_open(turn) && turn.turn < choice.alternatives[number_of(plan)].turn;
  return drives ? Plan::DraftTurn : plan;
}

}  // namespace

bool waits_for_trust(const PlanChoice& choice) {
  const Alternative& chosen = choice.alternatives[number_of(choice.plan)];
  for (const Alternative& a : choice.alternatives) {
    if (!a.fits || (a.refused != "probation" && a.refused != "demoted")) continue;
    const bool whole = a.plan == Plan::DraftTurn;
    if (whole ? a.turn < chosen.turn : a.price() < chosen.price()) return true;
  }
  return false;
}

JudgeBy cheaper_judge(const PlanQuestion& question) {
  if (!question.turn.can_append) return JudgeBy::Digest;
  const Terms terms(question, JudgeBy::Prefix);
  const SessionForecast& s = question.session;
  const Future verify(question.verify, s, question.now, share_of(s, s.verified, 1));
  const double prefix = terms.judge(JudgeBy::Prefix) - verify.spread();
  const double digest = terms.judge(JudgeBy::Digest) + verify.lapse();
  return digest < prefix ? JudgeBy::Digest : JudgeBy::Prefix;
}

VerdictForm verdict_form(const PlanQuestion& question, Tokens draft) {
  return cheaper_form(question.expected.forms, draft, question.verify.rate, question.now);
}

Tokens verdict_suffix(const PlanQuestion& question) {
  const ClassForecast& e = question.expected;
  if (e.forms.calls > 0) return e.draft.mean + e.forms.calls;
  return e.draft.mean + instruction_of(e.forms, verdict_form(question, e.draft.mean));
}

void choose_cheapest(PlanChoice& choice) {
  choice.plan = cheapest(choice);
  choice.priced = true;
  choice.raced = choice.alternatives[number_of(choice.plan)].raced;
  choice.reason = reason_of(choice);
}

PlanChoice plan_by_cost(const PlanQuestion& question) {
  PlanChoice choice;
  for (const Plan plan : kPlans) {
    Alternative& alternative = choice.alternatives[number_of(plan)];
    alternative.plan = plan;
    if (plan == Plan::Direct) continue;
    alternative.fits = question.fits[number_of(plan)];
    alternative.refused = question.refused[number_of(plan)];
  }
  if (question.draft.rate.price == nullptr || question.verify.rate.price == nullptr) {
    choice.reason = "no_price";
    return choice;
  }
  const Terms terms(question, cheaper_judge(question));
  const bool may_begin = question.fits[number_of(Plan::DraftTurn)];
  for (Alternative& a : choice.alternatives) {
    weigh(a, question, terms);
    if (may_begin) a.turn = turn_price(question, a.plan);
  }
  choose_cheapest(choice);
  return choice;
}

}  // namespace rlm::route
