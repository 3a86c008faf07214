#pragma once
// OpenAI's Chat Completions, as OpenAI, DeepSeek, OpenRouter and Microsoft Foundry serve them.

#include "sim/dialect.hpp"

namespace rlm::sim {

/// POST /v1/chat/completions, also without /v1 and below /openai or /api, and GET …/models[/{id}].
/// Credentials: bearer; Foundry takes `api-key` too.
class ChatDialect : public Dialect {
 public:
  explicit ChatDialect(const SimConfig& config) : config_(config) {}

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;
  tl::expected<std::string, Refusal> page(const Incoming& incoming, const Target& target,
                                          wire::JsonIndex& index) const override;
  Transcript write(const Telling& telling) const override;
  Headers headers(std::string_view request_id, std::string_view content_type) const override;
  std::string_view stream_type() const override { return "text/event-stream"; }
  std::string keep_alive(bool streams) const override;
  std::string queued(bool streams) const override;
  Refusal failure(int status) const override;
  std::string error_body(const Refusal& refusal, std::string_view request_id) const override;
  std::string error_inside(const Refusal& refusal) const override;

 private:
  const SimConfig& config_;
};

}  // namespace rlm::sim
