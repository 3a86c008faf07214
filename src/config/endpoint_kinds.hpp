#pragma once
// The providers that a [models.<name>] may name as its endpoint.

#include <string>
#include <string_view>
#include <vector>

#include "upstream/endpoint.hpp"

namespace rlm::config {

/// Whose account is asked as, where a key is not all there is.
enum class Cloud { None, Google, Aws, Azure };

/// What follows from a provider's name.
struct EndpointKind {
  std::string_view name;
  std::string_view base_url;  // empty: must be configured, or follows from the place in a cloud
  Dialect dialect = Dialect::Messages;
  bool is_anthropic = false;  // its models are Anthropic's own
  upstream::EndpointConfig::Auth auth = upstream::EndpointConfig::Auth::ApiKey;
  std::string_view quirks{};  // of OpenAI's dialects (dialect/quirks.hpp)
  Cloud cloud = Cloud::None;
  std::string_view cloud_service{};  // for which AWS's signatures are made
};

/// All of them, the default first. Sources: the vendors' pages, 2026-11 (docs/upstreams.md).
const std::vector<EndpointKind>& endpoint_kinds();

/// Their names, in order.
std::vector<std::string> endpoint_kind_names();

}  // namespace rlm::config
