#include "sim/local_server.hpp"

#include "sim/dialect.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

using wire::json_string;

struct Row {
  int status;
  std::string_view ollama;
  std::string_view vllm;
  std::string_view llama_cpp;
  std::string_view message;
};

constexpr Row kRows[] = {
    {400, "invalid_request_error", "BadRequestError", "invalid_request_error",
     "The request is invalid."},
    {401, "authentication_error", "Unauthorized", "authentication_error", "Invalid API Key"},
    {403, "permission_error", "PermissionDeniedError", "permission_error", "Not permitted"},
    {404, "not_found_error", "NotFoundError", "not_found_error", "File Not Found"},
    {429, "rate_limit_error", "RateLimitError", "invalid_request_error", "Too many requests"},
    {500, "api_error", "InternalServerError", "server_error", "Internal server error"},
    {501, "api_error", "NotImplementedError", "not_supported_error", "Not supported"},
    {503, "overloaded_error", "ServiceUnavailableError", "unavailable_error",
     "The server is busy, please try again."}};

std::string_view type_in(const Row& row, Provider provider) {
  if (provider == Provider::Ollama) return row.ollama;
  return provider == Provider::Vllm ? row.vllm : row.llama_cpp;
}

const Row& row_of(int status) {
  const Row* nearest = &kRows[0];
  for (const Row& row : kRows) {
    if (row.status == status) return row;
    if (status >= 500 && row.status == 500) nearest = &row;
  }
  return *nearest;
}

bool is_of_length(const Refusal& refusal) {
  return refusal.code == "context_length_exceeded" ||
         refusal.message.starts_with("prompt is too long");
}

}  // namespace

tl::expected<std::string, Refusal> local_caller(const Headers& headers, const SimConfig& config) {
  std::string_view key = bearer_of(headers);
  if (key.empty() && config.provider == Provider::LlamaCpp) key = find_header(headers, "x-api-key");
  if (config.keys.empty() || accepts_key(config, key)) return std::string(key);
  return tl::unexpected(local_failure(config.provider, 401));
}

void settle(SimRequest& request, const SimConfig& config) {
  if (!is_local(config.provider)) return;
  const bool one_model = config.provider == Provider::LlamaCpp;
  if (one_model && !serves(config, request.model)) request.model = config.models.front();
  request.tool_ids = one_model ? "" : "call_";
  if (config.provider == Provider::Vllm) request.tool_ids = "chatcmpl-tool-";
}

Refusal local_failure(Provider provider, int status) {
  if (status == 529) status = 503;  // Anthropic's own
  const Row& row = row_of(status);
  const bool loads = provider == Provider::LlamaCpp && status == 503;
  return {status, std::string(type_in(row, provider)),
          loads ? "Loading model" : std::string(row.message)};
}

Refusal as_local(Provider provider, Refusal refusal) {
  refusal.type = type_in(row_of(refusal.status), provider);
  if (provider == Provider::LlamaCpp && is_of_length(refusal))
    refusal.type = "exceed_context_size_error";
  refusal.code.clear();
  refusal.param.clear();
  return refusal;
}

std::string local_error_json(Provider provider, const Refusal& refusal) {
  const std::string status = std::to_string(refusal.status);
  const std::string told =
      "\"message\":" + json_string(refusal.message) + ",\"type\":" + json_string(refusal.type);
  if (provider == Provider::LlamaCpp) return "{\"error\":{\"code\":" + status + "," + told + "}}";
  if (provider == Provider::Ollama)
    return "{\"error\":{" + told + ",\"param\":null,\"code\":null}}";
  if (refusal.status == 401) return R"({"error":"Unauthorized"})";
  return "{\"error\":{" + told + ",\"param\":null,\"code\":" + status + "}}";
}

std::string timings_of(const Usage& usage, Tokens output) {
  return ",\"timings\":{\"cache_n\":" + std::to_string(usage.cache_read) +
         ",\"prompt_n\":" + std::to_string(usage.input) +
         R"(,"prompt_ms":1.0,"prompt_per_second":1000.0,"predicted_n":)" + std::to_string(output) +
         R"(,"predicted_ms":1.0,"predicted_per_second":1000.0})";
}

}  // namespace rlm::sim
