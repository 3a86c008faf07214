#include "dialect/openai_error.hpp"

#include <algorithm>
#include <charconv>

#include "dialect/cloud_error.hpp"
#include "wire/anthropic_error.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

struct NamedStatus {
  std::string_view name;
  int status;
};

// Codes and types of all of them together: no name means two things.
constexpr NamedStatus kNames[] = {
    {"context_length_exceeded", 400},
    {"exceed_context_size_error", 400},  // llama.cpp
    {"content_filter", 400},             // Foundry
    {"content_policy_violation", 400},
    {"invalid_prompt", 400},   // Responses
    {"BadRequestError", 400},  // vLLM
    {"invalid_request_error", 400},
    {"invalid_api_key", 401},
    {"authentication_error", 401},
    {"insufficient_quota", 402},
    {"billing_error", 402},
    {"permission_error", 403},
    {"model_not_found", 404},
    {"not_found_error", 404},
    {"DeploymentNotFound", 404},  // Foundry
    {"NotFoundError", 404},       // vLLM
    {"conflict", 409},
    {"request_too_large", 413},
    {"rate_limit_exceeded", 429},
    {"rate_limit_error", 429},
    {"server_error", 500},
    {"api_error", 500},
    {"internal_error", 500},
    {"InternalServerError", 500},
    {"timeout", 504},
    {"timeout_error", 504},
    {"overloaded", 529},
    {"overloaded_error", 529},
    {"server_overloaded", 529},
    {"unavailable_error", 529},             // llama.cpp
    {"insufficient_system_resource", 529},  // DeepSeek
};

constexpr std::string_view kOverflowNames[] = {"context_length_exceeded",
                                               "exceed_context_size_error"};
constexpr std::string_view kOverflowWords[] = {"maximum context length", "context length exceeded",
                                               "exceeds the available context size",
                                               "exceeds the context window"};
constexpr std::string_view kTooLong = "prompt is too long";
constexpr std::size_t kPlainBytesMax = 500;

int status_of_http(int status) {
  if (status == 503) return 529;
  if (status == 408) return 504;
  if (status == 422) return 400;
  return status;
}

struct Told {
  std::string code;
  std::string type;
  std::string message;
};

std::string text_of(JsonValue value) {
  return value.is(Type::Number) ? std::string(value.raw()) : value.string();
}

Told told_by(JsonValue root) {
  Told told;
  const JsonValue error = root.member("error");
  const JsonValue inner = error.is(Type::Object) ? error : root;
  told.code = text_of(inner.member("code"));
  // In the envelope's own type nothing is told but that it is an error.
  if (inner.member("type").string() != "error") told.type = inner.member("type").string();
  told.message = inner.member("message").string();
  // Ollama's, and FastAPI's under many servers.
  for (const JsonValue text : {error, root.member("detail")})
    if (told.message.empty()) told.message = text.string();
  return told;
}

bool is_overflow(const Told& told) {
  for (const std::string_view name : kOverflowNames)
    if (told.code == name || told.type == name) return true;
  return std::any_of(std::begin(kOverflowWords), std::end(kOverflowWords),
                     [&](auto words) { return told.message.find(words) != std::string::npos; });
}

int status_of(int http, const Told& told) {
  if (is_overflow(told)) return 400;
  const int code = status_of_openai(told.code);
  const int type = status_of_openai(told.type);
  // A code says more than a type, and both more than a status, but for what they leave open: 400
  // and 500 are names for much.
  for (const int named : {code, type})
    if (named != 0 && named != 400 && named != 500) return named;
  if (http >= 400 && http <= 599) return status_of_http(http);
  return std::max(code, type) == 0 ? 500 : std::max(code, type);
}

MessagesError written(int http, Told told) {
  MessagesError error;
  error.status = status_of(http, told);
  std::string message(operators_message(error.status));
  if (!message.empty()) {
    error.detail = told.code.empty() ? told.type : told.code;
    if (!told.message.empty()) error.detail += (error.detail.empty() ? "" : ": ") + told.message;
  } else {
    message = std::move(told.message);
  }
  if (message.empty())
    message = http >= 400 ? "the upstream answered " + std::to_string(http) + " without a reason"
                          : "the upstream ended its answer with an error and gave no reason";
  if (error.status == 400 && is_overflow(told) && !message.starts_with(kTooLong))
    message.insert(0, std::string(kTooLong) + ": ");
  error.body = messages_error(wire::error_type_of(error.status), message);
  return error;
}

}  // namespace

int status_of_openai(std::string_view code) {
  for (const auto& [name, status] : kNames)
    if (name == code) return status;
  int number = 0;
  const auto [end, failed] = std::from_chars(code.data(), code.data() + code.size(), number);
  const bool whole = failed == std::errc() && end == code.data() + code.size();
  return whole && number >= 400 && number <= 599 ? status_of_http(number) : 0;
}

bool is_openai_error(JsonValue root) {
  const JsonValue error = root.member("error");
  return error.is(Type::Object) || error.is(Type::String) || root.member("object").equals("error");
}

MessagesError own_error(std::string_view type, std::string_view message) {
  MessagesError error;
  error.status = wire::status_of_type(type);
  error.body = messages_error(type, message);
  return error;
}

MessagesError messages_error_of(int status, JsonValue root) {
  const JsonValue type = root.member("error").member("type");
  const bool is_anthropic =
      root.member("type").equals("error") && type.is(Type::String) &&
      (wire::status_of_type(type.quoted()) != 500 || type.equals("api_error"));
  Told told = told_by(root);
  if (is_anthropic && !is_overflow(told)) {
    MessagesError error;
    error.status = status >= 400 ? status : wire::status_of_type(type.quoted());
    error.body = root.raw();
    return error;
  }
  return written(status, std::move(told));
}

MessagesError messages_error_of(int status, std::string_view body) {
  wire::JsonIndex index;
  if (const auto root = index.parse(body); root && root->is(Type::Object))
    return messages_error_of(status, *root);
  // A proxy's page of HTML says nothing to a client.
  Told told;
  if (body.find('<') == body.npos && body.size() <= kPlainBytesMax) {
    const std::size_t begin = std::min(body.find_first_not_of(" \t\r\n"), body.size());
    const std::size_t end = body.find_last_not_of(" \t\r\n") + 1;
    if (begin < end) told.message = body.substr(begin, end - begin);
  }
  return written(status, std::move(told));
}

}  // namespace rlm::dialect
