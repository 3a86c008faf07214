#pragma once
// A proxy that stands between this network and the upstreams, and which upstreams go through it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/byte_stream.hpp"
#include "net/http_head.hpp"
#include "net/url.hpp"

namespace rlm::net {

/// An HTTP proxy. https goes through it in a tunnel (CONNECT), so that it sees no content; http is
/// asked for by whole URLs.
struct Proxy {
  Url url;
  Secret authorization;  // value of Proxy-Authorization; empty: none is sent
};

/// Reads `[http://][user[:password]@]host[:port]`. BadRequest (Source::Self) for anything else; the
/// message never holds the user's part.
Result<Proxy> parse_proxy(std::string_view text);

/// What the environment says of proxies, as other programs read it too.
struct ProxyEnvironment {
  std::string https_proxy;  // for https upstreams
  std::string http_proxy;   // for http upstreams
  std::string no_proxy;     // who is reached straight

  /// HTTPS_PROXY, HTTP_PROXY and NO_PROXY; the lower-case names come first, as with curl.
  static ProxyEnvironment of_process();
};

/// The proxy for `url`, none when it is reached straight. As parse_proxy, naming the variable.
Result<std::shared_ptr<const Proxy>> proxy_for(const Url& url, const ProxyEnvironment& environment);

/// The proxy that a configuration names for `url`: its URL; "none": none; empty: as the process's
/// environment says. As parse_proxy and proxy_for.
Result<std::shared_ptr<const Proxy>> chosen_proxy(const std::string& setting, const Url& url);

/// True when `no_proxy` names the upstream: `*`, a host name (its subdomains too, with or without a
/// leading dot), an address, a network such as 10.0.0.0/8; each with :port when only that port is
/// meant. Separated by commas or blanks. localhost, loopback and link-local addresses, where clouds
/// have their metadata, and metadata.google.internal are always reached straight.
bool is_reached_straight(const Url& url, std::string_view no_proxy);

/// Asks the proxy at the other end of `stream` for a tunnel to `to`. Unreachable
/// (Source::Upstream), naming the proxy and what to do, when it refuses.
Task<Result<void>> open_tunnel(ByteStream& stream, const Proxy& proxy, const Url& to,
                               const HeadLimits& limits);

/// What a proxy's refusal means for whoever runs us.
Error proxy_refusal(const Proxy& proxy, const Url& to, int status);

}  // namespace rlm::net
