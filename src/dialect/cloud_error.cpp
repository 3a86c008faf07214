#include "dialect/cloud_error.hpp"

#include "wire/anthropic_error.hpp"
#include "wire/json_text.hpp"

#include <algorithm>

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

struct NamedStatus {
  std::string_view name;
  int status;
};

constexpr NamedStatus kAws[] = {
    {"validationException", 400},
    {"accessDeniedException", 403},
    {"expiredTokenException", 403},
    {"unrecognizedClientException", 403},
    {"invalidSignatureException", 403},
    {"incompleteSignatureException", 403},
    {"missingAuthenticationTokenException", 403},
    {"resourceNotFoundException", 404},
    {"modelTimeoutException", 504},
    {"modelErrorException", 500},
    {"modelStreamErrorException", 500},
    {"throttlingException", 429},
    {"tooManyRequestsException", 429},
    {"serviceQuotaExceededException", 429},
    {"modelNotReadyException", 529},
    {"internalServerException", 500},
    {"serviceUnavailableException", 529},
};

constexpr NamedStatus kGoogle[] = {
    {"INVALID_ARGUMENT", 400},   {"FAILED_PRECONDITION", 400},
    {"OUT_OF_RANGE", 400},       {"UNAUTHENTICATED", 401},
    {"PERMISSION_DENIED", 403},  {"NOT_FOUND", 404},
    {"RESOURCE_EXHAUSTED", 429}, {"INTERNAL", 500},
    {"UNAVAILABLE", 529},        {"DEADLINE_EXCEEDED", 504},
};

// How the clouds say that a prompt does not fit.
constexpr std::string_view kOverflows[] = {"is too long for requested model",
                                           "Too many input tokens", "maximum context length"};

int status_of_http(int status) {
  if (status == 503) return 529;
  if (status == 408) return 504;
  if (status == 424) return 500;
  return status;
}

template <std::size_t size>
int find(const NamedStatus (&table)[size], std::string_view name) {
  for (const auto& [known, status] : table)
    if (known == name) return status;
  return 0;
}

// Behind a namespace ("com.amazon.x#"), before a page that explains it (":http://…").
std::string_view bare_exception(std::string_view name) {
  const auto hash = name.rfind('#');
  if (hash != name.npos) name.remove_prefix(hash + 1);
  return name.substr(0, name.find(':'));
}

// What stands in any of the clouds' bodies.
struct Told {
  std::string name;  // AWS's exception, Google's status, Azure's code
  std::string message;
  bool is_anthropic = false;
};

Told told_by(JsonValue root, const Headers& headers) {
  Told told;
  if (root.is(Type::Array)) {
    const JsonValue whole = root;
    whole.each_element([&](JsonValue first) {
      root = first;
      return false;
    });
  }
  const JsonValue error = root.member("error");
  told.is_anthropic = root.member("type").equals("error") && error.member("type").is(Type::String);
  told.name = bare_exception(headers.find("x-amzn-errortype"));
  for (const JsonValue name :
       {error.member("status"), error.member("code"), root.member("__type"), root.member("code")})
    if (told.name.empty() && name.is(Type::String)) told.name = bare_exception(name.string());
  for (const JsonValue text :
       {error.member("message"), root.member("message"), root.member("Message"),
        error.is(Type::String) ? error : JsonValue()})
    if (told.message.empty()) told.message = text.string();
  return told;
}

}  // namespace

int status_of_aws(std::string_view exception) {
  std::string name(bare_exception(exception));
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] + 32);
  return find(kAws, name);
}

std::string_view operators_message(int status) {
  switch (status) {
    case 401:
    case 403:
      return "the upstream refused the gateway's credential or its permission; ask the gateway's "
             "operator, who finds the reason in its log";
    case 404:
      return "the upstream has no such model for the gateway, or not in its region; ask the "
             "gateway's operator, who finds the reason in its log";
    default:
      return {};
  }
}

std::string first_words(std::string_view words) {
  constexpr std::size_t kBytesMax = 300;
  std::string line(words.substr(0, std::min(words.find('\n'), kBytesMax)));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return line;
}

std::string messages_error(std::string_view type, std::string_view message) {
  std::string text(message);
  for (const auto overflow : kOverflows)
    if (text.find(overflow) != text.npos && !text.starts_with("prompt is too long"))
      text.insert(0, "prompt is too long: ");
  std::string out = R"({"type":"error","error":{"type":)";
  wire::append_json_string(out, type);
  out += R"(,"message":)";
  wire::append_json_string(out, text);
  out += "}}";
  return out;
}

CloudError read_cloud_error(int status, const Headers& headers, std::string_view body,
                            wire::JsonIndex& index) {
  CloudError error;
  const auto root = index.parse(body);
  const Told told = told_by(root.value_or(JsonValue()), headers);
  if (told.is_anthropic) {
    error.status = status;
    error.body = body;
    return error;
  }
  error.status = status_of_aws(told.name);
  if (error.status == 0) error.status = find(kGoogle, told.name);
  if (error.status == 0) error.status = status_of_http(status);
  std::string message(operators_message(error.status));
  if (!message.empty()) {
    error.detail = told.name;
    if (!told.message.empty()) error.detail += ": " + told.message;
  } else {
    message = told.message;
  }
  if (message.empty())
    message = "the upstream answered " + std::to_string(status) + " without a reason";
  error.body = messages_error(wire::error_type_of(error.status), message);
  return error;
}

}  // namespace rlm::dialect
