#pragma once
// AWS Signature Version 4 as the server checks it (upstreams.md §4.3), apart from the proxy's own.

#include <optional>
#include <string_view>

#include "sim/dialect.hpp"

namespace rlm::sim {

/// Whose call it is: a key id, or a bearer key. A Refusal's `type` is AWS's exception. The date is
/// compared with the client's clock, not with the moved one of State.
tl::expected<std::string, Refusal> aws_caller(const Incoming& incoming, std::string_view service,
                                              const SimConfig& config);

}  // namespace rlm::sim
