#pragma once
// Claude on Google Vertex AI: the model stands in the path, the version in the body.
// Sources: @anthropic-ai/vertex-sdk 1.1.3; platform.claude.com, Claude on Vertex AI (2026-08-22).

#include <optional>

#include "dialect/cloud_request.hpp"

namespace rlm::dialect {

struct VertexPlace {
  std::string project;
  std::string location;  // global, us, eu, or a region such as us-east5
};

/// `https://…` of a location.
std::string vertex_base_url(std::string_view location);

/// A Messages body for `model`, as the place knows it, without what Vertex AI refuses
/// (cloud_rules.hpp). `stream` stays in the body and chooses the path. A token count keeps its
/// model in the body. Errors as object_of().
Result<CloudRequest> vertex_request(const VertexPlace& place, std::string_view model,
                                    MessagesCall call, std::string_view body, const Headers& client,
                                    wire::JsonIndex& index);
/// The client's headers as they are sent: anthropic-beta stays but for flags that Vertex AI
/// refuses, anthropic-version does not.
Headers vertex_headers(const Headers& client);

/// What a client's path asks for.
struct VertexPath {
  VertexPlace place;
  std::string model;  // empty for a token count, whose body has it
  MessagesCall call = MessagesCall::Create;
  bool stream = false;
};
/// Reads `[/v1]/projects/…/publishers/anthropic/models/…:rawPredict` or `:streamRawPredict`; none
/// when it is another path.
std::optional<VertexPath> read_vertex_path(std::string_view path);

/// The client's request as the Messages API wants it. Errors as object_of() and beta_flags().
Result<MessagesRequest> messages_of_vertex(const VertexPath& path, const Headers& client,
                                           std::string_view body, wire::JsonIndex& index);

}  // namespace rlm::dialect
