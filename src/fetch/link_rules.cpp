#include "fetch/link_rules.hpp"

#include <algorithm>

namespace rlm::fetch {

bool is_trusted(const net::Url& origin, const FetchConfig& config) {
  return std::any_of(config.origins.begin(), config.origins.end(), [&](const net::Url& one) {
    return one.tls == origin.tls && one.host == origin.host && one.port == origin.port;
  });
}

std::string_view why_not(const Link& link, bool proxied, const FetchConfig& config) {
  if (is_trusted(link.origin, config)) return {};
  if (config.only_origins) return "this proxy fetches from listed servers only (fetch.origins)";
  if (!link.origin.tls) return "this proxy fetches by https only";
  // Other ports are where internal services and their protocols are.
  if (link.origin.port != 443) return "this proxy fetches from port 443 only";
  if (proxied) return "behind a network proxy only listed servers are asked (fetch.origins)";
  return {};
}

}  // namespace rlm::fetch
