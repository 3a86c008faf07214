#pragma once
// How one configured model is reached.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "domain/dialect.hpp"
#include "net/http_client.hpp"
#include "upstream/cloud.hpp"
#include "upstream/endpoint_health.hpp"
#include "upstream/retry.hpp"

namespace rlm::dialect {
struct OpenAiQuirks;
}

namespace rlm::upstream {

/// One `[models.<name>]` of the configuration.
struct EndpointConfig {
  std::string name;      // the configured name: label of metrics and records
  std::string kind;      // the provider's name, as configured, e.g. "anthropic"
  std::string base_url;  // scheme://host[:port][/path]; the dialect's path is appended
  std::string model;     // the upstream's model id; empty: what the client asked for
  Dialect dialect = Dialect::Messages;
  Secret api_key;  // empty: the client's own credential is relayed
  /// How a key is shown. None: the upstream wants none.
  enum class Auth { ApiKey, Bearer, AzureApiKey, None } auth = Auth::ApiKey;
  std::string ca_file;           // PEM file of a private authority; empty: the system's
  bool is_anthropic = true;      // Anthropic's own models: client headers and betas are forwarded;
                                 // other vendors get only what they need
  std::string certificate_file;  // PEM chain by which we prove who we are (mTLS); empty: none
  std::string key_file;          // its key
  std::string proxy;  // URL of an HTTP proxy; "none": straight; empty: as the environment says
  net::ClientTimeouts timeouts;
  RetryPolicy retry;
  /// Multiplier on list prices in per mille, e.g. 1100 for a regional endpoint.
  int price_per_mille = 1000;
  /// Other configured models that are the same model elsewhere: asked when this one fails, or, as
  /// `balance` says, in turn with it. Sessions stay where they are: that is where their caches are.
  std::vector<std::string> also;
  enum class Balance {
    Ordered,   // this one, then the others in their order
    Weighted,  // by weight
    Latency,   // whoever answered soonest lately
  } balance = Balance::Ordered;
  int weight = 100;  // under Weighted
  BreakerPolicy breaker;
  /// What becomes of images and documents that a request names by URL.
  enum class UrlSources {
    Passed,   // the upstream fetches them
    Refused,  // it does not, and a request with one is told so
    Fetched,  // the proxy fetches them, and they go within the request
  } url_sources = UrlSources::Passed;
  const dialect::OpenAiQuirks* quirks = nullptr;  // Chat and Responses: never null
  CloudConfig cloud;

  /// True when it is asked in one of OpenAI's dialects.
  bool speaks_openai() const { return dialect == Dialect::Chat || dialect == Dialect::Responses; }
  /// True when it speaks Anthropic's events without Anthropic's pings: Bedrock's frames have none,
  /// nor have Ollama, vLLM and llama.cpp (their sources, 2026-11).
  bool lacks_pings() const {
    return dialect == Dialect::Bedrock || (dialect == Dialect::Messages && !is_anthropic);
  }
  /// True when calls bear the credential that the client brought.
  bool relays_credential() const { return api_key.empty() && auth != Auth::None; }
};

}  // namespace rlm::upstream
