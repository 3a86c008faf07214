#include "credential/token_grant.hpp"

#include <initializer_list>
#include <utility>

#include "base/percent.hpp"
#include "wire/json_text.hpp"

namespace rlm::credential {
namespace {

TokenRequest form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    body += name;
    body += '=';
    body += percent_encoded(value);
  }
  TokenRequest request;
  request.headers.add("content-type", "application/x-www-form-urlencoded");
  request.headers.add("accept", "application/json");
  request.body = Secret(std::move(body));
  return request;
}

class ServiceAccountGrant final : public TokenGrant {
 public:
  explicit ServiceAccountGrant(GoogleServiceAccount account) : account_(std::move(account)) {}

  std::string url() const override { return account_.token_uri; }
  TokenRequest request(UnixMs now) const override {
    constexpr std::int64_t kSeconds = 3600;
    const std::int64_t issued = now.value / 1000;
    std::string claims = "{\"iss\":" + wire::json_string(account_.client_email) +
                         ",\"scope\":" + wire::json_string(kGoogleScope) +
                         ",\"aud\":" + wire::json_string(account_.token_uri) +
                         ",\"iat\":" + std::to_string(issued) +
                         ",\"exp\":" + std::to_string(issued + kSeconds) + '}';
    const Secret token(account_.private_key.sign_token(account_.private_key_id, claims));
    return form({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                 {"assertion", token.reveal()}});
  }
  std::string_view who() const override { return "the service account at Google's token endpoint"; }
  std::string_view advice(std::string_view code) const override {
    if (code == "invalid_grant")
      return "the account or its key was deleted or disabled, or this machine's clock is wrong; "
             "make a new key for it in Google Cloud (IAM, service accounts, keys)";
    return "check that the key file is whole and that its service account is enabled";
  }

 private:
  GoogleServiceAccount account_;
};

class UserGrant final : public TokenGrant {
 public:
  explicit UserGrant(GoogleUser user) : user_(std::move(user)) {}

  std::string url() const override { return user_.token_uri; }
  TokenRequest request(UnixMs) const override {
    return form({{"grant_type", "refresh_token"},
                 {"client_id", user_.client_id},
                 {"client_secret", user_.client_secret.reveal()},
                 {"refresh_token", user_.refresh_token.reveal()}});
  }
  std::string_view who() const override { return "the user at Google's token endpoint"; }
  std::string_view advice(std::string_view) const override {
    return "the login has expired or was revoked; run `gcloud auth application-default login` "
           "again";
  }

 private:
  GoogleUser user_;
};

class MetadataGrant final : public TokenGrant {
 public:
  explicit MetadataGrant(std::string base_url) : base_url_(std::move(base_url)) {}

  std::string url() const override {
    return base_url_ + "/computeMetadata/v1/instance/service-accounts/default/token";
  }
  TokenRequest request(UnixMs) const override {
    TokenRequest request;
    request.method = "GET";
    request.headers.add("metadata-flavor", "Google");
    return request;
  }
  std::string_view who() const override { return "this machine at Google's metadata server"; }
  std::string_view advice(std::string_view) const override {
    return "attach a service account with the scope cloud-platform to this machine, or configure a "
           "key file";
  }
  bool may_be_plain() const override { return true; }

 private:
  std::string base_url_;
};

class EntraGrant final : public TokenGrant {
 public:
  explicit EntraGrant(EntraApplication application) : application_(std::move(application)) {}

  std::string url() const override {
    return application_.authority + '/' + percent_encoded(application_.tenant) +
           "/oauth2/v2.0/token";
  }
  TokenRequest request(UnixMs) const override {
    return form({{"grant_type", "client_credentials"},
                 {"client_id", application_.client_id},
                 {"client_secret", application_.client_secret.reveal()},
                 {"scope", application_.scope}});
  }
  std::string_view who() const override { return "the application at Microsoft Entra"; }
  std::string_view advice(std::string_view code) const override {
    if (code == "invalid_client")
      return "its secret is wrong or has expired; make a new one in Entra (app registrations, "
             "certificates and secrets)";
    return "check tenant, client id and scope, and that the application has a role on the resource";
  }

 private:
  EntraApplication application_;
};

}  // namespace

std::shared_ptr<const TokenGrant> google_grant(GoogleKey key) {
  if (auto* account = std::get_if<GoogleServiceAccount>(&key))
    return std::make_shared<ServiceAccountGrant>(std::move(*account));
  return std::make_shared<UserGrant>(std::move(std::get<GoogleUser>(key)));
}

std::shared_ptr<const TokenGrant> google_metadata_grant(std::string base_url) {
  return std::make_shared<MetadataGrant>(std::move(base_url));
}

std::shared_ptr<const TokenGrant> entra_grant(EntraApplication application) {
  return std::make_shared<EntraGrant>(std::move(application));
}

}  // namespace rlm::credential
