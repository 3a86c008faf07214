#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>

#include "net/proxy.hpp"

namespace rlm::net {
namespace {

using asio::ip::address;

std::optional<address> address_of(std::string_view text) {
  boost::system::error_code error;
  const auto found = asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (found.is_v6() && found.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, found.to_v6());
  return found;
}

std::optional<unsigned> number_of(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <class Bytes>
bool same_bits(const Bytes& a, const Bytes& b, std::size_t bits) {
  for (std::size_t i = 0; i < bits; ++i) {
    const int mask = 0x80 >> i % 8;
    if ((a[i / 8] & mask) != (b[i / 8] & mask)) return false;
  }
  return true;
}

// "10.0.0.0/8" or an address alone.
bool holds(std::string_view network, const address& host) {
  const auto slash = network.find('/');
  const auto base = address_of(network.substr(0, slash));
  if (!base || base->is_v4() != host.is_v4()) return false;
  const unsigned all = host.is_v4() ? 32 : 128;
  const auto bits =
      slash == network.npos ? std::optional(all) : number_of(network.substr(slash + 1));
  if (!bits || *bits > all) return false;
  return host.is_v4() ? same_bits(base->to_v4().to_bytes(), host.to_v4().to_bytes(), *bits)
                      : same_bits(base->to_v6().to_bytes(), host.to_v6().to_bytes(), *bits);
}

std::string lower_without_dot(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_domain_of(std::string_view entry, std::string_view host) {
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  const std::string domain = lower_without_dot(entry);
  if (domain.empty() || !host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

// Takes ":port" off; false when the entry is for another port.
bool take_port(std::string_view& entry, std::uint16_t port) {
  std::size_t colon = entry.rfind(':');
  if (entry.starts_with('[')) {
    const auto bracket = entry.find(']');
    if (bracket == entry.npos) return false;
    colon = entry.find(':', bracket);
    const auto inner = entry.substr(1, bracket - 1);
    const auto rest = colon == entry.npos ? std::string_view() : entry.substr(colon + 1);
    entry = inner;
    return colon == std::string_view::npos || number_of(rest) == port;
  }
  if (colon == entry.npos || entry.find(':') != colon) return true;  // none, or an IPv6 address
  const auto wanted = number_of(entry.substr(colon + 1));
  entry = entry.substr(0, colon);
  return wanted == port;
}

bool is_near(const std::string& host, const std::optional<address>& literal) {
  if (!literal)
    return host == "localhost" || host.ends_with(".localhost") ||
           host == "metadata.google.internal";
  return literal->is_loopback() || holds("169.254.0.0/16", *literal) ||
         holds("fe80::/10", *literal);
}

}  // namespace

bool is_reached_straight(const Url& url, std::string_view no_proxy) {
  const std::string host = lower_without_dot(url.host);
  const auto literal = address_of(host);
  if (is_near(host, literal)) return true;
  while (!no_proxy.empty()) {
    const auto end = no_proxy.find_first_of(", \t");
    auto entry = no_proxy.substr(0, end);
    no_proxy.remove_prefix(end == no_proxy.npos ? no_proxy.size() : end + 1);
    if (entry.empty()) continue;
    if (entry == "*") return true;
    if (!take_port(entry, url.port)) continue;
    if (literal ? holds(entry, *literal) : is_domain_of(entry, host)) return true;
  }
  return false;
}

}  // namespace rlm::net
