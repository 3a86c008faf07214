#pragma once
// An exchange as OTLP spans with the GenAI and Langfuse attributes. Pure; never a prompt or an
// answer.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "domain/exchange_record.hpp"

namespace rlm::observe {

/// Where a trace hangs.
struct TraceIds {
  std::string trace_id;   // 32 hex digits
  std::string parent_id;  // 16 hex digits; empty: the exchange is the root
};

/// From a W3C traceparent when that is valid, else a trace of its own, derived from the exchange's
/// id so that anyone can compute it.
TraceIds trace_ids_of(const ExchangeRecord& record);

/// Spans that the exchange becomes: a root and one per call.
inline std::size_t span_count(const ExchangeRecord& record) {
  return 1 + record.calls.size();
}

/// What the resource is called.
struct TraceResource {
  std::string service_name;
  std::string service_version;  // empty: not told
  std::string environment;      // empty: not told
};

/// An ExportTraceServiceRequest as OTLP/JSON.
std::string export_request_json(std::span<const ExchangeRecord> records,
                                const TraceResource& resource);

/// The GenAI provider name of an upstream's model id: "anthropic", "deepseek", "aws.bedrock", …;
/// "_OTHER" when it tells nothing.
std::string_view provider_of(std::string_view model);

/// `when` plus `offset_ms` as ISO 8601 in UTC with milliseconds.
std::string iso_time(UnixMs when, std::int64_t offset_ms = 0);

}  // namespace rlm::observe
