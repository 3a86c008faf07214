#include "base/error.hpp"

namespace rlm {

Error::Error() = default;
Error::Error(ErrorKind what, Source whose, std::string text)
    : kind(what), source(whose), message(std::move(text)) {}
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::BadRequest:
      return "bad_request";
    case ErrorKind::Unauthorized:
      return "unauthorized";
    case ErrorKind::Forbidden:
      return "forbidden";
    case ErrorKind::NotFound:
      return "not_found";
    case ErrorKind::MethodNotAllowed:
      return "method_not_allowed";
    case ErrorKind::TooLarge:
      return "too_large";
    case ErrorKind::RateLimited:
      return "rate_limited";
    case ErrorKind::Overloaded:
      return "overloaded";
    case ErrorKind::Timeout:
      return "timeout";
    case ErrorKind::Unreachable:
      return "unreachable";
    case ErrorKind::Protocol:
      return "protocol";
    case ErrorKind::UpstreamStatus:
      return "upstream_status";
    case ErrorKind::Cancelled:
      return "cancelled";
    case ErrorKind::Internal:
      return "internal";
  }
  return "internal";
}

std::string_view name_of(Source source) {
  switch (source) {
    case Source::Client:
      return "client";
    case Source::Self:
      return "self";
    case Source::Draft:
      return "draft";
    case Source::Verify:
      return "verify";
    case Source::Upstream:
      return "upstream";
  }
  return "self";
}

}  // namespace rlm
