#pragma once
// Where an upstream is.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::net {

/// An http or https base URL, taken apart.
struct Url {
  bool tls = false;
  std::string host;  // name or address, without brackets
  std::uint16_t port = 0;
  std::string path;  // without a trailing slash: "" or "/anthropic"

  /// host[:port] as the Host header wants it.
  std::string authority() const;
};

/// BadRequest (Source::Self) for anything but http(s)://host[:port][/path]; user info, query and
/// fragment are refused.
Result<Url> parse_url(std::string_view text);

}  // namespace rlm::net
