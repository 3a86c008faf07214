#pragma once
// What a token endpoint answered: a token, or why not.

#include <string_view>

#include "base/header.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "credential/token_grant.hpp"

namespace rlm::credential {

struct Token {
  Secret value;
  /// Between ten seconds and a day, whatever the endpoint says; ten minutes when it says nothing.
  Milliseconds lifetime{600'000};
};

/// Reads `{"access_token":…,"expires_in":…}` (RFC 6749 §5). All errors are of Source::Upstream:
/// Forbidden for a refusal, with the endpoint's reason, what to do, and how far this machine's
/// clock is from the endpoint's when that is more than a minute; Unreachable for 429 and 5xx;
/// Protocol for what holds no token that a header could carry.
Result<Token> read_token_reply(const TokenGrant& grant, int status, const Headers& headers,
                               std::string_view body, UnixMs now);

}  // namespace rlm::credential
