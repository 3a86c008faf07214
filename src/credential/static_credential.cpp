#include "credential/static_credential.hpp"

#include <algorithm>
#include <cstdlib>

namespace rlm::credential {
namespace {

class StaticKey final : public CredentialSource {
 public:
  StaticKey(KeyHeader header, Secret key) : header_(header), key_(std::move(key)) {}

  net::Task<Result<void>> authorize(const RequestToSign&, Headers& headers,
                                    net::StopSource&) override {
    switch (header_) {
      case KeyHeader::XApiKey:
        headers.add("x-api-key", key_.reveal());
        break;
      case KeyHeader::ApiKey:
        headers.add("api-key", key_.reveal());
        break;
      case KeyHeader::Bearer:
        headers.add("authorization", "Bearer " + std::string(key_.reveal()));
        break;
    }
    co_return Result<void>{};
  }

 private:
  KeyHeader header_;
  Secret key_;
};

class AwsCredential final : public CredentialSource {
 public:
  AwsCredential(AwsKeys keys, AwsScope scope, const Clock& clock)
      : keys_(std::move(keys)), scope_(std::move(scope)), clock_(clock) {}

  net::Task<Result<void>> authorize(const RequestToSign& request, Headers& headers,
                                    net::StopSource&) override {
    sign_for_aws(request, keys_, scope_, clock_.unix_ms(), headers);
    co_return Result<void>{};
  }

 private:
  AwsKeys keys_;
  AwsScope scope_;
  const Clock& clock_;
};

tl::unexpected<Error> refuse(const std::string& why) {
  return fail(ErrorKind::BadRequest, Source::Self, why);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool fits_header(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

Result<std::unique_ptr<CredentialSource>> static_key(KeyHeader header, Secret key) {
  if (!fits_header(key.reveal()))
    return refuse(
        "the API key is empty or holds a blank, a line break or another character that "
        "no header can carry; check the variable or file that it comes from");
  return std::make_unique<StaticKey>(header, std::move(key));
}

Result<std::unique_ptr<CredentialSource>> aws_credential(AwsKeys keys, AwsScope scope,
                                                         const Clock& clock) {
  if (!fits_header(keys.access_key_id) || !fits_header(keys.secret_access_key.reveal()))
    return refuse(
        "the AWS access key id or secret access key is empty or holds a blank or a line "
        "break; check the variables or files that they come from");
  if (!keys.session_token.empty() && !fits_header(keys.session_token.reveal()))
    return refuse("the AWS session token holds a blank or a line break");
  if (!fits_header(scope.region) || !fits_header(scope.service))
    return refuse("an AWS signature needs a region, such as us-east-1, and a service");
  return std::make_unique<AwsCredential>(std::move(keys), std::move(scope), clock);
}

Result<AwsKeys> aws_keys_of_process() {
  AwsKeys keys{variable("AWS_ACCESS_KEY_ID"), Secret(variable("AWS_SECRET_ACCESS_KEY")),
               Secret(variable("AWS_SESSION_TOKEN"))};
  if (keys.access_key_id.empty() || keys.secret_access_key.empty())
    return refuse(
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set; export them (and "
        "AWS_SESSION_TOKEN for temporary keys), or use a Bedrock API key");
  return keys;
}

}  // namespace rlm::credential
