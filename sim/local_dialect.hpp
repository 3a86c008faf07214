#pragma once
// Messages as servers of one's own serve them (upstreams.md §8-§10).

#include "sim/messages_dialect.hpp"

namespace rlm::sim {

/// POST /v1/messages and, but for Ollama, /v1/messages/count_tokens. Models are listed by
/// Chat Completions' dialect.
class LocalMessagesDialect : public MessagesDialect {
 public:
  using MessagesDialect::MessagesDialect;

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;
  Transcript write(const Telling& telling) const override;
  Headers headers(std::string_view request_id, std::string_view content_type) const override;
  std::string keep_alive(bool) const override { return {}; }
  Refusal failure(int status) const override;
  std::string error_body(const Refusal& refusal, std::string_view request_id) const override;
};

}  // namespace rlm::sim
