#pragma once
// A URL that a client named, taken apart and fit for a request line.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/url.hpp"

namespace rlm::fetch {

struct Link {
  net::Url origin;     // lower case, without a path
  std::string target;  // path and query, as they stand in the URL

  /// The whole, without its fragment.
  std::string text() const;
};

/// Longest URL.
inline constexpr std::size_t kLinkBytesMax = 8192;

/// Reads http(s)://host[:port][/path][?query]; a fragment is passed over. BadRequest
/// (Source::Client) for anything else, also for user and password, and for a host that is neither
/// an address nor a name of letters, digits, dots, hyphens and underscores. The message holds
/// nothing of the URL.
Result<Link> parse_link(std::string_view text);

/// Where `location`, the header of a redirect, leads from `base`. Errors as parse_link.
Result<Link> resolve_link(const Link& base, std::string_view location);

}  // namespace rlm::fetch
