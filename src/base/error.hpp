#pragma once
// An error names whose fault it is, so that one function (wire/anthropic_error) can choose the
// status.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/header.hpp"

namespace rlm {

/// What went wrong. The HTTP status that a client sees follows from kind and source alone.
enum class ErrorKind : std::uint8_t {
  BadRequest,    // the request cannot be understood or breaks a rule
  Unauthorized,  // no or wrong credential
  Forbidden,     // a valid credential that may not do this
  NotFound,      // no such path or model
  MethodNotAllowed,
  TooLarge,  // body, head or nesting beyond the limit
  RateLimited,
  Overloaded,
  Timeout,         // a deadline passed
  Unreachable,     // DNS, connect or TLS failed, or the peer reset before answering
  Protocol,        // the peer broke HTTP, SSE or the dialect
  UpstreamStatus,  // the upstream answered with an error status (status, body kept)
  Cancelled,       // the client left
  Internal,        // we are wrong
};

/// Whose side failed.
enum class Source : std::uint8_t { Client, Self, Draft, Verify, Upstream };

/// One failure. `message` is for people: what was expected and what to do; never a secret, prompt
/// or answer. Has constructors on purpose: g++ 12 frees an aggregate temporary inside a co_await
/// expression twice. They and the destructor are out of line and cold, since every Result has them
/// beside its value's: inline they were a tenth of the program, in the midst of what goes well.
struct Error {
  [[gnu::cold]] Error();
  [[gnu::cold]] Error(ErrorKind what, Source whose, std::string text);
  [[gnu::cold]] Error(const Error&);
  [[gnu::cold]] Error(Error&&) noexcept;
  [[gnu::cold]] Error& operator=(const Error&);
  [[gnu::cold]] Error& operator=(Error&&) noexcept;
  [[gnu::cold]] ~Error();

  ErrorKind kind = ErrorKind::Internal;
  Source source = Source::Self;
  std::string message;
  int status = 0;    // UpstreamStatus: the upstream's HTTP status
  std::string body;  // UpstreamStatus: its body, untouched
  std::shared_ptr<const Headers>
      headers;  // UpstreamStatus: its headers; null when the error came inside a stream
  std::optional<std::int64_t> retry_after_ms;  // from retry-after or retry-after-ms
};

std::string_view name_of(ErrorKind kind);
std::string_view name_of(Source source);

}  // namespace rlm
