#pragma once
// Google's token endpoint: a signed JWT in, a short-lived access token out (upstreams.md §2).

#include <string>
#include <string_view>

#include "sim/dialect.hpp"

namespace rlm::sim {

/// Answers POST /token: {"access_token","expires_in","token_type"}, or a Refusal whose `type` is
/// the OAuth error code. The assertion's signature, issuer, audience, scope and times are checked;
/// it is dated by the client's clock, so the moved one of State does not count.
tl::expected<std::string, Refusal> exchange_assertion(const Incoming& incoming,
                                                      const SimConfig& config);
/// What exchange_assertion() and the metadata server give out at `now`.
std::string token_answer(const SimConfig& config, UnixMs now);
/// True for a token of token_answer() that has not expired.
bool is_current_token(const SimConfig& config, std::string_view token, UnixMs now);

}  // namespace rlm::sim
