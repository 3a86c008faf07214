#include "observe/trace_spans.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "observe/json_builder.hpp"
#include "observe/span_writer.hpp"

namespace rlm::observe {
namespace {

std::string hex16(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

// Zero means "no id" in the protocol.
std::string span_id(const ExchangeRecord& record, std::size_t index) {
  const auto hash = XXH3_64bits_withSeed(record.id.data(), record.id.size(), index);
  return hex16(hash == 0 ? 1 : hash);
}

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == text.npos;
}

// traceparent: 2 version, 32 trace id, 16 parent id, 2 flags, with dashes between (W3C Trace
// Context §3.2).
bool is_traceparent(std::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const auto version = text.substr(0, 2);
  if (!is_lower_hex(version) || version == "ff" || (version == "00" && text.size() != 55))
    return false;
  if (text.size() > 55 && text[55] != '-') return false;
  const auto trace = text.substr(3, 32);
  const auto parent = text.substr(36, 16);
  return is_lower_hex(trace) && is_lower_hex(parent) && is_lower_hex(text.substr(53, 2)) &&
         !is_zero(trace) && !is_zero(parent);
}

std::string usage_details(const Usage& usage) {
  JsonBuilder json;
  json.open('{').member("input", usage.input).member("output", usage.output);
  if (usage.cache_read > 0) json.member("cache_read_input_tokens", usage.cache_read);
  if (usage.cache_write_5m > 0) json.member("input_cache_creation_5m", usage.cache_write_5m);
  if (usage.cache_write_1h > 0) json.member("input_cache_creation_1h", usage.cache_write_1h);
  return json.close('}').take();
}

std::string cost_details(NanoUsd cost) {
  JsonBuilder json;
  return json.open('{').member("total", cost).close('}').take();
}

// Langfuse wants what describes the trace on each of its spans.
void add_trace_attributes(SpanWriter& span, const ExchangeRecord& record,
                          const TraceResource& resource) {
  span.text("langfuse.trace.name", "cascade");
  span.text("langfuse.session.id", record.session);
  span.text("session.id", record.session);
  span.text("gen_ai.conversation.id", record.session);
  span.text("langfuse.environment", resource.environment);
  span.texts("langfuse.trace.tags", {"verdict:" + std::string(name_of(record.verdict)),
                                     "plan:" + std::string(name_of(record.plan))});
  span.text("langfuse.trace.metadata.exchange_id", record.id);
  span.text("langfuse.trace.metadata.reason", record.reason);
  span.text("langfuse.trace.metadata.asked_model", record.asked_model);
  span.text("langfuse.trace.metadata.answered_model", record.answered_model);
  span.text("langfuse.trace.metadata.cost_usd", dollars_text(record.cost));
  span.text("langfuse.trace.metadata.saved_usd", dollars_text(record.saved()));
}

std::string_view failure_of(const ExchangeRecord& record) {
  if (record.verdict != Verdict::Failed) return {};
  if (!record.error_type.empty()) return record.error_type;
  return record.client_left ? "cancelled" : "_OTHER";
}

void write_root(JsonBuilder& json, const ExchangeRecord& record, const TraceIds& ids,
                const TraceResource& resource) {
  SpanHead head;
  head.span_id = span_id(record, 0);
  head.parent_id = ids.parent_id;
  head.name = "cascade";
  head.kind = SpanKind::Server;
  head.start_ms = record.started.value;
  head.end_ms = record.started.value + record.duration_ms;
  SpanWriter span(json, ids.trace_id, head);
  add_trace_attributes(span, record, resource);
  const auto failure = failure_of(record);
  span.text("langfuse.observation.type", "span");
  span.text("langfuse.observation.level", failure.empty() ? "DEFAULT" : "ERROR");
  span.text("cascade.exchange_id", record.id);
  span.text("cascade.name", record.cascade);
  span.text("cascade.plan", name_of(record.plan));
  span.text("cascade.verdict", name_of(record.verdict));
  span.text("cascade.reason", record.reason);
  span.text("cascade.agent_id", record.agent);
  span.text("cascade.occasion", name_of(record.occasion));
  span.text("cascade.follows", record.follows);
  span.integer("cascade.cost_nanousd", record.cost.value);
  span.integer("cascade.baseline_nanousd", record.baseline.value);
  span.integer("cascade.saved_nanousd", record.saved().value);
  span.text("gen_ai.request.model", record.asked_model);
  span.text("gen_ai.response.model", record.answered_model);
  span.boolean("gen_ai.request.stream", record.streamed);
  if (record.first_byte_ms >= 0)
    span.real("gen_ai.response.time_to_first_chunk",
              static_cast<double>(record.first_byte_ms) / 1000);
  span.integer("http.response.status_code", record.status);
  span.boolean("cascade.client_left", record.client_left);
  span.text("error.type", failure);
  span.finish(failure);
}

// The paper calls the verify model's call that may rewrite the draft "enhance".
std::string_view stage_of(CallRole role) {
  return role == CallRole::Verify ? "enhance" : name_of(role);
}

std::string failure_of(const CallRecord& call) {
  if (call.end != CallEnd::Failed) return {};
  if (call.status >= 400) return std::to_string(call.status);
  return call.error.empty() ? "_OTHER" : call.error;
}

void add_model_attributes(SpanWriter& span, const ExchangeRecord& record, const CallRecord& call) {
  const Usage& usage = call.usage;
  span.text("gen_ai.provider.name", provider_of(call.model));
  span.text("gen_ai.request.model", call.model);
  span.text("gen_ai.response.model", call.model);
  span.integer("gen_ai.usage.input_tokens", usage.prompt());
  span.integer("gen_ai.usage.output_tokens", usage.output);
  span.integer("gen_ai.usage.cache_read.input_tokens", usage.cache_read);
  span.integer("gen_ai.usage.cache_write.input_tokens",
               usage.cache_write_5m + usage.cache_write_1h);
  span.text("langfuse.observation.model.name", call.model);
  span.text("langfuse.observation.usage_details", usage_details(usage));
  span.text("langfuse.observation.cost_details", cost_details(call.cost));
  if (call.first_byte_ms < 0) return;
  span.real("gen_ai.response.time_to_first_chunk", static_cast<double>(call.first_byte_ms) / 1000);
  span.text("langfuse.observation.completion_start_time",
            iso_time(record.started, call.started_ms + call.first_byte_ms));
}

void write_call(JsonBuilder& json, const ExchangeRecord& record, std::size_t index,
                const TraceIds& ids, const TraceResource& resource) {
  const CallRecord& call = record.calls[index];
  const bool counts = call.role == CallRole::Count;
  const std::string operation = counts ? "count_tokens" : "chat";
  SpanHead head;
  head.span_id = span_id(record, index + 1);
  head.parent_id = span_id(record, 0);
  head.name = operation + ' ' + call.model;
  head.kind = SpanKind::Client;
  head.start_ms = record.started.value + call.started_ms;
  head.end_ms = head.start_ms + call.duration_ms;
  SpanWriter span(json, ids.trace_id, head);
  add_trace_attributes(span, record, resource);
  const std::string failure = failure_of(call);
  span.text("langfuse.observation.type", counts ? "span" : "generation");
  span.text("langfuse.observation.level", failure.empty() ? "DEFAULT" : "ERROR");
  span.text("langfuse.observation.metadata.stage", stage_of(call.role));
  span.text("langfuse.observation.metadata.end", name_of(call.end));
  span.text("langfuse.observation.metadata.endpoint", call.endpoint);
  span.text("langfuse.observation.metadata.price_version", call.price_version);
  span.text("gen_ai.operation.name", operation);
  add_model_attributes(span, record, call);
  span.text("cascade.stage", stage_of(call.role));
  span.integer("cascade.cost_nanousd", call.cost.value);
  if (call.status > 0) span.integer("http.response.status_code", call.status);
  if (call.attempt > 0) span.integer("http.request.resend_count", call.attempt);
  span.text("error.type", failure);
  span.finish(failure);
}

}  // namespace

TraceIds trace_ids_of(const ExchangeRecord& record) {
  if (is_traceparent(record.traceparent))
    return {record.traceparent.substr(3, 32), record.traceparent.substr(36, 16)};
  const auto hash = XXH3_128bits(record.id.data(), record.id.size());
  return {hex16(hash.high64) + hex16(hash.low64 == 0 ? 1 : hash.low64), {}};
}

std::string_view provider_of(std::string_view model) {
  struct Rule {
    std::string_view part;
    std::string_view provider;
    bool anywhere;
  };
  // Bedrock's ids carry the vendor with a dot, so they are looked for first.
  static constexpr Rule kRules[] = {{"anthropic.claude", "aws.bedrock", true},
                                    {"claude", "anthropic", false},
                                    {"deepseek", "deepseek", true},
                                    {"gpt-", "openai", false},
                                    {"gemini", "gcp.gemini", false},
                                    {"mistral", "mistral_ai", false},
                                    {"grok", "x_ai", false},
                                    {"kimi", "moonshot_ai", false}};
  for (const auto& rule : kRules) {
    const auto at = model.find(rule.part);
    if (at == 0 || (rule.anywhere && at != model.npos)) return rule.provider;
  }
  return "_OTHER";
}

std::string iso_time(UnixMs when, std::int64_t offset_ms) {
  namespace chrono = std::chrono;
  const chrono::sys_time<Milliseconds> at{Milliseconds(when.value + offset_ms)};
  const auto day = chrono::floor<chrono::days>(at);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss time(at - day);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text.data();
}

std::string export_request_json(std::span<const ExchangeRecord> records,
                                const TraceResource& resource) {
  JsonBuilder json;
  const auto attribute = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    json.open('{').member("key", key).key("value").open('{').member("stringValue", value);
    json.close('}').close('}');
  };
  json.open('{').key("resourceSpans").open('[').open('{');
  json.key("resource").open('{').key("attributes").open('[');
  attribute("service.name", resource.service_name);
  attribute("service.version", resource.service_version);
  attribute("deployment.environment.name", resource.environment);
  json.close(']').close('}');
  json.key("scopeSpans").open('[').open('{').key("scope").open('{');
  json.member("name", "rlm-cascade").member("version", resource.service_version).close('}');
  json.key("spans").open('[');
  for (const auto& record : records) {
    const TraceIds ids = trace_ids_of(record);
    write_root(json, record, ids, resource);
    for (std::size_t i = 0; i < record.calls.size(); ++i)
      write_call(json, record, i, ids, resource);
  }
  json.close(']').close('}').close(']');
  return json.close('}').close(']').close('}').take();
}

}  // namespace rlm::observe
