#pragma once
// Where traces go, as the operator's environment says it.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/units.hpp"
#include "net/url.hpp"

namespace rlm::observe {

/// One receiver of OTLP/HTTP JSON traces, and how they are sent.
struct TraceConfig {
  /// The whole URL of the traces path, e.g. http://127.0.0.1:4318/v1/traces.
  net::Url url;
  /// Sent with every request; values may be keys.
  std::vector<std::pair<std::string, Secret>> headers;
  /// "public:secret" for HTTP Basic; empty: none.
  Secret basic_auth;
  std::string environment;  // empty: not told
  std::string service_name = "rlm-cascade";
  std::string service_version;
  /// A PEM file with further authorities; empty: the system's.
  std::string ca_file;

  /// Exchanges waiting at once; one more is dropped and counted. OpenTelemetry's default.
  std::size_t queue_max = 2048;
  /// Spans of one request; a batch goes out when it is full or `delay` after its first exchange.
  std::size_t batch_spans_max = 512;
  Milliseconds delay{2'000};
  /// One request, from connecting to its answer.
  Milliseconds timeout{10'000};
  /// Times that a batch is sent again after 429, 502, 503, 504 or a broken connection.
  int retries_max = 5;
  /// First pause before a repetition; it doubles up to `backoff_max`, which also bounds what a
  /// server may ask for.
  Milliseconds backoff{1'000};
  Milliseconds backoff_max{30'000};
  /// At the end of the process, how long the rest may take.
  Milliseconds shutdown_patience{3'000};
};

/// The value of an environment variable; nothing when unset.
using Environment = std::function<std::optional<std::string>(const char* name)>;
/// The process's own.
Environment process_environment();

/// The receivers that OTEL_EXPORTER_OTLP_TRACES_ENDPOINT (used as it is) or
/// OTEL_EXPORTER_OTLP_ENDPOINT (a base), and LANGFUSE_PUBLIC_KEY with LANGFUSE_SECRET_KEY name;
/// none when nothing is set or OTEL_SDK_DISABLED is "true". Also read:
/// OTEL_EXPORTER_OTLP_[TRACES_]HEADERS, OTEL_EXPORTER_OTLP_CERTIFICATE, OTEL_SERVICE_NAME,
/// LANGFUSE_BASE_URL, LANGFUSE_HOST, LANGFUSE_TRACING_ENVIRONMENT. BadRequest (Source::Self) naming
/// the variable whose value cannot be used.
Result<std::vector<TraceConfig>> traces_from_environment(const Environment& environment);

}  // namespace rlm::observe
