#include "dialect/openai_error_reply.hpp"

#include <algorithm>

#include "wire/anthropic_error.hpp"
#include "wire/json_cursor.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

constexpr std::string_view kInvalid = "invalid_request_error";
constexpr std::string_view kServer = "server_error";

struct Known {
  int from;  // Anthropic's status
  int status;
  std::string_view type;
  std::string_view code;
};

constexpr Known kKnown[] = {
    {400, 400, kInvalid, ""},
    {401, 401, "authentication_error", "invalid_api_key"},
    {402, 429, "insufficient_quota", "insufficient_quota"},
    {403, 403, "permission_error", ""},
    {404, 404, kInvalid, ""},
    {405, 405, kInvalid, "method_not_supported"},
    {409, 409, "conflict", ""},
    {413, 413, kInvalid, ""},
    {429, 429, "rate_limit_error", "rate_limit_exceeded"},
    {503, 503, kServer, "overloaded"},
    {504, 504, kServer, "timeout"},
    {529, 503, kServer, "overloaded"},
};

// Fields whose refusal OpenAI's API gives a code of its own.
struct FieldCode {
  std::string_view field;
  std::string_view code;
};

constexpr FieldCode kFieldCodes[] = {
    {"previous_response_id", "previous_response_not_found"},
    {"conversation", "conversation_not_found"},
    {"background", "unsupported_parameter"},
    {"prompt", "unsupported_parameter"},
    {"functions", "unsupported_parameter"},
    {"n", "unsupported_value"},
};

bool is_too_long(std::string_view message) {
  return message.starts_with("prompt is too long") ||
         message.find("exceed context limit") != message.npos;
}

// "messages.3.content" of "messages.3.content: Input should be …".
std::string_view field_before_colon(std::string_view message) {
  const auto colon = message.find(": ");
  if (colon == message.npos) return {};
  const std::string_view field = message.substr(0, colon);
  const bool is_name = std::all_of(field.begin(), field.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
  return is_name ? field : std::string_view();
}

void append_or_null(std::string& out, std::string_view text) {
  if (text.empty())
    out += "null";
  else
    wire::append_json_string(out, text);
}

void tell_kind(OpenAiFault& fault, int status) {
  fault.status = status >= 400 && status <= 599 ? status : 500;
  fault.type = fault.status < 500 ? kInvalid : kServer;
  for (const Known& known : kKnown) {
    if (known.from != status) continue;
    fault.status = known.status;
    fault.type = known.type;
    fault.code = known.code;
  }
}

void tell_details(OpenAiFault& fault, std::string_view error_code) {
  if (wire::is_spend_limit(error_code)) {
    tell_kind(fault, 402);
  } else if (fault.status == 404) {
    if (fault.message.starts_with("no such path"))
      fault.code = "unknown_url";
    else if (fault.message.find("model") != std::string::npos)
      fault.code = "model_not_found";
  } else if (fault.status == 400 || fault.status == 413) {
    if (is_too_long(fault.message)) {
      fault.status = 400;
      fault.code = "context_length_exceeded";
      return;
    }
    fault.param = field_before_colon(fault.message);
    for (const auto& [field, code] : kFieldCodes)
      if (fault.param == field) fault.code = code;
  }
}

}  // namespace

OpenAiFault openai_fault(int status, std::string_view body) {
  OpenAiFault fault;
  wire::JsonIndex index;
  const auto root = index.parse(body);
  const JsonValue error = root ? root->member("error") : JsonValue();
  fault.message = error.member("message").string();
  if (status == 0) status = wire::status_of_type(error.member("type").quoted());
  tell_kind(fault, status);
  if (fault.message.empty())
    fault.message = "the upstream answered " + std::to_string(status) + " without a reason";
  tell_details(fault, error.member("details").member("error_code").quoted());
  return fault;
}

std::string openai_error_body(const OpenAiFault& fault) {
  std::string out = R"({"error":{"message":)";
  wire::append_json_string(out, fault.message);
  out += R"(,"type":)";
  wire::append_json_string(out, fault.type);
  out += R"(,"param":)";
  append_or_null(out, fault.param);
  out += R"(,"code":)";
  append_or_null(out, fault.code);
  out += "}}";
  return out;
}

std::string_view response_error_code(const OpenAiFault& fault) {
  for (const std::string_view same :
       {"context_length_exceeded", "insufficient_quota", "rate_limit_exceeded"})
    if (fault.code == same) return same;
  return fault.status < 500 ? "invalid_prompt" : kServer;
}

}  // namespace rlm::dialect
