#include "sim/google_token.hpp"

#include <charconv>

#include "base/clock.hpp"
#include "sim/crypto.hpp"
#include "sim/random.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

constexpr std::int64_t kTokenMs = 3600 * 1000;
constexpr std::int64_t kSkewSeconds = 300;  // Google's own, about
constexpr std::string_view kGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::string_view kScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::string_view kAudience = "https://oauth2.googleapis.com/token";

tl::unexpected<Refusal> refused(std::string_view code, std::string description) {
  return tl::unexpected(Refusal{400, std::string(code), std::move(description)});
}

std::string form_value(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const auto end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return percent_decoded(pair.substr(name.size() + 1), true);
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  return {};
}

std::string seal_of(const SimConfig& config, std::string_view expires) {
  return hex(hmac_sha256("token" + std::to_string(config.seed), expires));
}

// Why the claims are refused; empty when they are not.
std::string wrong_claims(wire::JsonValue claims, const Incoming& incoming,
                         const SimConfig& config) {
  if (claims.member("iss").string() != config.vertex.client_email)
    return "Invalid grant: account not found";
  const std::string audience = claims.member("aud").string();
  const std::string here =
      std::string(find_header(incoming.head.headers, "host")) + std::string(incoming.head.path());
  if (audience != kAudience && audience != "http://" + here && audience != "https://" + here)
    return "Invalid JWT: Failed audience check. The right audience is " + std::string(kAudience);
  const std::int64_t now = system_clock().unix_ms().value / 1000;
  const std::int64_t issued = claims.member("iat").integer(0);
  const std::int64_t expires = claims.member("exp").integer(0);
  if (issued > now + kSkewSeconds || expires <= now || expires - issued > kTokenMs / 1000)
    return "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
           "timeframe. Check your iat and exp values in the JWT claim.";
  return {};
}

}  // namespace

tl::expected<std::string, Refusal> exchange_assertion(const Incoming& incoming,
                                                      const SimConfig& config) {
  const std::string_view type = find_header(incoming.head.headers, "content-type");
  if (!type.starts_with("application/x-www-form-urlencoded"))
    return refused("invalid_request", "Bad Request: need application/x-www-form-urlencoded");
  const std::string grant = form_value(incoming.body, "grant_type");
  if (grant != kGrant) return refused("unsupported_grant_type", "Invalid grant_type: " + grant);
  const std::string assertion = form_value(incoming.body, "assertion");
  const auto first = assertion.find('.');
  const auto last = assertion.rfind('.');
  if (first == std::string::npos || first == last)
    return refused("invalid_grant", "Invalid JWT: need three parts");
  const auto header = base64url_decoded(std::string_view(assertion).substr(0, first));
  const auto payload =
      base64url_decoded(std::string_view(assertion).substr(first + 1, last - first - 1));
  const auto signature = base64url_decoded(std::string_view(assertion).substr(last + 1));
  if (!header || !payload || !signature)
    return refused("invalid_grant", "Invalid JWT: need base64url without padding");
  wire::JsonIndex index;
  const auto head = index.parse(*header);
  if (!head || !head->member("alg").equals("RS256"))
    return refused("invalid_grant", "Invalid JWT: need alg RS256");
  if (!verifies_rs256(config.vertex.public_key, std::string_view(assertion).substr(0, last),
                      *signature))
    return refused("invalid_grant", "Invalid JWT Signature.");
  const auto claims = index.parse(*payload);
  if (!claims) return refused("invalid_grant", "Invalid JWT: the claims are no JSON");
  if (const std::string wrong = wrong_claims(*claims, incoming, config); !wrong.empty())
    return refused("invalid_grant", wrong);
  if (claims->member("scope").string().find(kScope) == std::string::npos)
    return refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
  return token_answer(config, incoming.now);
}

std::string token_answer(const SimConfig& config, UnixMs now) {
  const std::string expires = std::to_string(now.value + kTokenMs);
  return R"({"access_token":"ya29.)" + expires + "." + seal_of(config, expires) +
         R"(","expires_in":3599,"token_type":"Bearer"})";
}

bool is_current_token(const SimConfig& config, std::string_view token, UnixMs now) {
  if (!token.starts_with("ya29.")) return false;
  token.remove_prefix(5);
  const auto dot = token.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view expires = token.substr(0, dot);
  std::int64_t until = 0;
  std::from_chars(expires.data(), expires.data() + expires.size(), until);
  return until > now.value && token.substr(dot + 1) == seal_of(config, expires);
}

}  // namespace rlm::sim
