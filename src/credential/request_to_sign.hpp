#pragma once
// What a credential may see of a request that is about to be sent.

#include <span>
#include <string_view>

namespace rlm::credential {

/// Borrowed; exactly as it is sent, or the signature does not fit.
struct RequestToSign {
  std::string_view method = "POST";
  std::string_view host;    // the Host header: net::Url::authority()
  std::string_view target;  // path and query, percent-encoded, the base path included
  std::span<const std::string_view> body;  // its segments, in order
};

}  // namespace rlm::credential
