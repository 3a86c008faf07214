#include "lab/eval_figures.hpp"
#include "observe/json_builder.hpp"

namespace rlm::lab {

namespace {

void add_interval(observe::JsonBuilder& json, std::string_view name, const Interval& interval) {
  json.key(name).open('[').real(interval.low).real(interval.high).close(']');
}

void add_count(observe::JsonBuilder& json, std::size_t part, std::size_t all) {
  json.member("n", static_cast<std::int64_t>(part)).member("of", static_cast<std::int64_t>(all));
  add_interval(json, "interval", wilson(part, all));
}

void add_latency(observe::JsonBuilder& json, const EvalRun& run, const TargetRun& target) {
  const auto totals = totals_ms(run, target, "");
  json.key("latency_ms").open('{').member("n", static_cast<std::int64_t>(totals.size()));
  json.key("p50").real(quantile(totals, 0.5)).key("p95").real(quantile(totals, 0.95));
  add_interval(json, "p50_interval", quantile_interval(totals, 0.5));
  json.key("first_text_p50").real(quantile(first_texts_ms(run, target, ""), 0.5)).close('}');
}

void add_passes(observe::JsonBuilder& json, const EvalRun& run, const TargetRun& target) {
  json.key("passed").open('{');
  for (const auto& kind : kinds_of(run.tasks)) {
    const PassCount count = passes(run, target, kind);
    json.key(kind).open('{');
    add_count(json, count.passed, count.total);
    json.close('}');
  }
  const PassCount count = passes(run, target, "");
  json.key("all").open('{');
  add_count(json, count.passed, count.total);
  json.close('}').close('}');
}

void add_outcomes(observe::JsonBuilder& json, const EvalRun& run, const TargetRun& target) {
  json.key("requests").open('[');
  for (std::size_t i = 0; i < target.outcomes.size(); ++i) {
    const Outcome& outcome = target.outcomes[i];
    json.open('{').member("task", outcome.task).member("kind", run.tasks[i].kind);
    json.member("status", outcome.status).member("error", outcome.error);
    json.member("verdict", outcome.verdict)
        .member("model", outcome.model)
        .member("exchange", outcome.exchange);
    json.key("cost_usd");
    outcome.cost ? json.dollars(*outcome.cost) : json.null();
    json.member("input_tokens", outcome.usage.prompt())
        .member("output_tokens", outcome.usage.output);
    json.key("total_ms").real(outcome.total_ms / run.time_scale);
    if (outcome.first_text_ms >= 0)
      json.key("first_text_ms").real(outcome.first_text_ms / run.time_scale);
    if (i < target.grades.size()) {
      json.key("passed").boolean(outcome.answered() && target.grades[i].passed);
      json.member("reason", target.grades[i].reason);
    }
    json.close('}');
  }
  json.close(']');
}

void add_target(observe::JsonBuilder& json, const EvalRun& run, const TargetRun& target) {
  json.key(target.name).open('{').member("model", target.model);
  json.key("verdicts").open('{');
  for (const auto& [verdict, count] : verdict_counts(target))
    json.member(verdict, static_cast<std::int64_t>(count));
  json.close('}');
  add_latency(json, run, target);
  if (!target.grades.empty()) add_passes(json, run, target);
  add_outcomes(json, run, target);
  json.close('}');
}

}  // namespace

std::string report_json(const EvalRun& run) {
  observe::JsonBuilder json;
  json.open('{').member("workload", run.workload);
  json.key("simulated").boolean(run.simulated).key("time_scale").real(run.time_scale);
  const DraftUse use = draft_use(run.cascade);
  json.key("draft_use").open('{');
  add_count(json, use.used, use.cascaded);
  json.close('}');
  const CostFigures cost = cost_figures(run);
  json.key("cost").open('{').member("pairs", static_cast<std::int64_t>(cost.pairs));
  json.key("direct_usd")
      .real(cost.direct)
      .key("cascade_usd")
      .real(cost.cascade)
      .key("saving")
      .real(cost.saving());
  add_interval(json, "saving_interval", paired_saving_interval(run));
  json.close('}');
  add_target(json, run, run.direct);
  add_target(json, run, run.cascade);
  json.member("isolation", run.isolation).key("notes").open('[');
  for (const auto& note : run.notes) json.text(note);
  return json.close(']').close('}').take();
}

}  // namespace rlm::lab
