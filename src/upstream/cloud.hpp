#pragma once
// Where a cloud's endpoint is, and as whom we ask there.

#include <memory>
#include <string>

#include "credential/aws_signature.hpp"
#include "credential/token_grant.hpp"

namespace rlm::upstream {

struct CloudConfig {
  /// What a call proves besides, or instead of, a key.
  enum class Identity {
    Key,    // nothing: the endpoint's api_key, or the client's own
    Aws,    // each request is signed
    Token,  // a bearer token, which is fetched and renewed
  };
  Identity identity = Identity::Key;
  credential::AwsKeys aws_keys;
  credential::AwsScope aws_scope;
  std::shared_ptr<const credential::TokenGrant> grant;  // of Token

  std::string project;            // Vertex
  std::string location;           // Vertex
  std::string workspace_id;       // Claude Platform on AWS
  bool tells_own_errors = false;  // errors may come in the cloud's own form
};

}  // namespace rlm::upstream
