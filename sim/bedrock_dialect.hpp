#pragma once
// Claude on AWS: InvokeModel with its binary stream, and Messages behind AWS's signatures
// (upstreams.md §4).

#include "sim/messages_dialect.hpp"

namespace rlm::sim {

/// POST /model/ID/invoke, /model/ID/invoke-with-response-stream and /model/ID/count-tokens, which
/// wraps the body of an invoke in base64. The id is percent-encoded and
/// may have an inference profile's prefix and "anthropic." before a served model's name; but for
/// "global." everything costs a tenth more.
class BedrockDialect : public MessagesDialect {
 public:
  using MessagesDialect::MessagesDialect;

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;
  tl::expected<std::string, Refusal> page(const Incoming& incoming, const Target& target,
                                          wire::JsonIndex& index) const override;
  Transcript write(const Telling& telling) const override;
  Headers headers(std::string_view request_id, std::string_view content_type) const override;
  std::string_view stream_type() const override { return "application/vnd.amazon.eventstream"; }
  std::string keep_alive(bool) const override { return {}; }
  Refusal failure(int status) const override;
  std::string error_body(const Refusal& refusal, std::string_view request_id) const override;
  void add_error_headers(const Refusal& refusal, Headers& headers) const override;
};

/// POST /anthropic/v1/messages and …/count_tokens; models are named "anthropic.…".
class MantleDialect : public MessagesDialect {
 public:
  using MessagesDialect::MessagesDialect;

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;
  Headers headers(std::string_view request_id, std::string_view content_type) const override;
};

}  // namespace rlm::sim
