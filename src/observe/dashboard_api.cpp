#include "observe/dashboard_api.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "observe/json_builder.hpp"

extern "C" const char rlm_openapi_json_begin[];
extern "C" const char rlm_openapi_json_end[];

namespace rlm::observe {
namespace {

void add_ratio(JsonBuilder& json, std::string_view name, std::optional<double> ratio) {
  json.key(name);
  if (ratio) {
    json.real(*ratio);
  } else {
    json.null();
  }
}

void add_usage_object(JsonBuilder& json, std::string_view name, const Usage& usage) {
  json.key(name).open('{');
  json.member("input", usage.input);
  json.member("cache_write_5m", usage.cache_write_5m);
  json.member("cache_write_1h", usage.cache_write_1h);
  json.member("cache_read", usage.cache_read);
  json.member("output", usage.output);
  json.close('}');
}

void add_latency(JsonBuilder& json, std::string_view name, const Latency& latency) {
  json.key(name).open('{');
  json.member("count", latency.count);
  json.member_ms("p50_ms", latency.p50);
  json.member_ms("p95_ms", latency.p95);
  json.member_ms("first_byte_p50_ms", latency.first_byte_p50);
  json.member_ms("first_byte_p95_ms", latency.first_byte_p95);
  json.close('}');
}

void add_verdicts(JsonBuilder& json, const Totals& totals) {
  json.key("verdicts").open('{');
  for (std::size_t i = 0; i < totals.by_verdict.size(); ++i)
    json.member(name_of(static_cast<Verdict>(i)), totals.by_verdict[i]);
  json.close('}');
}

void add_latencies(JsonBuilder& json, const Summary& summary) {
  json.key("latency").open('{');
  json.member("window", static_cast<std::int64_t>(summary.window));
  add_latency(json, "all", summary.all);
  add_latency(json, "cascaded", summary.cascaded);
  json.key("verdicts").open('{');
  for (std::size_t i = 0; i < summary.by_verdict.size(); ++i)
    add_latency(json, name_of(static_cast<Verdict>(i)), summary.by_verdict[i]);
  json.close('}').close('}');
}

void add_upstreams(JsonBuilder& json, const std::vector<UpstreamTotals>& upstreams) {
  json.key("upstreams").open('[');
  for (const auto& upstream : upstreams) {
    json.open('{');
    json.member("endpoint", upstream.endpoint);
    json.member("role", name_of(upstream.role));
    json.member("model", upstream.model);
    json.member("calls", upstream.calls);
    json.member("failed", upstream.failed);
    add_usage_object(json, "tokens", upstream.tokens);
    add_ratio(json, "cache_read_share", cache_read_share(upstream.tokens));
    json.member("cost_usd", upstream.cost);
    add_latency(json, "latency", upstream.latency);
    json.close('}');
  }
  json.close(']');
}

void add_series(JsonBuilder& json, const Summary& summary) {
  json.key("series").open('{');
  json.member("step_ms", summary.step_ms);
  json.key("points").open('[');
  for (const auto& point : summary.points) {
    json.open('{');
    json.member("t_ms", point.index * summary.step_ms);
    json.member("requests", point.requests);
    json.member("cost_usd", point.cost);
    json.member("baseline_usd", point.baseline);
    json.close('}');
  }
  json.close(']').close('}');
}

void add_row_members(JsonBuilder& json, const ExchangeRecord& record) {
  json.member("id", record.id);
  json.member("started_ms", record.started.value);
  json.member("session", record.session);
  json.member("agent", record.agent);
  json.member("asked_model", record.asked_model);
  json.member("answered_model", record.answered_model);
  json.member("cascade", record.cascade);
  json.member("plan", name_of(record.plan));
  json.member("verdict", name_of(record.verdict));
  json.member("reason", record.reason);
  json.member("status", record.status);
  json.member("error_type", record.error_type);
  json.key("streamed").boolean(record.streamed);
  json.key("client_left").boolean(record.client_left);
  json.member_ms("first_byte_ms", record.first_byte_ms);
  json.member("duration_ms", record.duration_ms);
  json.member("request_bytes", record.request_bytes);
  json.member("response_bytes", record.response_bytes);
  add_usage_object(json, "tokens", record.seen);
  json.member("cost_usd", record.cost);
  json.member("baseline_usd", record.baseline);
  json.member("saved_usd", record.saved());
  json.member("call_count", static_cast<std::int64_t>(record.calls.size()));
  json.member("occasion", name_of(record.occasion));
  json.member("follows", record.follows);
  json.member("sampled_ppm", record.sampled_ppm);
  json.member("judgement", name_of(record.judgement));
  json.member("would_cost_usd", record.would_cost);
  json.member("would_baseline_usd", record.would_baseline);
  json.member("class", record.class_name);
  json.member("failed_draft", record.failed_draft);
}

void add_call(JsonBuilder& json, const CallRecord& call) {
  json.open('{');
  json.member("role", name_of(call.role));
  json.member("end", name_of(call.end));
  json.member("endpoint", call.endpoint);
  json.member("model", call.model);
  json.member("status", call.status);
  json.member("attempt", call.attempt);
  json.member("error", call.error);
  add_usage_object(json, "tokens", call.usage);
  json.key("usage_reported").boolean(call.usage.reported);
  json.member("price_version", call.price_version);
  json.member("cost_usd", call.cost);
  json.member("started_ms", call.started_ms);
  json.member_ms("first_byte_ms", call.first_byte_ms);
  json.member("duration_ms", call.duration_ms);
  json.close('}');
}

}  // namespace

std::string summary_json(const Summary& summary) {
  const Totals& totals = summary.totals;
  JsonBuilder json;
  json.open('{');
  json.member("version", summary.version);
  json.member("change", static_cast<std::int64_t>(summary.change));
  json.member("now_ms", summary.now.value);
  json.member("since_ms", summary.since.value);
  json.member("inflight", summary.inflight);
  json.member("requests", totals.requests);
  add_verdicts(json, totals);
  json.member("cascaded", totals.cascaded);
  json.member("draft_used", totals.draft_used);
  add_ratio(json, "draft_use_ratio", totals.draft_use_ratio());
  json.member("client_left", totals.client_left);
  json.member("cost_usd", totals.cost);
  json.member("aside_cost_usd", totals.aside_cost);
  json.member("estimated_cost_usd", totals.estimated_cost);
  json.member("baseline_usd", totals.baseline);
  json.member("saved_usd", totals.saved());
  add_ratio(json, "saved_ratio", totals.saved_ratio());
  add_usage_object(json, "tokens", totals.tokens);
  add_latencies(json, summary);
  add_upstreams(json, summary.upstreams);
  add_series(json, summary);
  return json.close('}').take();
}

std::string exchange_row_json(const ExchangeRecord& record) {
  JsonBuilder json;
  json.open('{');
  add_row_members(json, record);
  return json.close('}').take();
}

std::string exchange_json(const ExchangeRecord& record) {
  JsonBuilder json;
  json.open('{');
  add_row_members(json, record);
  json.key("calls").open('[');
  for (const auto& call : record.calls) add_call(json, call);
  json.close(']').key("weighed").raw(record.weighed.empty() ? "[]" : record.weighed);
  return json.close('}').take();
}

std::string exchanges_json(std::span<const RecentExchanges::RecordPtr> page, std::size_t limit) {
  JsonBuilder json;
  json.open('{').key("exchanges").open('[');
  for (const auto& record : page) {
    json.open('{');
    add_row_members(json, *record);
    json.close('}');
  }
  json.close(']').key("next_before");
  if (page.size() == limit && !page.empty()) {
    json.text(page.back()->id);
  } else {
    json.null();
  }
  return json.close('}').take();
}

std::string classes_json(std::span<const quality::ClassReport> classes) {
  JsonBuilder json;
  json.open('{').key("classes").open('[');
  for (const auto& report : classes) {
    json.open('{');
    json.member("class", report.class_name);
    json.member("state", name_of(report.standing.state));
    json.key("presumed").boolean(report.presumed);
    json.key("bad_rate_upper").real(report.upper);
    json.key("bad_rate_max").real(report.rules.bad_rate_max);
    json.key("confidence").real(1 - report.rules.risk);
    json.key("audit_share").real(report.standing.audit_share);
    json.member("labels", report.labels);
    json.member("bad", report.bad);
    json.member("demotions", report.demotions);
    json.close('}');
  }
  return json.close(']').close('}').take();
}

std::string models_json(std::span<const ModelStatus> models) {
  JsonBuilder json;
  json.open('{').key("models").open('[');
  for (const auto& model : models) {
    json.open('{');
    json.member("name", model.name);
    json.member("model", model.model);
    json.member("endpoint", model.endpoint);
    json.member("host", model.host);
    json.key("roles").open('[');
    for (const auto& role : model.roles) json.text(role);
    json.close(']');
    json.key("healthy").boolean(model.healthy);
    json.member("note", model.note);
    if (model.first_byte_ms >= 0)
      json.member("first_byte_ms", static_cast<std::int64_t>(model.first_byte_ms));
    json.close('}');
  }
  return json.close(']').close('}').take();
}

std::string api_error_json(std::string_view type, std::string_view message) {
  JsonBuilder json;
  json.open('{').key("error").open('{').member("type", type).member("message", message);
  return json.close('}').close('}').take();
}

Result<ExchangesQuery> parse_exchanges_query(std::string_view query) {
  ExchangesQuery result;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = pair.substr(0, equals);
    const auto value = pair.substr(equals + 1);
    if (name == "before") result.before = value;
    if (name != "limit") continue;
    const auto* end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, result.limit);
    if (read.ec != std::errc() || read.ptr != end || result.limit == 0 ||
        result.limit > ExchangesQuery::kLimitMax)
      return fail(ErrorKind::BadRequest, Source::Client,
                  "limit: \"" + std::string(value) + "\" is no number from 1 to " +
                      std::to_string(ExchangesQuery::kLimitMax));
  }
  return result;
}

std::string_view openapi_json() {
  return {rlm_openapi_json_begin,
          static_cast<std::size_t>(rlm_openapi_json_end - rlm_openapi_json_begin)};
}

}  // namespace rlm::observe
