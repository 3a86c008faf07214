#pragma once
// Who may use the proxy, decided on the head alone: no body is read for a stranger.

#include <vector>

#include "base/header.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace rlm::admit {

struct AdmitConfig {
  /// Keys of our own that clients must present; empty: everybody who reaches the listener may.
  std::vector<Secret> keys;
};

/// Accepts a key in x-api-key or in Authorization: Bearer (x-api-key wins), compared in constant
/// time. Unauthorized (Source::Client) when keys are configured and none matches, or when
/// `needs_credential` (the upstream has no key of its own) and the client brought none.
Result<void> authenticate(const Headers& headers, const AdmitConfig& config, bool needs_credential);

/// The credential the client brought; empty when none.
std::string_view credential_of(const Headers& headers);

}  // namespace rlm::admit
