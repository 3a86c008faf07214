#pragma once
// Which addresses are of the public internet, so that a client cannot have the proxy ask its own
// network.

#include <boost/asio/ip/address.hpp>

namespace rlm::fetch {

/// False for every address that is not a host of the public internet: loopback, private, shared
/// (CGNAT), link-local with the clouds' metadata, unique local, documentation, benchmarks,
/// multicast, reserved, the unspecified one; IPv6 forms that hold an IPv4 address, but for the
/// well-known prefix of NAT64, which is as public as what it holds; and 168.63.129.16, by which
/// Azure talks to its machines. Source: IANA's special-purpose registries (RFC 6890 and what
/// followed, 2025-10), Microsoft Learn (2025).
bool is_public(const boost::asio::ip::address& address);

}  // namespace rlm::fetch
