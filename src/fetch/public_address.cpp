#include "fetch/public_address.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace rlm::fetch {
namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

struct NetworkV4 {
  std::uint32_t base;
  int bits;
};

constexpr NetworkV4 kNotPublic[] = {
    {v4(0, 0, 0, 0), 8},         // this network
    {v4(10, 0, 0, 0), 8},        // private
    {v4(100, 64, 0, 0), 10},     // shared (CGNAT)
    {v4(127, 0, 0, 0), 8},       // loopback
    {v4(168, 63, 129, 16), 32},  // Azure's own
    {v4(169, 254, 0, 0), 16},    // link-local, and the clouds' metadata
    {v4(172, 16, 0, 0), 12},     // private
    {v4(192, 0, 0, 0), 24},      // protocol assignments
    {v4(192, 0, 2, 0), 24},      // documentation
    {v4(192, 88, 99, 0), 24},    // relays to 6to4, given up
    {v4(192, 168, 0, 0), 16},    // private
    {v4(198, 18, 0, 0), 15},     // benchmarks
    {v4(198, 51, 100, 0), 24},   // documentation
    {v4(203, 0, 113, 0), 24},    // documentation
    {v4(224, 0, 0, 0), 4},       // multicast
    {v4(240, 0, 0, 0), 4},       // reserved, and the broadcast address
};

bool is_public(address_v4 address) {
  const std::uint32_t number = address.to_uint();
  return std::none_of(std::begin(kNotPublic), std::end(kNotPublic), [number](NetworkV4 network) {
    return (number ^ network.base) >> (32 - network.bits) == 0;
  });
}

struct NetworkV6 {
  std::uint32_t base;  // the first 32 bits; none here is longer
  int bits;
};

// Within 2000::/3, beyond which there are no public hosts.
constexpr NetworkV6 kNotPublicV6[] = {
    {0x20010000, 23},  // protocol assignments: Teredo, benchmarks, ORCHID
    {0x20010db8, 32},  // documentation
    {0x20020000, 16},  // 6to4, which holds an IPv4 address
    {0x3fff0000, 20},  // documentation
};

bool is_public(const address_v6& address) {
  const auto bytes = address.to_bytes();
  constexpr unsigned char kNat64[12] = {0, 0x64, 0xff, 0x9b};
  if (std::memcmp(bytes.data(), kNat64, sizeof kNat64) == 0)
    return is_public(address_v4({bytes[12], bytes[13], bytes[14], bytes[15]}));
  const std::uint32_t front = v4(bytes[0], bytes[1], bytes[2], bytes[3]);
  if (front >> 29 != 1) return false;
  return std::none_of(std::begin(kNotPublicV6), std::end(kNotPublicV6), [front](NetworkV6 network) {
    return (front ^ network.base) >> (32 - network.bits) == 0;
  });
}

}  // namespace

bool is_public(const boost::asio::ip::address& address) {
  return address.is_v4() ? is_public(address.to_v4()) : is_public(address.to_v6());
}

}  // namespace rlm::fetch
