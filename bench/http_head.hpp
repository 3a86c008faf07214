#pragma once
// The little of HTTP/1.1 that the bench programs need: where a head ends and how its body is
// measured.

#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace rlm::bench {

struct Head {
  std::size_t bytes = 0;  // with the empty line
  std::size_t body_bytes = 0;
  bool chunked = false;
  bool closes = false;
  int status = 0;  // of a response
};

/// Nothing while the head is incomplete. Trusts the sender: both ends of a measurement are ours.
inline std::optional<Head> scan_head(std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  if (end == text.npos) return std::nullopt;
  Head head;
  head.bytes = end + 4;
  if (text.substr(0, 5) == "HTTP/") head.status = std::atoi(std::string(text.substr(9, 3)).c_str());
  const auto is = [](std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
  };
  for (std::size_t at = text.find("\r\n") + 2; at < end;) {
    const auto line_end = std::min(text.find("\r\n", at), end);
    const std::string_view line = text.substr(at, line_end - at);
    at = line_end + 2;
    const auto colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (is(name, "content-length"))
      head.body_bytes = std::strtoull(std::string(value).c_str(), nullptr, 10);
    else if (is(name, "transfer-encoding"))
      head.chunked = is(value, "chunked");
    else if (is(name, "connection"))
      head.closes = is(value, "close");
  }
  return head;
}

}  // namespace rlm::bench
