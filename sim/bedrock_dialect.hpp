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

/// Messages behind AWS's signatures, a bearer key or `x-api-key`.
class SignedMessagesDialect : public MessagesDialect {
 public:
  using MessagesDialect::MessagesDialect;

  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;
  Headers headers(std::string_view request_id, std::string_view content_type) const override;

 protected:
  /// What signatures are for.
  virtual std::string_view service() const = 0;
  /// The status of a signature that is refused; one without its parts is a 400.
  virtual int wrong_signature() const = 0;
};

/// POST /anthropic/v1/messages and …/count_tokens; models are named "anthropic.…".
class MantleDialect : public SignedMessagesDialect {
 public:
  using SignedMessagesDialect::SignedMessagesDialect;

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;

 protected:
  std::string_view service() const override { return "bedrock-mantle"; }
  int wrong_signature() const override { return 403; }
};

/// Claude Platform on AWS: Anthropic's own API below /v1, for a workspace that a header names.
class PlatformDialect : public SignedMessagesDialect {
 public:
  using SignedMessagesDialect::SignedMessagesDialect;

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;

 protected:
  std::string_view service() const override { return "aws-external-anthropic"; }
  int wrong_signature() const override { return 401; }
};

}  // namespace rlm::sim
