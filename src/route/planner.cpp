#include "route/planner.hpp"

#include <algorithm>
#include <cmath>

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
  explicit Terms(const PlanQuestion& question) : q_(question) {
    const ClassForecast& e = q_.expected;
    Usage usage = q_.verify.prompt.usage;
    usage.output = e.answer.mean;
    direct = cost(q_.verify, usage, q_.now);
    usage.input += e.draft.mean + e.instruction;
    usage.output = e.verdict;
    verdict = cost(q_.verify, usage, q_.now);
    rewrite = cost(q_.verify, {.output = e.answer.mean}, q_.now);
    usage = q_.draft.prompt.usage;
    usage.output = e.draft.mean;
    draft = cost(q_.draft, usage, q_.now);
  }

  double direct = 0;
  double draft = 0;
  double verdict = 0;
  double rewrite = 0;

  double bill(Plan plan) const {
    const ClassForecast& e = q_.expected;
    const double audit = q_.rules.audit_share * verdict;
    switch (plan) {
      case Plan::Direct:
      case Plan::DraftTurn:
      case Plan::Shadow:
        return direct;
      case Plan::DraftOnly:
        return draft + (1 - e.passes) * direct + e.passes * audit;
      case Plan::DraftValidate:
        return draft + (1 - e.proven) * direct + e.proven * audit;
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
      case Plan::DraftTurn:
      case Plan::Shadow:
        return {0, 1};
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
  const PlanQuestion& q_;
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

void add_future(Alternative& alternative, const PlanQuestion& q, Asked asked) {
  const SessionForecast& s = q.session;
  const double calls = std::max(s.calls, 0.0) + kRegimeCalls;
  const auto share = [&](double before, double now) {
    return (std::min(before, s.calls) + kRegimeCalls * now) / calls;
  };
  const Future draft(q.draft, s, q.now, share(s.drafted, asked.draft));
  const Future verify(q.verify, s, q.now, share(s.verified, asked.verify));
  alternative.spread = nano(asked.draft * draft.spread() + asked.verify * verify.spread());
  alternative.lapse = nano((1 - asked.draft) * draft.lapse() + (1 - asked.verify) * verify.lapse());
}

struct Delay {
  double typical = 0;
  double p95 = 0;
};

Delay operator+(Delay a, Delay b) {
  return {a.typical + b.typical, a.p95 + b.p95};
}

/// What happens with this probability; the slow end shows it when it is no rarer than that.
Delay with_probability(double probability, Delay delay) {
  return {probability * delay.typical, probability > 0.05 ? delay.p95 : 0};
}

Delay writing(const Speed& speed, Length length) {
  return {speed.token_ms * static_cast<double>(length.mean),
          speed.token_p95_ms * static_cast<double>(length.p95)};
}

Delay delay_of(Plan plan, const PlanQuestion& q) {
  const ClassForecast& e = q.expected;
  const auto begin = [](const Speed& s) { return Delay{s.first_byte_ms, s.first_byte_p95_ms}; };
  const Delay answer = writing(q.verify.speed, e.answer);
  const Delay direct = begin(q.verify.speed) + answer;
  const Delay draft = begin(q.draft.speed) + writing(q.draft.speed, e.draft);
  switch (plan) {
    case Plan::Direct:
    case Plan::DraftTurn:
    case Plan::Shadow:
      return direct;
    case Plan::DraftOnly:
      return draft + with_probability(1 - e.passes, direct);
    case Plan::DraftValidate:
      return draft + with_probability(1 - e.proven, direct);
    case Plan::DraftVerify:
      return draft + begin(q.verify.speed) + with_probability(1 - e.passes * e.accepted, answer);
  }
  return direct;
}

void weigh(Alternative& alternative, const PlanQuestion& q, const Terms& terms) {
  const Plan plan = alternative.plan;
  alternative.bill = nano(terms.bill(plan));
  add_future(alternative, q, terms.asked(plan));
  const Delay delay = delay_of(plan, q);
  alternative.typical_ms = delay.typical;
  alternative.p95_ms = delay.p95;
  const auto limit = static_cast<double>(q.rules.p95_max.count());
  if (plan != Plan::Direct && alternative.refused.empty() && limit > 0 && delay.p95 > limit)
    alternative.refused = "latency";
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

std::string reason_of(const PlanChoice& choice) {
  if (const auto common = common_refusal(choice); !common.empty()) return std::string(common);
  const Alternative* cheapest = &choice.alternatives[number_of(choice.plan)];
  for (const Alternative& a : choice.alternatives)
    if (a.fits && a.price() < cheapest->price()) cheapest = &a;
  return cheapest->refused.empty() ? "cheapest" : std::string(cheapest->refused);
}

}  // namespace

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
  const Terms terms(question);
  for (Alternative& a : choice.alternatives) {
    weigh(a, question, terms);
    if (a.fits && a.refused.empty() &&
        a.price() < choice.alternatives[number_of(choice.plan)].price())
      choice.plan = a.plan;
  }
  choice.priced = true;
  choice.reason = reason_of(choice);
  return choice;
}

}  // namespace rlm::route
