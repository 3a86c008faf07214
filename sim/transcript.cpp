#include "sim/transcript.hpp"

#include <algorithm>
#include <optional>

#include "sim/local_server.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

using wire::json_string;
using Kind = ReplyBlock::Kind;
using Counts = MessagesRules::Counts;
using Signature = MessagesRules::Signature;

std::string frame_of(std::string_view event, std::string_view data) {
  std::string frame = "event: ";
  return frame.append(event).append("\ndata: ").append(data).append("\n\n");
}

std::string number(Tokens value) {
  return std::to_string(value);
}

// The counts that every usage object carries.
std::string counts(const Usage& usage, Tokens output, const MessagesRules& rules) {
  const std::string told = ",\"output_tokens\":" + number(output);
  if (rules.counts == Counts::Plain) return "\"input_tokens\":" + number(usage.prompt()) + told;
  const std::string read = ",\"cache_read_input_tokens\":" + number(usage.cache_read) + told;
  if (rules.counts == Counts::Cached) return "\"input_tokens\":" + number(usage.input) + read;
  return "\"input_tokens\":" + number(usage.input) +
         ",\"cache_creation_input_tokens\":" + number(usage.cache_write_5m + usage.cache_write_1h) +
         read;
}

std::string full_usage(const Usage& usage, Tokens output, const SimConfig& config) {
  const MessagesRules& rules = messages_rules_of(config.provider);
  std::string out = "{" + counts(usage, output, rules);
  if (rules.counts != Counts::Full) return out + "}";
  if (messages_cache_of(config.provider) == CacheKind::Explicit)
    out += ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":" + number(usage.cache_write_5m) +
           ",\"ephemeral_1h_input_tokens\":" + number(usage.cache_write_1h) + "}";
  return out + R"(,"service_tier":"standard","inference_geo":"not_available"})";
}

std::string safeguard_results(const Composed& answer, const SimRequest& request) {
  if (request.safeguards.empty()) return {};
  std::string calls;
  for (const ReplyBlock& block : answer.blocks) {
    if (block.kind != Kind::ToolUse) continue;
    calls += (calls.empty() ? "" : ",") + json_string(block.id) +
             R"(:{"type":"evaluated","outcome":"not_flagged"})";
  }
  std::string out = ",\"safeguard_results\":[";
  for (const std::string& type : request.safeguards)
    out += (out.back() == '[' ? "" : ",") + ("{\"type\":" + json_string(type)) +
           R"(,"status":{"type":"available","tool_uses":{)" + calls + "}}}";
  return out + "]";
}

std::string stop_fields(const Composed& answer, const SimRequest& request,
                        const MessagesRules& rules) {
  const bool hides = answer.stop_reason == "stop_sequence" && !rules.names_stop;
  std::string out = "\"stop_reason\":" + json_string(hides ? "end_turn" : answer.stop_reason);
  if (!answer.stop_sequence.empty() && !hides)
    out += ",\"stop_sequence\":" + json_string(answer.stop_sequence);
  else if (rules.nulls)
    out += ",\"stop_sequence\":null";
  return out + safeguard_results(answer, request);
}

std::string message_head(const Composed& answer, const SimRequest& request) {
  return "\"id\":" + json_string(answer.message_id) +
         R"(,"type":"message","role":"assistant","model":)" + json_string(request.model);
}

std::string signature_field(std::string_view signature, const MessagesRules& rules) {
  if (rules.signature == Signature::None) return {};
  return ",\"signature\":" + json_string(rules.signature == Signature::Empty ? "" : signature);
}

std::string start_of_block(const ReplyBlock& block, const MessagesRules& rules) {
  if (block.kind == Kind::Text) return R"({"type":"text","text":""})";
  if (block.kind == Kind::Thinking)
    return R"({"type":"thinking","thinking":"")" + signature_field("", rules) + "}";
  return "{\"type\":\"tool_use\",\"id\":" + json_string(block.id) +
         ",\"name\":" + json_string(block.name) + ",\"input\":{}}";
}

std::string delta_of(Kind kind, std::string_view piece) {
  if (kind == Kind::Text) return "{\"type\":\"text_delta\",\"text\":" + json_string(piece) + "}";
  if (kind == Kind::Thinking)
    return "{\"type\":\"thinking_delta\",\"thinking\":" + json_string(piece) + "}";
  return "{\"type\":\"input_json_delta\",\"partial_json\":" + json_string(piece) + "}";
}

class FrameWriter {
 public:
  FrameWriter(const Composed& answer, const SimRequest& request, const SimConfig& config)
      : answer_(answer),
        request_(request),
        config_(config),
        rules_(messages_rules_of(config.provider)) {}

  std::vector<Frame> write(const Usage& usage, bool with_usage) {
    const std::string start_usage =
        with_usage
            ? ",\"usage\":" + full_usage(usage, std::min<Tokens>(1, answer_.output_tokens), config_)
            : "";
    add("message_start", "{\"type\":\"message_start\",\"message\":{" +
                             message_head(answer_, request_) + ",\"content\":[]" +
                             (rules_.nulls ? R"(,"stop_reason":null,"stop_sequence":null)" : "") +
                             start_usage + "}}");
    if (rules_.pings) frames_.back().bytes += ping_frame();
    for (std::size_t i = 0; i < answer_.blocks.size(); ++i) add_block(i);
    done_ = answer_.bytes;
    add("message_delta", "{\"type\":\"message_delta\",\"delta\":{" +
                             stop_fields(answer_, request_, rules_) + "}" +
                             (with_usage ? end_usage(usage) : "") + "}");
    frames_.back().tokens = answer_.output_tokens;
    add("message_stop", R"({"type":"message_stop"})");
    frames_.back().tokens = answer_.output_tokens;
    return std::move(frames_);
  }

 private:
  std::string end_usage(const Usage& usage) const {
    return ",\"usage\":{" +
           (rules_.input_at_end ? counts(usage, answer_.output_tokens, rules_)
                                : "\"output_tokens\":" + number(answer_.output_tokens)) +
           "}";
  }

  void add(std::string_view event, const std::string& data) {
    frames_.push_back({frame_of(event, data), answer_.tokens_after(done_)});
  }

  void add_delta(const std::string& index, const std::string& delta) {
    add("content_block_delta",
        "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}");
  }

  void add_block(std::size_t at) {
    const ReplyBlock& block = answer_.blocks[at];
    const std::string index = std::to_string(at);
    const bool hidden = block.kind == Kind::Thinking && answer_.hide_thinking;
    add("content_block_start", "{\"type\":\"content_block_start\",\"index\":" + index +
                                   ",\"content_block\":" + start_of_block(block, rules_) + "}");
    done_ += block.name.size();
    if (block.kind == Kind::ToolUse) add_delta(index, delta_of(block.kind, ""));
    for (const std::string& piece : pieces_of(block, config_.tokens_per_event)) {
      done_ += piece.size();
      if (!hidden) add_delta(index, delta_of(block.kind, piece));
    }
    if (block.kind == Kind::Thinking && rules_.signature != Signature::None)
      add_delta(index,
                R"({"type":"signature_delta")" + signature_field(answer_.signature, rules_) + "}");
    add("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
  }

  const Composed& answer_;
  const SimRequest& request_;
  const SimConfig& config_;
  const MessagesRules& rules_;
  std::size_t done_ = 0;  // bytes of the answer that are out
  std::vector<Frame> frames_;
};

std::string whole_block(const Composed& answer, const ReplyBlock& block,
                        const MessagesRules& rules) {
  if (block.kind == Kind::Text)
    return "{\"type\":\"text\",\"text\":" + json_string(block.text) +
           (rules.nulls ? ",\"citations\":null}" : "}");
  if (block.kind == Kind::Thinking)
    return "{\"type\":\"thinking\",\"thinking\":" +
           json_string(answer.hide_thinking ? "" : block.text) +
           signature_field(answer.signature, rules) + "}";
  const bool unfinished = answer.cut && &block == &answer.blocks.back();
  return "{\"type\":\"tool_use\",\"id\":" + json_string(block.id) +
         ",\"name\":" + json_string(block.name) +
         ",\"input\":" + (unfinished || block.text.empty() ? "{}" : block.text) + "}";
}

std::string write_whole(const Composed& answer, const SimRequest& request, const Usage& usage,
                        const SimConfig& config, bool with_usage) {
  const MessagesRules& rules = messages_rules_of(config.provider);
  std::string out = "{" + message_head(answer, request) + ",\"content\":[";
  for (const ReplyBlock& block : answer.blocks) {
    if (&block != &answer.blocks.front()) out += ',';
    out += whole_block(answer, block, rules);
  }
  out += "]," + stop_fields(answer, request, rules);
  if (rules.nulls) out += ",\"stop_details\":null";
  if (with_usage) out += ",\"usage\":" + full_usage(usage, answer.output_tokens, config);
  if (rules.timings) out += timings_of(usage, answer.output_tokens);
  return out + "}";
}

void spoil(Transcript& script, const Fault& fault) {
  auto& frames = script.frames;
  const Frame failure{error_frame(fault.error_type, error_message_of(fault.error_type), ""), 0};
  switch (fault.kind) {
    case Fault::Kind::Malformed:
      frames[frames.size() / 2].bytes =
          frame_of("content_block_delta",
                   R"({"type":"content_block_delta","index":0,"delta":{"type":"text_del)");
      script.whole.resize(script.whole.size() / 2);
      break;
    case Fault::Kind::ErrorFirst:
      frames.assign(1, failure);
      break;
    case Fault::Kind::ErrorLater:
      frames.resize(frames.size() < 6 ? 1 : std::max<std::size_t>(3, frames.size() / 2));
      frames.push_back(Frame{failure.bytes, frames.back().tokens});
      break;
    case Fault::Kind::Cut:
      if (fault.at > 0) break;
      frames.pop_back();
      script.whole.resize(script.whole.size() / 2);
      break;
    default:
      break;
  }
}

}  // namespace

std::string ping_frame() {
  return frame_of("ping", R"({"type":"ping"})");
}

std::string error_json(std::string_view type, std::string_view message,
                       std::string_view request_id) {
  std::string out = "{\"type\":\"error\",\"error\":{\"type\":" + json_string(type) +
                    ",\"message\":" + json_string(message) + "}";
  if (!request_id.empty()) out += ",\"request_id\":" + json_string(request_id);
  return out + "}";
}

std::string error_body(CacheKind kind, std::string_view type, std::string_view message,
                       std::string_view request_id) {
  if (kind == CacheKind::Explicit) return error_json(type, message, request_id);
  return "{\"error\":{\"message\":" + json_string(message) + ",\"type\":" + json_string(type) +
         ",\"param\":null,\"code\":" + json_string(type) + "}}";
}

std::string error_frame(std::string_view type, std::string_view message,
                        std::string_view request_id) {
  return frame_of("error", error_json(type, message, request_id));
}

Transcript write_transcript(const Composed& answer, const SimRequest& request, const Usage& usage,
                            const SimConfig& config, const Fault& fault) {
  const bool with_usage = fault.kind != Fault::Kind::NoUsage;
  Transcript script;
  script.frames = FrameWriter(answer, request, config).write(usage, with_usage);
  script.told = with_usage ? std::min<Tokens>(1, answer.output_tokens) : 0;
  script.whole = write_whole(answer, request, usage, config, with_usage);
  spoil(script, fault);
  return script;
}

}  // namespace rlm::sim
