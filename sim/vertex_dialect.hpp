#pragma once
// Claude on Google Vertex AI: Messages behind Google's paths, tokens and errors (upstreams.md §2).

#include "sim/messages_dialect.hpp"

namespace rlm::sim {

/// POST /v1/projects/P/locations/L/publishers/anthropic/models/M:rawPredict or :streamRawPredict,
/// …/models/count-tokens:rawPredict, POST /token, and the metadata server's token path. Outside
/// `global` everything costs a tenth more.
class VertexDialect : public MessagesDialect {
 public:
  using MessagesDialect::MessagesDialect;

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;
  tl::expected<std::string, Refusal> page(const Incoming& incoming, const Target& target,
                                          wire::JsonIndex& index) const override;
  Headers headers(std::string_view request_id, std::string_view content_type) const override;
  Refusal failure(int status) const override;
  std::string error_body(const Refusal& refusal, std::string_view request_id) const override;

 private:
  std::optional<Refusal> wrong_resource(const Target& target) const;
};

}  // namespace rlm::sim
