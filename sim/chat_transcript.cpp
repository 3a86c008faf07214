#include "sim/chat_transcript.hpp"

#include <algorithm>
#include <utility>

#include "sim/chat_usage.hpp"
#include "sim/local_server.hpp"
#include "sim/openai_error.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

using Kind = ReplyBlock::Kind;
using wire::json_string;

// What is common to chunks and whole answers.
class ChatWriter {
 public:
  ChatWriter(const Telling& telling, const SimConfig& config)
      : telling_(telling), config_(config), answer_(telling.answer) {}

  std::string head(std::string_view object) const {
    const std::string id = answer_.message_id.substr(answer_.message_id.find('_') + 1);
    const bool routed = config_.provider == Provider::OpenRouter;
    return "\"id\":" + json_string((routed ? "gen-" : "chatcmpl-") + id) + ",\"object\":\"" +
           std::string(object) + "\",\"created\":" + std::to_string(telling_.began.value / 1000) +
           ",\"model\":" + json_string(telling_.request.model) +
           (routed ? R"(,"provider":"Simulated")" : fingerprint());
  }
  const char* fingerprint() const {
    if (config_.provider == Provider::Vllm) return "";
    if (config_.provider == Provider::Ollama) return R"(,"system_fingerprint":"fp_ollama")";
    return R"(,"system_fingerprint":"fp_simulated")";
  }
  std::string timings() const {
    if (config_.provider != Provider::LlamaCpp) return {};
    return timings_of(telling_.usage, answer_.output_tokens);
  }
  bool is(Fault::Kind kind) const { return telling_.fault.kind == kind; }
  bool refuses() const { return answer_.stop_reason == "refusal"; }
  std::string_view text_key() const { return refuses() ? "refusal" : "content"; }
  /// Empty: this provider keeps its reasoning to itself.
  std::string_view reasoning_key() const {
    if (answer_.hide_thinking || config_.provider == Provider::OpenAi) return {};
    const bool short_name = config_.provider == Provider::OpenRouter ||
                            config_.provider == Provider::Ollama ||
                            config_.provider == Provider::Vllm;
    return short_name ? "reasoning" : "reasoning_content";
  }
  std::string finish() const {
    if (is(Fault::Kind::StopWithTools)) return "stop";
    return finish_reason_of(answer_.stop_reason);
  }
  std::string usage(Tokens output) const { return chat_usage(telling_, output, config_); }
  std::string joined(Kind kind) const {
    std::string text;
    for (const ReplyBlock& block : answer_.blocks)
      if (block.kind == kind) text += block.text;
    return text;
  }
  std::string calls(bool with_index) const {
    std::string out;
    int index = 0;
    for (const ReplyBlock& block : answer_.blocks) {
      if (block.kind != Kind::ToolUse) continue;
      out += (out.empty() ? "{" : ",{");
      if (with_index) out += "\"index\":" + std::to_string(index++) + ",";
      out += call_body(block) + "}";
    }
    return out;
  }
  static std::string call_body(const ReplyBlock& block) {
    return call_head(block) + ",\"function\":{\"name\":" + json_string(block.name) +
           ",\"arguments\":" + json_string(block.text) + "}";
  }
  static std::string call_head(const ReplyBlock& block) {
    return "\"id\":" + json_string(block.id) + R"(,"type":"function")";
  }
  /// The members of a message, or of the delta of a stream that is one chunk.
  std::string message(bool in_stream) const {
    const std::string text = joined(Kind::Text);
    std::string out = "\"role\":\"assistant\",\"content\":" +
                      (refuses() || text.empty() ? "null" : json_string(text)) +
                      ",\"refusal\":" + (refuses() ? json_string(text) : "null");
    const std::string reasoning = joined(Kind::Thinking);
    if (!reasoning_key().empty() && !reasoning.empty())
      out += ",\"" + std::string(reasoning_key()) + "\":" + json_string(reasoning);
    const std::string called = calls(in_stream && !is(Fault::Kind::NoIndex));
    return called.empty() ? out : out + ",\"tool_calls\":[" + called + "]";
  }

 protected:
  const Telling& telling_;
  const SimConfig& config_;
  const Composed& answer_;
};

class ChunkWriter : public ChatWriter {
 public:
  using ChatWriter::ChatWriter;

  std::vector<Frame> write() {
    begin();
    if (is(Fault::Kind::OneChunk)) {
      done_ = answer_.bytes;
      add(message(true), finish());
    } else {
      add("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null");
      add_texts(Kind::Thinking, reasoning_key());
      add_texts(Kind::Text, text_key());
      add_calls();
      done_ = answer_.bytes;
      add(held_, finish());
    }
    end();
    return std::move(frames_);
  }

 private:
  struct Fragment {
    std::string json;
    std::size_t bytes;
  };

  static Frame frame_of(const std::string& data, Tokens tokens) {
    return {"data: " + data + "\n\n", tokens};
  }

  // What some providers say before the model does.
  void begin() {
    if (config_.provider == Provider::OpenRouter)
      frames_.push_back({": OPENROUTER PROCESSING\n\n", 0});
    if (config_.provider == Provider::Foundry)
      frames_.push_back(frame_of(
          R"({"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[)"
          R"({"prompt_index":0,"content_filter_results":{}}]})",
          0));
  }

  std::string chunk(const std::string& choices, const std::string& usage) const {
    std::string out = "{" + head("chat.completion.chunk") + ",\"choices\":[" + choices + "]";
    if (!usage.empty()) out += ",\"usage\":" + usage;
    if (!usage.empty() && usage != "null") out += timings();
    if (config_.provider == Provider::OpenAi)
      out += R"(,"service_tier":"default","obfuscation":"aB3")";
    return out + "}";
  }

  void add(const std::string& delta, const std::string& finish = {}) {
    const Tokens tokens = answer_.tokens_after(done_);
    const bool counts = telling_.request.wants_usage && !is(Fault::Kind::NoUsage);
    std::string usage = counts && !is_local(config_.provider) ? "null" : "";
    if (is(Fault::Kind::UsageEverywhere)) usage = this->usage(tokens);
    frames_.push_back(frame_of(
        chunk("{\"index\":0,\"delta\":{" + delta + R"(},"logprobs":null,"finish_reason":)" +
                  (finish.empty() ? "null" : json_string(finish)) + "}",
              usage),
        tokens));
  }

  // The last piece waits for the finish_reason where the fault says so.
  void add_texts(Kind kind, std::string_view key) {
    const bool holds = kind == Kind::Text && is(Fault::Kind::FinishWithContent);
    for (const ReplyBlock& block : answer_.blocks) {
      if (block.kind != kind) continue;
      for (const std::string& piece : pieces_of(block, config_.tokens_per_event)) {
        done_ += piece.size();
        if (key.empty()) continue;
        if (!held_.empty()) add(std::exchange(held_, {}));
        const std::string delta = "\"" + std::string(key) + "\":" + json_string(piece);
        if (holds)
          held_ = delta;
        else
          add(delta);
      }
    }
    if (holds && calls_tools()) add(std::exchange(held_, {}));
  }

  bool calls_tools() const {
    return std::any_of(answer_.blocks.begin(), answer_.blocks.end(),
                       [](const auto& block) { return block.kind == Kind::ToolUse; });
  }

  std::vector<Fragment> fragments_of(const ReplyBlock& block, int index) const {
    const std::string place = is(Fault::Kind::NoIndex) ? "" : "\"index\":" + std::to_string(index);
    const std::string comma = place.empty() ? "" : ",";
    if (config_.provider == Provider::Ollama)  // calls come whole
      return {
          {"{" + place + comma + call_body(block) + "}", block.name.size() + block.text.size()}};
    std::vector<Fragment> fragments;
    fragments.push_back({"{" + place + comma + call_head(block) + ",\"function\":{\"name\":" +
                             json_string(block.name) + ",\"arguments\":\"\"}}",
                         block.name.size()});
    const bool repeats = is(Fault::Kind::RepeatedId);
    for (const std::string& piece : pieces_of(block, config_.tokens_per_event)) {
      const std::string again = repeats ? call_head(block) + "," : "";
      const std::string name = repeats ? "\"name\":" + json_string(block.name) + "," : "";
      fragments.push_back({"{" + place + comma + again + "\"function\":{" + name +
                               "\"arguments\":" + json_string(piece) + "}}",
                           piece.size()});
    }
    return fragments;
  }

  void add_calls() {
    std::vector<std::vector<Fragment>> calls;
    for (const ReplyBlock& block : answer_.blocks)
      if (block.kind == Kind::ToolUse)
        calls.push_back(fragments_of(block, static_cast<int>(calls.size())));
    const auto add_fragment = [&](const Fragment& fragment) {
      done_ += fragment.bytes;
      add("\"tool_calls\":[" + fragment.json + "]");
    };
    if (!is(Fault::Kind::Interleaved)) {
      for (const auto& fragments : calls)
        for (const Fragment& fragment : fragments) add_fragment(fragment);
      return;
    }
    std::size_t longest = 0;
    for (const auto& fragments : calls) longest = std::max(longest, fragments.size());
    for (std::size_t i = 0; i < longest; ++i)
      for (const auto& fragments : calls)
        if (i < fragments.size()) add_fragment(fragments[i]);
  }

  void end() {
    const Tokens all = answer_.output_tokens;
    frames_.back().tokens = all;
    const bool last = telling_.request.wants_usage && !is(Fault::Kind::NoUsage);
    const std::string choices =
        config_.provider == Provider::OpenRouter
            ? R"({"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null})"
            : "";
    if (last) frames_.push_back(frame_of(chunk(choices, usage(all)), all));
    if (!is(Fault::Kind::NoDone)) frames_.push_back(frame_of("[DONE]", all));
  }

  std::size_t done_ = 0;  // bytes of the answer that are out
  std::string held_;      // a delta that waits for the finish_reason
  std::vector<Frame> frames_;
};

std::string write_whole(const Telling& telling, const SimConfig& config) {
  const ChatWriter writer(telling, config);
  std::string out = "{" + writer.head("chat.completion") +
                    ",\"choices\":[{\"index\":0,\"message\":{" + writer.message(false) +
                    R"(},"logprobs":null,"finish_reason":)" + json_string(writer.finish()) + "}]";
  if (!writer.is(Fault::Kind::NoUsage))
    out += ",\"usage\":" + writer.usage(telling.answer.output_tokens);
  return out + writer.timings() + "}";
}

std::string error_data(const Telling& telling, const SimConfig& config) {
  const Refusal refusal =
      openai_failure(config.provider, status_of_error(telling.fault.error_type));
  const std::string error = openai_error_json(config.provider, refusal);
  if (config.provider != Provider::OpenRouter) return error;
  return "{" + ChatWriter(telling, config).head("chat.completion.chunk") + "," +
         error.substr(1, error.size() - 2) +
         R"(,"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]})";
}

void spoil(Transcript& script, const Telling& telling, const SimConfig& config) {
  auto& frames = script.frames;
  const Fault& fault = telling.fault;
  const auto frame = [](const std::string& data, Tokens tokens) {
    return Frame{"data: " + data + "\n\n", tokens};
  };
  switch (fault.kind) {
    case Fault::Kind::Malformed:
      frames[frames.size() / 2].bytes = "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"del\n\n";
      script.whole.resize(script.whole.size() / 2);
      break;
    case Fault::Kind::ErrorFirst:
      frames.assign(1, frame(error_data(telling, config), 0));
      break;
    case Fault::Kind::ErrorLater:
      frames.resize(std::max<std::size_t>(1, frames.size() / 2));
      frames.push_back(frame(error_data(telling, config), frames.back().tokens));
      break;
    case Fault::Kind::Cut: {
      if (fault.at > 0) break;
      const bool counted = telling.request.wants_usage;  // behind the finish_reason: usage, [DONE]
      frames.resize(frames.size() - (counted ? 3 : 2));
      script.whole.resize(script.whole.size() / 2);
      break;
    }
    default:
      break;
  }
}

}  // namespace

std::string finish_reason_of(std::string_view stop_reason) {
  if (stop_reason == "max_tokens" || stop_reason == "model_context_window_exceeded")
    return "length";
  if (stop_reason == "tool_use") return "tool_calls";
  if (stop_reason == "end_turn" || stop_reason == "stop_sequence" || stop_reason == "refusal" ||
      stop_reason == "pause_turn")
    return "stop";
  return std::string(stop_reason);
}

Transcript write_chat(const Telling& telling, const SimConfig& config) {
  Transcript script;
  script.frames = ChunkWriter(telling, config).write();
  script.whole = write_whole(telling, config);
  spoil(script, telling, config);
  return script;
}

}  // namespace rlm::sim
