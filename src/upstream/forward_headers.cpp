#include "upstream/forward_headers.hpp"

#include <string>

namespace rlm::upstream {
namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && same_header(text.substr(0, prefix.size()), prefix);
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const auto candidate : names)
    if (same_header(name, candidate)) return true;
  return false;
}

// RFC 9110 §7.6.1, and the proxy headers of the same kind. By length first: a request has a dozen
// headers, and nearly all are ruled out by it.
bool is_hop_by_hop(std::string_view name) {
  switch (name.size()) {
    case 2:
      return same_header(name, "te");
    case 7:
      return is_one_of(name, {"upgrade", "trailer"});
    case 10:
      return is_one_of(name, {"connection", "keep-alive"});
    case 16:
      return same_header(name, "proxy-connection");
    case 17:
      return same_header(name, "transfer-encoding");
    case 18:
      return same_header(name, "proxy-authenticate");
    case 19:
      return same_header(name, "proxy-authorization");
    default:
      return false;
  }
}

// What belongs to the client's own hop, or would let an upstream answer in a way that cannot be
// read here.
bool is_for_us(std::string_view name) {
  switch (name.size()) {
    case 4:
      return same_header(name, "host");
    case 6:
      return is_one_of(name, {"expect", "cookie"});
    case 14:
      return same_header(name, "content-length");
    case 15:
      return same_header(name, "accept-encoding");
    default:
      return false;
  }
}

// A header that Connection names belongs to this hop alone.
bool is_named_by(std::string_view connection, std::string_view name) {
  while (!connection.empty()) {
    const auto comma = connection.find(',');
    auto item = connection.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (same_header(item, name)) return true;
    if (comma == std::string_view::npos) return false;
    connection.remove_prefix(comma + 1);
  }
  return false;
}

bool is_ours(std::string_view name) {
  return starts_with_ignoring_case(name, "x-rlm-");
}

bool is_credential(std::string_view name) {
  const auto size = name.size();
  if (size != 7 && size != 9 && size != 13) return false;
  return is_one_of(name, {"x-api-key", "authorization", "api-key"});
}

void add_credential(Headers& headers, const EndpointConfig& endpoint) {
  if (endpoint.api_key.empty()) return;
  if (endpoint.auth == EndpointConfig::Auth::Bearer) {
    headers.add("authorization", "Bearer " + std::string(endpoint.api_key.reveal()));
  } else {
    headers.add("x-api-key", endpoint.api_key.reveal());
  }
}

}  // namespace

Headers request_headers_for(const EndpointConfig& endpoint, const Headers& client) {
  Headers out;
  if (!endpoint.is_anthropic) {
    out.add("content-type", "application/json");
    out.add("anthropic-version", "2023-06-01");
    out.add("user-agent", "rlm-cascade");
    add_credential(out, endpoint);
    return out;
  }
  constexpr std::size_t kCredentialBytes = 256;
  out.reserve(client.size() + 1, client.text_bytes() + kCredentialBytes);
  const auto connection = find_header(client, "connection");
  for (const Header header : client) {
    if (is_hop_by_hop(header.name) || is_ours(header.name)) continue;
    if (is_for_us(header.name)) continue;
    if (!endpoint.api_key.empty() && is_credential(header.name)) continue;
    if (!connection.empty() && is_named_by(connection, header.name)) continue;
    out.add(header.name, header.value);
  }
  add_credential(out, endpoint);
  return out;
}

Headers response_headers_of(const Headers& upstream) {
  constexpr std::size_t kOurs = 8;  // headers that the sink adds
  Headers out;
  out.reserve(upstream.size() + kOurs, upstream.text_bytes() + kOurs * 64);
  const auto connection = find_header(upstream, "connection");
  for (const Header header : upstream) {
    if (is_hop_by_hop(header.name) || is_ours(header.name)) continue;
    if (is_one_of(header.name, {"content-length", "set-cookie"})) continue;
    if (!connection.empty() && is_named_by(connection, header.name)) continue;
    out.add(header.name, header.value);
  }
  return out;
}

}  // namespace rlm::upstream
