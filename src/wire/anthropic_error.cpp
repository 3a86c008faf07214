#include "wire/anthropic_error.hpp"

#include "wire/json_cursor.hpp"
#include "wire/json_text.hpp"
#include "wire/sse.hpp"

namespace rlm::wire {
namespace {

struct StatusType {
  int status;
  std::string_view type;
};

// Source: Anthropic API errors (platform.claude.com, 2026-08-22). 499: the client has left, nobody
// reads it.
constexpr StatusType kTypes[] = {
    {400, "invalid_request_error"},
    {401, "authentication_error"},
    {402, "billing_error"},
    {403, "permission_error"},
    {404, "not_found_error"},
    {409, "conflict_error"},
    {413, "request_too_large"},
    {429, "rate_limit_error"},
    {499, "api_error"},
    {500, "api_error"},
    {504, "timeout_error"},
    {529, "overloaded_error"},
};

std::string written(const Error& error, std::string_view request_id) {
  std::string out = R"({"type":"error","error":{"type":)";
  append_json_string(out, error_type_of(status_of(error)));
  out += R"(,"message":)";
  append_json_string(out, error.message);
  out += '}';
  if (!request_id.empty()) {
    out += R"(,"request_id":)";
    append_json_string(out, request_id);
  }
  out += '}';
  return out;
}

}  // namespace

int status_of(const Error& error) {
  // A peer behind us that breaks a limit or a rule, or does not take our credential, is no fault of
  // the client's.
  const bool is_upstream = error.source != Source::Client && error.source != Source::Self;
  if (is_upstream && (error.kind == ErrorKind::TooLarge || error.kind == ErrorKind::BadRequest ||
                      error.kind == ErrorKind::Forbidden))
    return 502;
  switch (error.kind) {
    case ErrorKind::BadRequest:
      return 400;
    case ErrorKind::Unauthorized:
      return 401;
    case ErrorKind::Forbidden:
      return 403;
    case ErrorKind::NotFound:
      return 404;
    case ErrorKind::MethodNotAllowed:
      return 405;
    case ErrorKind::TooLarge:
      return 413;
    case ErrorKind::RateLimited:
      return 429;
    case ErrorKind::Overloaded:
      return 529;
    case ErrorKind::Timeout:
      return error.source == Source::Client ? 408 : 504;
    case ErrorKind::Unreachable:
    case ErrorKind::Protocol:
      return 502;
    case ErrorKind::UpstreamStatus:
      return error.status >= 400 && error.status <= 599 ? error.status : 502;
    case ErrorKind::Cancelled:
      return 499;
    case ErrorKind::Internal:
      return 500;
  }
  return 500;
}

std::string_view error_type_of(int status) {
  for (const auto& [known, type] : kTypes)
    if (known == status) return type;
  return status >= 400 && status < 500 ? "invalid_request_error" : "api_error";
}

int status_of_type(std::string_view error_type) {
  for (const auto& [status, type] : kTypes)
    if (type == error_type && status != 499) return status;
  return 500;
}

std::string error_body(const Error& error, std::string_view request_id) {
  // Claude Code acts on the wording of the provider's errors.
  if (error.kind == ErrorKind::UpstreamStatus && !error.body.empty()) return error.body;
  return written(error, request_id);
}

std::string error_event(const Error& error, std::string_view request_id) {
  std::string out;
  if (error.kind == ErrorKind::UpstreamStatus) {
    JsonIndex index;
    const auto body = index.parse(error.body);
    if (body && body->member("type").equals("error")) {
      append_sse(out, "error", body->raw());
      return out;
    }
  }
  append_sse(out, "error", written(error, request_id));
  return out;
}

bool is_spend_limit(std::string_view error_code) {
  return error_code.ends_with("spend_limit_reached");
}

bool is_about_money(const Error& error) {
  const int status = status_of(error);
  if (status != 429 || error.kind != ErrorKind::UpstreamStatus) return status == 402;
  JsonIndex index;
  const auto body = index.parse(error.body);
  return body &&
         is_spend_limit(body->member("error").member("details").member("error_code").quoted());
}

bool should_retry(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Timeout:
    case ErrorKind::Unreachable:
    case ErrorKind::Overloaded:
    case ErrorKind::RateLimited:
    case ErrorKind::Protocol:
    case ErrorKind::Internal:
      return true;
    // As the SDKs decide without the header, but that no wait brings money.
    case ErrorKind::UpstreamStatus: {
      if (is_about_money(error)) return false;
      const int status = status_of(error);
      return status == 408 || status == 409 || status == 429 || status >= 500;
    }
    default:
      return false;
  }
}

}  // namespace rlm::wire
