#pragma once
// Anthropic Messages, as Anthropic, Microsoft Foundry and DeepSeek serve them.

#include "sim/dialect.hpp"

namespace rlm::sim {

/// POST /v1/messages and /v1/messages/count_tokens, GET /v1/models[/{id}], HEAD /api/hello; also
/// without /v1, and below /anthropic.
class MessagesDialect : public Dialect {
 public:
  explicit MessagesDialect(const SimConfig& config) : config_(config) {}

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;
  tl::expected<std::string, Refusal> page(const Incoming& incoming, const Target& target,
                                          wire::JsonIndex& index) const override;
  Transcript write(const Telling& telling) const override;
  Headers headers(std::string_view request_id, std::string_view content_type) const override;
  std::string keep_alive(bool streams) const override;
  Refusal failure(int status) const override;
  std::string error_body(const Refusal& refusal, std::string_view request_id) const override;

 protected:
  /// How a body is read: as config and the request's headers say.
  ReadOptions options_for(const Incoming& incoming, const Target& target) const;
  /// Refuses a model that is not served, and a prompt beyond its context.
  tl::expected<SimRequest, Refusal> read_as(const ReadOptions& options, std::string_view body,
                                            wire::JsonIndex& index) const;
  std::optional<Refusal> wrong_version(const Headers& headers) const;
  const SimConfig& config() const { return config_; }

 private:
  tl::expected<std::string, Refusal> models(std::string_view id) const;

  const SimConfig& config_;
};

}  // namespace rlm::sim
