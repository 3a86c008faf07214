#include "admit/authenticate.hpp"

namespace rlm::admit {

std::string_view credential_of(const Headers& headers) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto key = find_header(headers, "x-api-key");
  if (!key.empty()) return key;
  auto token = find_header(headers, "authorization");
  if (token.size() < kBearer.size() || !same_header(token.substr(0, kBearer.size()), kBearer))
    return {};
  token.remove_prefix(kBearer.size());
  while (!token.empty() && token.front() == ' ') token.remove_prefix(1);
  return token;
}

Result<void> authenticate(const Headers& headers, const AdmitConfig& config,
                          bool needs_credential) {
  const auto credential = credential_of(headers);
  if (config.keys.empty()) {
    if (needs_credential && credential.empty())
      return fail(ErrorKind::Unauthorized, Source::Client,
                  "x-api-key header is required: send your provider's key in x-api-key or in "
                  "Authorization: Bearer, "
                  "or give the proxy one in its configuration");
    return {};
  }
  bool known = false;
  for (const auto& key : config.keys)
    known = key.equals(credential) || known;  // no early exit: constant time
  if (known) return {};
  return fail(ErrorKind::Unauthorized, Source::Client,
              credential.empty() ? "x-api-key header is required" : "invalid x-api-key");
}

}  // namespace rlm::admit
