#include "observe/trace_config.hpp"

#include <cstdlib>

#include "base/percent.hpp"

namespace rlm::observe {
namespace {

constexpr std::string_view kLangfuseCloud = "https://cloud.langfuse.com";
constexpr std::string_view kLangfusePath = "/api/public/otel/v1/traces";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

tl::unexpected<Error> refuse(const char* variable, std::string why) {
  return fail(ErrorKind::BadRequest, Source::Self, std::string(variable) + ": " + std::move(why));
}

// A header is put on the wire as it is: a line break in it would begin another one.
bool is_sendable(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

Result<void> add_headers(TraceConfig& config, const char* variable, std::string_view list) {
  while (!list.empty()) {
    const auto pair = list.substr(0, list.find(','));
    list.remove_prefix(pair.size() == list.size() ? list.size() : pair.size() + 1);
    if (trimmed(pair).empty()) continue;
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return refuse(variable, "expected name=value,name=value");
    const std::string name = percent_decoded(trimmed(pair.substr(0, equals)));
    std::string value = percent_decoded(trimmed(pair.substr(equals + 1)));
    if (name.empty() || name.find_first_of(" :\t") != std::string::npos || !is_sendable(name) ||
        !is_sendable(value))
      return refuse(variable, "a header's name or value holds characters that HTTP forbids");
    config.headers.emplace_back(name, Secret(std::move(value)));
  }
  return {};
}

Result<std::optional<TraceConfig>> otlp(const Environment& environment) {
  const char* variable = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  auto endpoint = environment(variable);
  bool is_base = false;
  if (!endpoint) {
    variable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    endpoint = environment(variable);
    is_base = true;
  }
  if (!endpoint) return std::nullopt;
  if (environment("OTEL_EXPORTER_OTLP_PROTOCOL").value_or("") == "grpc")
    return refuse("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc is not spoken here; use http/json");
  auto url = net::parse_url(*endpoint);
  if (!url) return refuse(variable, url.error().message);
  TraceConfig config;
  config.url = std::move(*url);
  if (is_base) config.url.path += "/v1/traces";
  const char* headers = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";
  auto list = environment(headers);
  if (!list) list = environment(headers = "OTEL_EXPORTER_OTLP_HEADERS");
  if (list)
    if (auto added = add_headers(config, headers, *list); !added)
      return fail(std::move(added.error()));
  config.ca_file = environment("OTEL_EXPORTER_OTLP_CERTIFICATE").value_or("");
  return config;
}

Result<std::optional<TraceConfig>> langfuse(const Environment& environment) {
  const auto public_key = environment("LANGFUSE_PUBLIC_KEY");
  const auto secret_key = environment("LANGFUSE_SECRET_KEY");
  if (!public_key && !secret_key) return std::nullopt;
  if (!public_key) return refuse("LANGFUSE_PUBLIC_KEY", "missing beside LANGFUSE_SECRET_KEY");
  if (!secret_key) return refuse("LANGFUSE_SECRET_KEY", "missing beside LANGFUSE_PUBLIC_KEY");
  const char* variable = "LANGFUSE_BASE_URL";
  auto base = environment(variable);
  if (!base) base = environment(variable = "LANGFUSE_HOST");
  auto url = net::parse_url(base.value_or(std::string(kLangfuseCloud)));
  if (!url) return refuse(variable, url.error().message);
  TraceConfig config;
  config.url = std::move(*url);
  config.url.path += kLangfusePath;
  config.basic_auth = Secret(*public_key + ':' + *secret_key);
  // Without it a trace may be seen only after ten minutes.
  config.headers.emplace_back("x-langfuse-ingestion-version", Secret("4"));
  return config;
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

Result<std::vector<TraceConfig>> traces_from_environment(const Environment& environment) {
  std::vector<TraceConfig> receivers;
  if (environment("OTEL_SDK_DISABLED").value_or("") == "true") return receivers;
  for (const auto find : {otlp, langfuse}) {
    auto found = find(environment);
    if (!found) return fail(std::move(found.error()));
    if (!*found) continue;
    TraceConfig& config = **found;
    config.service_name = environment("OTEL_SERVICE_NAME").value_or(config.service_name);
    config.environment = environment("LANGFUSE_TRACING_ENVIRONMENT").value_or("");
    receivers.push_back(std::move(config));
  }
  return receivers;
}

}  // namespace rlm::observe
