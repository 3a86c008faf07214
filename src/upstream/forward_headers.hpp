#pragma once
// Which headers cross the proxy, in either direction (docs/headers.md lists them).

#include "base/header.hpp"
#include "upstream/endpoint.hpp"

namespace rlm::upstream {

/// Headers for an upstream call. Anthropic endpoints get everything the client sent except
/// hop-by-hop headers, Host, Content-Length, Expect, Accept-Encoding (we read usage from the
/// bytes), Cookie, x-rlm-* and, when the endpoint has a key of its own, both credential headers.
/// Other vendors get only content-type, anthropic-version, their credential and our user-agent.
Headers request_headers_for(const EndpointConfig& endpoint, const Headers& client);

/// Whether a response is a stream of server-sent events.
bool is_event_stream(const Headers& response);

/// Headers of an upstream's response for the client: all but hop-by-hop headers, Content-Length and
/// Set-Cookie. Those named x-rlm-* are dropped: only we speak for ourselves.
Headers response_headers_of(const Headers& upstream);

}  // namespace rlm::upstream
