#pragma once
// A model behind no socket: calls that give prepared pieces, for tests of what stands in front of a
// ModelClient.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "upstream/model_client.hpp"

namespace rlm::test {

/// How one call goes.
struct ScriptedCall {
  int status = 200;
  Headers headers{{"content-type", "text/event-stream"}};
  std::vector<std::string> pieces{};
  std::optional<Error> refusal{};  // of open()
  std::optional<Error> failure{};  // after the pieces, instead of their end
  net::Sending sending{true};      // how far its request went
};

/// What a test sees of all calls.
struct ScriptedLog {
  std::vector<std::string> bodies;
  int closed_early = 0;  // destroyed before their end was read
};

class ScriptedModelCall final : public upstream::ModelCall {
 public:
  ScriptedModelCall(ScriptedCall script, ScriptedLog& log)
      : script_(std::move(script)), log_(log) {}
  ~ScriptedModelCall() override {
    if (!ended_) ++log_.closed_early;
  }
  int status() const override { return script_.status; }
  const Headers& headers() const override { return script_.headers; }
  std::optional<std::uint64_t> content_length() const override { return std::nullopt; }
  Milliseconds first_byte_after() const override { return Milliseconds(3); }

  net::Task<Result<net::HttpCall::Piece>> read() override {
    if (next_ < script_.pieces.size()) {
      const bool last = next_ + 1 == script_.pieces.size() && !script_.failure;
      ended_ = last;
      co_return net::HttpCall::Piece{script_.pieces[next_++], last};
    }
    if (script_.failure) co_return fail(*script_.failure);
    ended_ = true;
    co_return net::HttpCall::Piece{{}, true};
  }
  net::Task<Result<std::string>> read_all(std::size_t) override {
    std::string all;
    for (; next_ < script_.pieces.size(); ++next_) all += script_.pieces[next_];
    if (script_.failure) co_return fail(*script_.failure);
    ended_ = true;
    co_return all;
  }

 private:
  ScriptedCall script_;
  ScriptedLog& log_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

/// Gives its calls in order; one more is Unreachable.
class ScriptedModel final : public upstream::ModelClient {
 public:
  explicit ScriptedModel(std::vector<ScriptedCall> calls) : calls_(calls.begin(), calls.end()) {
    config_.name = "scripted";
    config_.model = "scripted-1";
    config_.retry.backoff = Milliseconds(0);
  }
  upstream::EndpointConfig& settings() { return config_; }
  const ScriptedLog& log() const { return log_; }

  const upstream::EndpointConfig& config() const override { return config_; }
  net::Task<Result<std::unique_ptr<upstream::ModelCall>>> open(const upstream::CallRequest& request,
                                                               net::StopSource& stop,
                                                               net::Sending& sending) override {
    log_.bodies.emplace_back(request.body == nullptr ? "" : request.body->joined().view());
    if (stop.stopped()) co_return fail(ErrorKind::Cancelled, Source::Client, "the client left");
    if (calls_.empty()) co_return fail(ErrorKind::Unreachable, Source::Upstream, "no call is left");
    ScriptedCall script = std::move(calls_.front());
    calls_.pop_front();
    sending = script.sending;
    if (script.refusal) co_return fail(*script.refusal);
    std::unique_ptr<upstream::ModelCall> call =
        std::make_unique<ScriptedModelCall>(std::move(script), log_);
    co_return call;
  }

 private:
  std::deque<ScriptedCall> calls_;
  upstream::EndpointConfig config_;
  ScriptedLog log_;
};

/// Text of a stream's events, for scripts.
inline std::string start_event(int input_tokens = 7) {
  return "event: message_start\ndata: "
         "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"role\":\"assistant\","
         "\"model\":\"m\","
         "\"usage\":{\"input_tokens\":" +
         std::to_string(input_tokens) + ",\"output_tokens\":1}}}\n\n";
}
inline std::string block_start_event(int index,
                                     const std::string& block = R"({"type":"text","text":""})") {
  return "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":" +
         std::to_string(index) + ",\"content_block\":" + block + "}\n\n";
}
inline std::string text_event(int index, const std::string& text) {
  return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":" +
         std::to_string(index) + ",\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text +
         "\"}}\n\n";
}
inline std::string block_stop_event(int index) {
  return "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":" +
         std::to_string(index) + "}\n\n";
}
inline std::string end_events(int output_tokens = 5, const std::string& stop_reason = "end_turn") {
  return "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" +
         stop_reason + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":" +
         std::to_string(output_tokens) +
         "}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
}
/// A whole streamed answer of one text.
inline std::string text_stream(const std::string& text) {
  return start_event() + block_start_event(0) + text_event(0, text) + block_stop_event(0) +
         end_events();
}

}  // namespace rlm::test
