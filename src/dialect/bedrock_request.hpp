#pragma once
// Claude on Bedrock by InvokeModel: model and streaming stand in the path, version and betas in the
// body.
// Sources: @anthropic-ai/bedrock-sdk 1.1.3; Bedrock API reference, InvokeModel and CountTokens
// (2026-08).

#include <optional>

#include "dialect/cloud_request.hpp"

namespace rlm::dialect {

/// `https://…` of a region.
std::string bedrock_base_url(std::string_view region);

/// A Messages body for `model`: an id, an inference profile's, or an ARN. `stream` chooses the path
/// and leaves the body, as the model does; the flags of anthropic-beta join the body. A token count
/// wraps the same body, with `max_tokens` when it has none. Errors as object_of() and beta_flags().
Result<CloudRequest> bedrock_request(std::string_view model, MessagesCall call,
                                     std::string_view body, const Headers& client,
                                     wire::JsonIndex& index);
/// The client's headers as they are sent: without anthropic-version and anthropic-beta, and asking
/// for JSON.
Headers bedrock_headers(const Headers& client);

/// What a client's path asks for.
struct BedrockPath {
  std::string model;
  MessagesCall call = MessagesCall::Create;
  bool stream = false;
};
/// Reads `/model/…/invoke`, `/invoke-with-response-stream` or `/count-tokens`; none when it is
/// another path.
std::optional<BedrockPath> read_bedrock_path(std::string_view path);

/// The client's request as the Messages API wants it. Errors as object_of() and beta_flags();
/// BadRequest for a token count that holds no InvokeModel body.
Result<MessagesRequest> messages_of_bedrock(const BedrockPath& path, const Headers& client,
                                            std::string_view body, wire::JsonIndex& index);

/// The body of a token count's answer, from Bedrock's form to the Messages API's and back. Protocol
/// (Source::Upstream) when there is no count in it.
Result<std::string> messages_count(std::string_view bedrock, wire::JsonIndex& index);
Result<std::string> bedrock_count(std::string_view messages, wire::JsonIndex& index);

}  // namespace rlm::dialect
