#pragma once
// A signed claim (RFC 7519) in the one form that Google's token endpoint wants: RS256.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

typedef struct evp_pkey_st EVP_PKEY;

namespace rlm::credential {

/// A private RSA key. Cheap to copy; threads may sign with copies of it at the same time.
class RsaKey {
 public:
  /// Reads PEM. BadRequest (Source::Self) for anything but an unencrypted RSA key of 2048 bits or
  /// more; the message holds nothing of the key.
  static Result<RsaKey> from_pem(std::string_view pem);

  /// header.claims.signature, each in base64url. `claims` is a JSON object.
  std::string sign_token(std::string_view key_id, std::string_view claims) const;

 private:
  explicit RsaKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace rlm::credential
