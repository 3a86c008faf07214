#pragma once
// The one place where an Error becomes what an Anthropic client sees.

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace rlm::wire {

/// HTTP status for an error that we originate; for UpstreamStatus the upstream's own.
int status_of(const Error& error);
/// Anthropic's error type for a status (529 → overloaded_error, unknown 4xx →
/// invalid_request_error, else api_error).
std::string_view error_type_of(int status);
/// The inverse for an `event: error` inside a 200: the status it should have been (overloaded_error
/// → 529, unknown → 500).
int status_of_type(std::string_view error_type);
/// `{"type":"error","error":{"type":…,"message":…},"request_id":…}`; an UpstreamStatus body is
/// returned untouched.
std::string error_body(const Error& error, std::string_view request_id);
/// The same as one `event: error` of a stream.
std::string error_event(const Error& error, std::string_view request_id);
/// Whether an `error_code` of error.details tells of a spend limit: a 429 that no wait ends.
bool is_spend_limit(std::string_view error_code);
/// Whether the error is about money: a billing error (402) or a spend limit.
bool is_about_money(const Error& error);
/// Whether a client's SDK should try again: the value of x-should-retry for errors that we
/// originate.
bool should_retry(const Error& error);

}  // namespace rlm::wire
