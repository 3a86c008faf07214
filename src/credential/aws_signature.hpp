#pragma once
// Signature Version 4: a request to AWS carries proof that its sender knows a key.
// Sources: AWS "Create a signed API request" (docs.aws.amazon.com, IAM user guide) and
// @smithy/signature-v4 5.7.5, whose choice of headers this follows.

#include <optional>
#include <string>
#include <string_view>

#include "base/header.hpp"
#include "base/secret.hpp"
#include "base/units.hpp"
#include "credential/request_to_sign.hpp"

namespace rlm::credential {

struct AwsKeys {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;  // of temporary keys; else empty
};

/// Where a signature is valid, e.g. {"us-east-1", "bedrock"}.
struct AwsScope {
  std::string region;
  std::string service;  // bedrock, bedrock-mantle, aws-external-anthropic
};

/// Time as the signature writes it: 20150830T123600Z.
std::string amz_date(UnixMs now);

/// Hex SHA-256 of the segments behind each other.
std::string body_sha256(std::span<const std::string_view> body);

/// The canonical request: what both sides sign. `headers` are those to be signed besides `host`;
/// what intermediaries may change (authorization, user-agent, connection, …) is left out.
/// `signed_headers` gets their names. The path is encoded a second time, as every service but S3
/// wants it.
std::string canonical_request(const RequestToSign& request, const Headers& headers,
                              std::string_view body_hash, std::string& signed_headers);

/// The value of the `authorization` header for a request with exactly these headers. `date` as
/// amz_date() writes it; it must stand among `headers` as x-amz-date.
std::string aws_authorization(const RequestToSign& request, const Headers& headers,
                              std::string_view body_hash, const AwsKeys& keys,
                              const AwsScope& scope, std::string_view date);

/// Appends x-amz-date, x-amz-content-sha256, x-amz-security-token when there is one, and
/// `authorization`. `headers` must hold none of them, and every other header that will be sent.
void sign_for_aws(const RequestToSign& request, const AwsKeys& keys, const AwsScope& scope,
                  UnixMs now, Headers& headers);

}  // namespace rlm::credential
