#pragma once
// The JSON files in which Google hands out credentials.

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "credential/json_web_token.hpp"

namespace rlm::credential {

/// `"type":"service_account"`: a key made in the console.
struct GoogleServiceAccount {
  std::string client_email;
  std::string private_key_id;
  std::string project_id;  // may be empty
  std::string token_uri;
  RsaKey private_key;
};

/// `"type":"authorized_user"`: what `gcloud auth application-default login` leaves.
struct GoogleUser {
  std::string client_id;
  Secret client_secret;
  Secret refresh_token;
  std::string quota_project_id;  // may be empty
  std::string token_uri;
};

using GoogleKey = std::variant<GoogleServiceAccount, GoogleUser>;

/// BadRequest (Source::Self) naming the field that is missing or of no use, never its content.
Result<GoogleKey> read_google_key(std::string_view json);

/// The same for a file of at most 64 KiB; the message names it.
Result<GoogleKey> load_google_key(const std::string& path);

}  // namespace rlm::credential
