#pragma once
// How one configured model is reached.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/http_client.hpp"
#include "upstream/retry.hpp"

namespace rlm::upstream {

/// One `[models.<name>]` of the configuration.
struct EndpointConfig {
  std::string name;      // the configured name: label of metrics and records
  std::string base_url;  // scheme://host[:port][/path]; /v1/messages is appended
  std::string model;     // the upstream's model id; empty: what the client asked for
  Secret api_key;        // empty: the client's own credential is relayed
  enum class Auth { ApiKey, Bearer } auth = Auth::ApiKey;
  std::string ca_file;       // PEM file of a private authority; empty: the system's
  bool is_anthropic = true;  // Anthropic's own models: client headers and betas are forwarded;
                             // other vendors get only what they need
  net::ClientTimeouts timeouts;
  RetryPolicy retry;
  /// Multiplier on list prices in per mille, e.g. 1100 for a regional endpoint.
  int price_per_mille = 1000;
};

}  // namespace rlm::upstream
