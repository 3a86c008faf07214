#include "route/turn_price.hpp"

#include <algorithm>
#include <cmath>

namespace rlm::route {
namespace {

class Turn {
 public:
  explicit Turn(const PlanQuestion& question)
      : q_(question), calls_(1 + std::max(0.0, question.session.to_come)) {}

  double price(Plan plan) const {
    const double answer = static_cast<double>(q_.expected.answer.mean);
    switch (plan) {
      case Plan::Direct:
      case Plan::Shadow:
        return calls_of(q_.verify, calls_, answer);
      case Plan::DraftOnly:
        return drafts() + calls_of(q_.verify, calls_ * (1 - q_.expected.passes), answer);
      case Plan::DraftValidate:
        return drafts() + calls_of(q_.verify, calls_ * (1 - q_.expected.proven), answer);
      case Plan::DraftVerify:
        return drafts() + calls_of(q_.verify, calls_, verdict_output()) +
               calls_ * cost(q_.verify, {.input = verdict_suffix(q_)});
      case Plan::DraftTurn: {
        const double taken_over = 1 - std::pow(1 - q_.turn.handed, calls_);
        const double rest = calls_ / 2;
        return drafts() + (1 - taken_over) * judge() +
               taken_over * (late_prompt() + rest * warm(q_.verify, answer));
      }
    }
    return 0;
  }

 private:
  static constexpr double kAnswerOnly = 0;

  double cost(const ModelForecast& model, const Usage& usage) const {
    return static_cast<double>(model.rate.cost_of(usage, q_.now).value);
  }
  Tokens growth() const {
    return static_cast<Tokens>((calls_ - 1) * std::max(0.0, q_.session.growth));
  }
  /// Of what the turn added before them, all its calls together read this much.
  Tokens growth_read() const {
    return static_cast<Tokens>(static_cast<double>(growth()) * std::max(0.0, calls_ - 2) / 2);
  }
  /// Tokens that are new to the model, as it takes them in.
  static Usage as_new(const ModelForecast& model, Tokens tokens) {
    Usage usage;
    if (model.prompt.usage.cache_write_1h > 0)
      usage.cache_write_1h = tokens;
    else if (model.rate.price->cache_minimum > 0)
      usage.cache_write_5m = tokens;
    else
      usage.input = tokens;
    return usage;
  }
  double warm(const ModelForecast& model, double output) const {
    Usage usage{.cache_read = model.prompt.usage.prompt()};
    usage.output = static_cast<Tokens>(output);
    return cost(model, usage);
  }
  /// What is paid beyond warm calls: this prompt's new part and all that the turn adds.
  double filling(const ModelForecast& model) const {
    return cost(model, model.prompt.usage) - warm(model, kAnswerOnly) +
           cost(model, as_new(model, growth()));
  }
  double calls_of(const ModelForecast& model, double calls, double output) const {
    return calls * warm(model, output) + std::min(1.0, calls) * filling(model) +
           calls / calls_ * cost(model, {.cache_read = growth_read()});
  }
  double drafts() const {
    return calls_of(q_.draft, calls_, static_cast<double>(q_.expected.draft.mean));
  }
  double verdict_output() const {
    const ClassForecast& e = q_.expected;
    return static_cast<double>(e.verdict) + (1 - e.accepted) * static_cast<double>(e.answer.mean);
  }
  /// The verify model's prompt at the turn's end, when it was not asked meanwhile.
  double late_prompt() const {
    const bool lapsed = calls_ * q_.session.gap_ms > static_cast<double>(q_.verify.prompt.warm_ms);
    const Usage now = q_.verify.prompt.usage;
    return cost(q_.verify, lapsed ? as_new(q_.verify, now.prompt()) : now) +
           cost(q_.verify, as_new(q_.verify, growth()));
  }
  double judge() const {
    const ClassForecast& e = q_.expected;
    const TurnForecast& t = q_.turn;
    const double answer = cost(q_.verify, {.output = e.answer.mean});
    const double word = cost(q_.verify, {.output = e.verdict});
    const double by_prefix = late_prompt() +
                             cost(q_.verify, {.input = e.draft.mean + e.forms.full}) + word +
                             (1 - t.accepted) * answer;
    const double by_digest =
        cost(q_.verify, {.input = t.digest}) + word + (1 - t.accepted) * (late_prompt() + answer);
    return t.can_append ? std::min(by_prefix, by_digest) : by_digest;
  }

  const PlanQuestion& q_;
  double calls_;
};

}  // namespace

NanoUsd turn_price(const PlanQuestion& question, Plan plan) {
  return {static_cast<std::int64_t>(std::llround(Turn(question).price(plan)))};
}

}  // namespace rlm::route
