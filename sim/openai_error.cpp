#include "sim/openai_error.hpp"

#include "sim/local_server.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

using wire::json_string;

std::string_view name_of(wire::JsonValue value) {
  using Type = wire::JsonValue::Type;
  switch (value.type()) {
    case Type::Object:
      return "an object";
    case Type::Array:
      return "an array";
    case Type::String:
      return "a string";
    case Type::Number:
      return value.raw().find_first_of(".eE") == std::string_view::npos ? "an integer"
                                                                        : "a decimal number";
    case Type::True:
    case Type::False:
      return "a boolean";
    case Type::Null:
      break;
  }
  return "null";
}

struct Row {
  int status;
  std::string_view type;
  std::string_view code;
  std::string_view message;
};

constexpr Row kRows[] = {
    {400, "invalid_request_error", "", "The request is invalid."},
    {401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."},
    {402, "insufficient_quota", "insufficient_quota", "Insufficient Balance"},
    {403, "permission_error", "", "You do not have permission to use this resource."},
    {404, "invalid_request_error", "", "Invalid URL"},
    {405, "invalid_request_error", "", "Not allowed to use this method here."},
    {409, "invalid_request_error", "conflict", "Conflict"},
    {413, "invalid_request_error", "", "The request is too large."},
    {422, "invalid_request_error", "unprocessable", "Unprocessable"},
    {429, "rate_limit_error", "rate_limit_exceeded", "Rate limit reached for this model."},
    {500, "server_error", "", "The server had an error while processing your request."},
    {502, "server_error", "", "Bad gateway."},
    {503, "server_error", "overloaded", "The engine is currently overloaded."},
    {504, "timeout", "", "Request timed out."}};

std::string nullable(const std::string& text) {
  return text.empty() ? "null" : json_string(text);
}

}  // namespace

Refusal openai_refusal(std::string message, std::string code, std::string param) {
  Refusal refusal;
  refusal.message = std::move(message);
  refusal.code = std::move(code);
  refusal.param = std::move(param);
  return refusal;
}

Refusal wrong_type(const std::string& param, std::string_view expected, wire::JsonValue got) {
  return openai_refusal("Invalid type for '" + param + "': expected " + std::string(expected) +
                            ", but got " + std::string(name_of(got)) + " instead.",
                        "invalid_type", param);
}

Refusal missing_parameter(const std::string& param) {
  return openai_refusal("Missing required parameter: '" + param + "'.",
                        "missing_required_parameter", param);
}

Refusal unknown_parameter(const std::string& param) {
  return openai_refusal("Unknown parameter: '" + param + "'.", "unknown_parameter", param);
}

Refusal invalid_value(const std::string& param, std::string message) {
  return openai_refusal(std::move(message), "invalid_value", param);
}

Refusal string_too_long(const std::string& param, std::size_t max, std::size_t size) {
  return openai_refusal("Invalid '" + param +
                            "': string too long. Expected a string with maximum length " +
                            std::to_string(max) + ", but got a string with length " +
                            std::to_string(size) + " instead.",
                        "string_above_max_length", param);
}

Refusal array_too_long(const std::string& param, std::size_t max, std::size_t size) {
  return openai_refusal("Invalid '" + param +
                            "': array too long. Expected an array with maximum length " +
                            std::to_string(max) + ", but got an array with length " +
                            std::to_string(size) + " instead.",
                        "array_above_max_length", param);
}

Refusal openai_failure(Provider provider, int status) {
  if (is_local(provider)) return local_failure(provider, status);
  if (status == 529) status = 503;  // Anthropic's own
  Refusal refusal;
  refusal.status = status;
  refusal.type = status < 500 ? "invalid_request_error" : "server_error";
  refusal.message = "Unknown error";
  for (const Row& row : kRows) {
    if (row.status != status) continue;
    refusal.type = row.type;
    refusal.code = row.code;
    refusal.message = row.message;
  }
  return worded_by(provider, std::move(refusal));
}

Refusal worded_by(Provider provider, Refusal refusal) {
  if (is_local(provider)) return as_local(provider, std::move(refusal));
  if (provider == Provider::OpenRouter) refusal.code = std::to_string(refusal.status);
  if (provider != Provider::DeepSeek) return refusal;
  const bool parses = refusal.code == "invalid_type" || refusal.code == "invalid_value" ||
                      refusal.code == "missing_required_parameter";
  if (parses && refusal.status == 400) {
    refusal.status = 422;
    refusal.message =
        "Failed to deserialize the JSON body into the target type: " + refusal.message;
  }
  if (refusal.status < 500) refusal.code = "invalid_request_error";
  refusal.param.clear();
  return refusal;
}

Refusal unknown_model(Provider provider, std::string_view model) {
  const std::string name(model);
  switch (provider) {
    case Provider::DeepSeek:
      return openai_refusal("Model Not Exist", "invalid_request_error");
    case Provider::OpenRouter:
      return openai_refusal(name + " is not a valid model ID", "400");
    case Provider::Foundry:
      return {404, "invalid_request_error",
              "The API deployment for this resource does not exist. If you created the deployment "
              "within the last 5 minutes, please wait a moment and try again.",
              "DeploymentNotFound"};
    case Provider::Ollama:
      return {404, "not_found_error", "model '" + name + "' not found"};
    case Provider::Vllm:
      return {404, "NotFoundError", "The model `" + name + "` does not exist."};
    default:
      return {404, "invalid_request_error",
              "The model `" + name + "` does not exist or you do not have access to it.",
              "model_not_found"};
  }
}

Refusal missing_key(Provider provider) {
  if (provider == Provider::OpenRouter)
    return {401, "authentication_error", "No auth credentials found", "401"};
  if (provider == Provider::OpenAi)
    return {401, "invalid_request_error",
            "You didn't provide an API key. You need to provide your API key in an Authorization "
            "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."};
  return wrong_key(provider);
}

Refusal wrong_key(Provider provider) {
  switch (provider) {
    case Provider::DeepSeek:
      return {401, "authentication_error", "Authentication Fails, Your api key is invalid",
              "invalid_request_error"};
    case Provider::OpenRouter:
      return {401, "authentication_error", "User not found.", "401"};
    case Provider::Foundry:
      return {401, "authentication_error",
              "Access denied due to invalid subscription key or wrong API endpoint. Make sure to "
              "provide a valid key for an active subscription.",
              "401"};
    default:
      return openai_failure(provider, 401);
  }
}

std::string openai_error_json(Provider provider, const Refusal& refusal) {
  if (is_local(provider)) return local_error_json(provider, refusal);
  const std::string message = json_string(refusal.message);
  if (provider == Provider::OpenRouter)
    return "{\"error\":{\"code\":" + std::to_string(refusal.status) + ",\"message\":" + message +
           "}}";
  return "{\"error\":{\"message\":" + message + ",\"type\":" + json_string(refusal.type) +
         ",\"param\":" + nullable(refusal.param) + ",\"code\":" + nullable(refusal.code) + "}}";
}

}  // namespace rlm::sim
