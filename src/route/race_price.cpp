#include "route/race_price.hpp"

#include <algorithm>
#include <cmath>

#include "route/delay.hpp"

namespace rlm::route {
namespace {

/// How likely `a` is over before `b`.
double is_first(Delay a, Delay b) {
  constexpr double kSlowEnd = 1.645;  // deviations of a bell's slowest twentieth from its middle
  const auto deviation = [](Delay d) {
    return std::log(std::max(d.p95, d.typical) / std::max(d.typical, 1.0)) / kSlowEnd;
  };
  const auto safe = [](Delay d) { return Delay{std::max(d.typical, 1.0), std::max(d.p95, 1.0)}; };
  a = safe(a);
  b = safe(b);
  const double spread = std::hypot(deviation(a), deviation(b));
  const double lead = std::log(b.typical / a.typical);
  if (spread < 1e-9) return lead > 0 ? 1 : lead < 0 ? 0 : .5;
  return std::erfc(-lead / spread / std::sqrt(2.0)) / 2;
}

/// Tokens that a model has written after so long.
Tokens written(const Speed& speed, double after_ms, Tokens all) {
  const double time = after_ms - speed.first_byte_ms;
  if (time <= 0) return 0;
  if (speed.token_ms <= 0) return all;
  return std::min(all, static_cast<Tokens>(time / speed.token_ms));
}

class Racing {
 public:
  Racing(const PlanQuestion& question, Plan plan)
      : q_(question), verified_(plan != Plan::DraftOnly) {
    const ClassForecast& e = q_.expected;
    const Delay answer = writing(q_.verify.speed, e.answer);
    verify_ = begin_of(q_.verify.speed);
    // A client that does not stream is answered when the answer is whole.
    (q_.race.streams ? verify_rest_ : verify_) = (q_.race.streams ? Delay{} : verify_) + answer;

    const Delay first = begin_of(q_.draft.speed);
    whole_ = first + writing(q_.draft.speed, e.draft);
    ready_ = whole_;
    if (verified_) {
      ready_ = whole_ + begin_of(q_.verify.speed);
      const double rewritten = 1 - e.accepted;
      ready_rest_ = {rewritten * answer.typical, rewritten > kRare ? answer.p95 : 0};
    } else if (q_.race.streams && q_.race.held >= 0) {
      const Length held{std::min(q_.race.held, e.draft.mean), std::min(q_.race.held, e.draft.p95)};
      ready_ = first + writing(q_.draft.speed, held);
      ready_rest_ = {whole_.typical - ready_.typical, whole_.p95 - ready_.p95};
    }
  }

  RaceForecast forecast() const {
    const double passes = q_.expected.passes;
    RaceForecast race;
    race.whole_first = is_first(verified_ ? whole_ : ready_, verify_);
    race.ready_first = std::min(race.whole_first, is_first(ready_, verify_));
    race.lost_draft = written(q_.draft.speed, verify_.typical, q_.expected.draft.mean);
    // A stream that has lost has not begun.
    if (!q_.race.streams)
      race.lost_answer = written(q_.verify.speed, ready_.typical, q_.expected.answer.mean);
    const double wins = passes * race.ready_first;
    race.typical_ms =
        wins * (ready_ + ready_rest_).typical + (1 - wins) * (verify_ + verify_rest_).typical;
    const double begins = 1 - passes > kRare ? verify_.p95 : std::min(ready_.p95, verify_.p95);
    race.p95_ms = begins + std::max(ready_rest_.p95, verify_rest_.p95);
    race.bill = bill(race);
    return race;
  }

 private:
  static constexpr double kRare = .05;

  double cost(const ModelForecast& model, Tokens more_input, Tokens output) const {
    Usage usage = model.prompt.usage;
    usage.input += more_input;
    usage.output = output;
    return static_cast<double>(model.rate.cost_of(usage, q_.now).value);
  }

  double bill(const RaceForecast& race) const {
    const ClassForecast& e = q_.expected;
    const double draft = cost(q_.draft, 0, e.draft.mean);
    const double stopped_draft = cost(q_.draft, 0, race.lost_draft);
    const double direct = cost(q_.verify, 0, e.answer.mean);
    const double stopped_direct = cost(q_.verify, 0, race.lost_answer);
    double judging = 0;
    double rewriting = 0;
    double audit = 0;
    if (!verified_) {
      audit = q_.rules.audit_share * cost(q_.verify, verdict_suffix(q_), e.verdict);
    } else {
      judging = cost(q_.verify, verdict_suffix(q_), e.verdict);
      const Usage rewrite{.output = e.answer.mean};
      rewriting =
          (1 - e.accepted) * static_cast<double>(q_.verify.rate.cost_of(rewrite, q_.now).value);
    }
    const double w = race.ready_first;
    const double whole = race.whole_first;
    const double passed = w * (draft + judging + rewriting + audit + stopped_direct) +
                          (whole - w) * (draft + judging + direct) +
                          (1 - whole) * (stopped_draft + direct);
    return e.passes * passed + (1 - e.passes) * (draft + direct);
  }

  const PlanQuestion& q_;
  bool verified_;
  Delay verify_;       // until the verify model's own answer can leave
  Delay verify_rest_;  // … and from then to its end
  Delay whole_;        // until the draft is whole
  Delay ready_;        // until the drafted answer can leave
  Delay ready_rest_;   // … and from then to its end
};

}  // namespace

RaceForecast race_of(const PlanQuestion& question, Plan plan) {
  return Racing(question, plan).forecast();
}

}  // namespace rlm::route
