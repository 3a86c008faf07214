#pragma once
// The ways to ask an OAuth endpoint for an access token. Pure: they write requests, others send
// them.
// Sources: google-auth-library 10.9.1; Google "Using OAuth 2.0 for server to server applications"
// and "Access Compute Engine metadata"; Microsoft "OAuth 2.0 client credentials flow" (2026).

#include <memory>
#include <string>
#include <string_view>

#include "base/header.hpp"
#include "base/secret.hpp"
#include "base/units.hpp"
#include "credential/google_key.hpp"

namespace rlm::credential {

struct TokenRequest {
  std::string_view method = "POST";
  Headers headers;
  Secret body;  // empty for GET
};

/// One way, for one identity. Immutable: threads may share it.
class TokenGrant {
 public:
  virtual ~TokenGrant() = default;
  /// Where to send it.
  virtual std::string url() const = 0;
  virtual TokenRequest request(UnixMs now) const = 0;
  /// Who asks whom, for messages: "the service account at Google's token endpoint".
  virtual std::string_view who() const = 0;
  /// What to do when the endpoint refuses with the OAuth error `code`, e.g. invalid_grant.
  virtual std::string_view advice(std::string_view code) const = 0;
  /// True for an endpoint within the machine, which speaks http.
  virtual bool may_be_plain() const { return false; }
};

inline constexpr std::string_view kGoogleScope = "https://www.googleapis.com/auth/cloud-platform";

/// A service account by a signed claim of an hour, or a user by a refresh token.
std::shared_ptr<const TokenGrant> google_grant(GoogleKey key);

/// The service account of the machine we run on.
std::shared_ptr<const TokenGrant> google_metadata_grant(
    std::string base_url = "http://metadata.google.internal");

struct EntraApplication {
  std::string tenant;
  std::string client_id;
  Secret client_secret;
  std::string scope = "https://ai.azure.com/.default";
  std::string authority = "https://login.microsoftonline.com";
};
/// An application of Microsoft Entra by its secret.
std::shared_ptr<const TokenGrant> entra_grant(EntraApplication application);

}  // namespace rlm::credential
