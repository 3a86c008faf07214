#include "lab/statistics.hpp"
#include "lab/usage_report.hpp"
#include "observe/json_builder.hpp"

namespace rlm::lab {
namespace {

using observe::JsonBuilder;

void add_verdicts(JsonBuilder& json, const UsageReport& report) {
  json.key("verdicts").open('{');
  for (int i = 0; i < kVerdictCount; ++i) {
    const auto& of = report.of(static_cast<Verdict>(i));
    json.key(name_of(static_cast<Verdict>(i))).open('{').member("exchanges", of.exchanges);
    json.member("cost_usd", of.cost).member("baseline_usd", of.baseline);
    json.key("p50_ms")
        .real(quantile(of.duration_ms, .5))
        .key("p95_ms")
        .real(quantile(of.duration_ms, .95));
    json.close('}');
  }
  json.close('}');
}

void add_models(JsonBuilder& json, const UsageReport& report) {
  json.key("models").open('{');
  for (const auto& [model, of] : report.models()) {
    json.key(model).open('{').member("calls", of.calls).member("failed", of.failed);
    json.member("prompt_tokens", of.usage.prompt())
        .member("cache_read_tokens", of.usage.cache_read);
    json.member("output_tokens", of.usage.output).member("cost_usd", of.cost).close('}');
  }
  json.close('}');
}

void add_counts(JsonBuilder& json, const UsageReport& report) {
  for (const auto& [key, counts] : {std::pair{"causes", &report.causes()},
                                    std::pair{"prefix_changes", &report.prefix_changes()}}) {
    json.key(key).open('{');
    for (const auto& [cause, count] : *counts) json.member(cause, count);
    json.close('}');
  }
}

void add_shadow(JsonBuilder& json, const UsageReport& report) {
  const auto& shadow = report.shadow();
  json.key("shadow").open('{').member("drawn", shadow.drawn).member("cost_usd", shadow.cost);
  json.key("would_cost_usd")
      .real(shadow.would_cost)
      .key("would_baseline_usd")
      .real(shadow.would_baseline);
  json.member("judged", shadow.judged).member("agreed", shadow.agreed).close('}');
}

void add_hours(JsonBuilder& json, const UsageReport& report) {
  json.key("one_hour_writes").open('{');
  for (const auto& [model, figures] : report.ttl().by_model()) {
    json.key(model).open('{').member("calls", figures.calls).member("lapsed", figures.lapsed);
    json.member("paid_usd", figures.paid)
        .member("with_one_hour_usd", figures.with_one_hour)
        .close('}');
  }
  json.close('}');
}

void add_classes(JsonBuilder& json, const UsageFindings& findings) {
  json.key("bad_rate_max").real(findings.rules.bad_rate_max).key("classes").open('[');
  for (const auto& [name, evidence] : findings.classes) {
    json.open('{').member("class", name).member("drafts", evidence.drafts);
    json.member("refused", evidence.refused).member("labels", evidence.labels());
    json.member("bad", evidence.bad()).key("bad_at_most").real(evidence.trust.bound().upper());
    json.key("proven").boolean(evidence.is_proven()).close('}');
  }
  json.close(']');
}

}  // namespace

std::string usage_report_json(const std::string& name, const UsageReport& report,
                              const UsageFindings& findings) {
  observe::JsonBuilder json;
  json.open('{').member("ledger", name).member("exchanges", report.exchanges());
  json.member("first_ms", report.first().value).member("last_ms", report.last().value);
  json.member("cost_usd", report.cost()).member("baseline_usd", report.baseline());
  json.member("aside_cost_usd", report.aside_cost());
  json.member("estimated_calls", report.estimated_calls());
  json.member("estimated_cost_usd", report.estimated_cost());
  json.key("draft_use").real(report.draft_use());
  add_verdicts(json, report);
  add_models(json, report);
  add_counts(json, report);
  add_shadow(json, report);
  add_hours(json, report);
  add_classes(json, findings);
  json.key("presets").raw(what_if_report_json(findings.presets));
  json.member("recommended_toml", findings.recommended_toml);
  return json.close('}').take();
}

}  // namespace rlm::lab
