#pragma once
// What the clouds that serve Claude refuse of what Anthropic's own API takes: docs/clouds.md.

#include <span>
#include <string>
#include <string_view>

#include "base/header.hpp"

namespace rlm::dialect {

/// Only what a provider says of itself is here; what it says nothing of is passed on. Neither are
/// tools, blocks and members that change what a request means: what is refused of those, the client
/// must learn.
struct CloudRules {
  std::string_view name;  // as of [models.<name>] endpoint
  /// Beginnings of anthropic-beta flags of features that the cloud does not have. An unknown flag
  /// fails a request, whether it uses the feature or not, and clients send all flags they know.
  std::span<const std::string_view> refused_flags{};
  /// Members of the body that are left out: they only tune how an answer comes about.
  std::span<const std::string_view> refused_members{};
  /// anthropic-user-profile-id becomes `user_profile_id` in the body.
  bool user_profile_in_body = false;
  bool lists_models = true;
};

/// The rules of the cloud with this name; those of Anthropic's own API for any other.
const CloudRules& cloud_rules(std::string_view name);

bool refuses_flag(const CloudRules& rules, std::string_view flag);

/// `client` without the flags that the cloud refuses; unchanged, byte for byte, when it has none of
/// them.
Headers without_refused_flags(const CloudRules& rules, const Headers& client);

}  // namespace rlm::dialect
