#pragma once
// OpenAI's Chat Completions and Responses, as OpenAI and those who copied it serve them.

#include "sim/dialect.hpp"

namespace rlm::sim {

/// What Chat Completions and Responses share: credentials (bearer; Foundry takes `api-key` too,
/// local servers what local_caller() says), GET …/models[/{id}], GET /health of vLLM and llama.cpp,
/// headers and errors.
class OpenAiDialect : public Dialect {
 public:
  explicit OpenAiDialect(const SimConfig& config) : config_(config) {}

  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                  const Target& target) const override;
  tl::expected<std::string, Refusal> page(const Incoming& incoming, const Target& target,
                                          wire::JsonIndex& index) const override;
  Headers headers(std::string_view request_id, std::string_view content_type) const override;
  std::string_view stream_type() const override { return "text/event-stream"; }
  std::string keep_alive(bool streams) const override;
  std::string queued(bool streams) const override;
  Refusal failure(int status) const override;
  std::string error_body(const Refusal& refusal, std::string_view request_id) const override;
  std::string error_inside(const Refusal& refusal) const override;

 protected:
  /// The only path of an answer, e.g. "/chat/completions"; also below /v1, /openai/v1 and /api/v1,
  /// at a local server below /v1 alone.
  virtual std::string_view answer_path() const = 0;
  /// A request as read, or its refusal in the provider's words; refuses models that are not served
  /// and prompts beyond the context.
  tl::expected<SimRequest, Refusal> admitted(tl::expected<SimRequest, Refusal> request,
                                             const std::string& param) const;
  const SimConfig& config() const { return config_; }

 private:
  const SimConfig& config_;
};

/// POST …/chat/completions.
class ChatDialect : public OpenAiDialect {
 public:
  using OpenAiDialect::OpenAiDialect;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;
  Transcript write(const Telling& telling) const override;

 protected:
  std::string_view answer_path() const override { return "/chat/completions"; }
};

/// POST …/responses, and llama.cpp's …/responses/input_tokens.
class ResponsesDialect : public OpenAiDialect {
 public:
  using OpenAiDialect::OpenAiDialect;
  std::optional<Target> target_of(std::string_view path) const override;
  tl::expected<std::string, Refusal> page(const Incoming& incoming, const Target& target,
                                          wire::JsonIndex& index) const override;
  tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                         wire::JsonIndex& index) const override;
  Transcript write(const Telling& telling) const override;

 protected:
  std::string_view answer_path() const override { return "/responses"; }
};

}  // namespace rlm::sim
