#include "upstream/forward_headers.hpp"

#include <string>

namespace rlm::upstream {
namespace {

// RFC 9110 §7.6.1, the proxy headers of the same kind, and what only we say (x-rlm-*).
constexpr HeaderNames kOfThisHop{HeaderName::Connection,
                                 HeaderName::KeepAlive,
                                 HeaderName::ProxyAuthenticate,
                                 HeaderName::ProxyAuthorization,
                                 HeaderName::ProxyConnection,
                                 HeaderName::Te,
                                 HeaderName::Trailer,
                                 HeaderName::TransferEncoding,
                                 HeaderName::Upgrade,
                                 HeaderName::ContentLength,
                                 HeaderName::Rlm};

// What belongs to the client's own hop, or would let an upstream answer in a way that cannot be
// read here.
constexpr HeaderNames kForUs{HeaderName::Host, HeaderName::Expect, HeaderName::Cookie,
                             HeaderName::AcceptEncoding};

constexpr HeaderNames kCredentials{HeaderName::XApiKey, HeaderName::Authorization,
                                   HeaderName::ApiKey};

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

// A signature of the client's own hop to a cloud.
bool is_aws_signature(std::string_view name) {
  constexpr std::string_view kPrefix = "x-amz-";
  return name.size() > kPrefix.size() && (name[0] | 0x20) == 'x' &&
         same_header(name.substr(0, kPrefix.size()), kPrefix);
}

// Adds all headers of `from` but those `dropped` and those that Connection names; neighbours go
// together.
void add_others(Headers& out, const Headers& from, HeaderNames dropped) {
  const auto connection = from.find(HeaderName::Connection);
  std::size_t kept = 0;  // where the run begins that is not yet added
  for (std::size_t i = 0; i < from.size(); ++i) {
    const Header header = from[i];
    const bool goes = !dropped.contains(header.known) && !is_aws_signature(header.name) &&
                      (connection.empty() || !is_named_by(connection, header.name));
    if (goes) continue;
    out.append(from, kept, i);
    kept = i + 1;
  }
  out.append(from, kept, from.size());
}

void add_credential(Headers& headers, const EndpointConfig& endpoint) {
  if (endpoint.api_key.empty()) return;
  using Auth = EndpointConfig::Auth;
  if (endpoint.auth == Auth::Bearer) {
    headers.add("authorization", "Bearer " + std::string(endpoint.api_key.reveal()));
  } else if (endpoint.auth != Auth::None) {
    headers.add(endpoint.auth == Auth::ApiKey ? "x-api-key" : "api-key", endpoint.api_key.reveal());
  }
}

// A client's own key for an upstream that wants it as a bearer.
void relay_bearer(Headers& headers, const Headers& client) {
  const auto bearer = client.find(HeaderName::Authorization);
  if (!bearer.empty()) return headers.add("authorization", bearer);
  const auto key = client.find(HeaderName::XApiKey);
  if (!key.empty()) headers.add("authorization", "Bearer " + std::string(key));
}

}  // namespace

Headers request_headers_for(const EndpointConfig& endpoint, const Headers& client) {
  Headers out;
  if (!endpoint.is_anthropic) {
    out.add("content-type", "application/json");
    if (endpoint.dialect == Dialect::Messages) out.add("anthropic-version", "2023-06-01");
    out.add("user-agent", "rlm-cascade");
    add_credential(out, endpoint);
    if (endpoint.relays_credential() && endpoint.dialect != Dialect::Messages)
      relay_bearer(out, client);
    return out;
  }
  constexpr std::size_t kCredentialBytes = 256;
  out.reserve(client.size() + 1, client.text_bytes() + kCredentialBytes);
  const HeaderNames credentials = endpoint.relays_credential() ? HeaderNames() : kCredentials;
  add_others(out, client, kOfThisHop | kForUs | credentials);
  add_credential(out, endpoint);
  return out;
}

bool is_event_stream(const Headers& response) {
  return find_header(response, "content-type").starts_with("text/event-stream");
}

Headers response_headers_of(const Headers& upstream) {
  constexpr std::size_t kOurs = 8;  // headers that the sink adds
  Headers out;
  out.reserve(upstream.size() + kOurs, upstream.text_bytes() + kOurs * 64);
  add_others(out, upstream, kOfThisHop | HeaderNames{HeaderName::SetCookie});
  return out;
}

}  // namespace rlm::upstream
