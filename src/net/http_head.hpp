#pragma once
// HTTP/1.1 heads, strictly (RFC 9112): what two parsers could read differently is refused, so
// nothing can be smuggled past us.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/header.hpp"
#include "base/result.hpp"

namespace rlm::net {

struct HeadLimits {
  std::size_t bytes_max = 64 * 1024;
  std::size_t headers_max = 128;
};

/// What frames the body and the connection, the same for requests and responses.
struct MessageHead {
  Headers headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;  // as the version and Connection say
  int minor_version = 1;   // HTTP/1.x
};

struct RequestHead : MessageHead {
  std::string method;
  std::string target;  // as received: path, then ?query
  bool expects_continue = false;

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
  }
};

struct ResponseHead : MessageHead {
  int status = 0;
};

/// Length of the head at the start of `bytes` up to and with its empty line; 0 when more bytes are
/// needed. TooLarge beyond the limit; BadRequest for a bare LF where the head could end. Leading
/// empty lines count as part of the head (RFC 9112 §2.2).
Result<std::size_t> head_length(std::string_view bytes, const HeadLimits& limits);

/// Parses a whole head as measured by head_length(). BadRequest (Source::Client) naming the rule
/// that was broken: malformed request line, a character that is not allowed, whitespace before a
/// colon, a folded line, Content-Length twice or not a number or together with Transfer-Encoding,
/// another coding than chunked, a missing or doubled Host in HTTP/1.1, more headers than the limit.
Result<RequestHead> parse_request_head(std::string_view head, const HeadLimits& limits);

/// The same for a response; errors are Protocol with Source::Upstream.
Result<ResponseHead> parse_response_head(std::string_view head, const HeadLimits& limits);

/// The reason phrase of a status, "Unknown" for one without.
std::string_view reason_of(int status);

}  // namespace rlm::net
