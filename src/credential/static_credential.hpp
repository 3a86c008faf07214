#pragma once
// Credentials that do not change while the process runs.

#include <memory>

#include "base/clock.hpp"
#include "credential/aws_signature.hpp"
#include "credential/credential_source.hpp"

namespace rlm::credential {

enum class KeyHeader {
  XApiKey,  // x-api-key: Anthropic, Foundry
  Bearer,   // authorization: Bearer: Bedrock's API keys, OpenAI
  ApiKey,   // api-key: Azure
};

/// Sends `key` in a header. BadRequest (Source::Self) for an empty one, or one that no header can
/// carry, such as one with the line break of its file.
Result<std::unique_ptr<CredentialSource>> static_key(KeyHeader header, Secret key);

/// Signs each request (Signature Version 4). BadRequest (Source::Self) when a part is missing or no
/// header can carry it. `clock` must outlive it.
Result<std::unique_ptr<CredentialSource>> aws_credential(AwsKeys keys, AwsScope scope,
                                                         const Clock& clock = system_clock());

/// The keys in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. BadRequest
/// (Source::Self) naming the variables when one is missing.
Result<AwsKeys> aws_keys_of_process();

/// Whether a header's value can be `text`: visible ASCII, nothing else.
bool fits_header(std::string_view text);

}  // namespace rlm::credential
