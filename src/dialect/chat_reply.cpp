#include "dialect/chat_reply.hpp"

#include "dialect/answer_sink.hpp"
#include "dialect/ask_tools.hpp"
#include "dialect/client_tool_id.hpp"
#include "dialect/json_copy.hpp"
#include "dialect/openai_error_reply.hpp"
#include "wire/json_text.hpp"
#include "wire/sse.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;

constexpr std::string_view kRefused = "The model declined to answer.";

// What the upstream's reason and the content imply: clients wait for a reason, and for this one
// before they run calls.
std::string_view finish_reason(const AnswerEnd& end, bool has_calls) {
  const std::string_view reason = end.stop_reason;
  if (reason == "max_tokens" || reason == "model_context_window_exceeded") return "length";
  if (reason == "refusal") return "content_filter";
  return reason == "tool_use" || has_calls ? "tool_calls" : "stop";
}

void append_refusal(std::string& out, const AnswerEnd& end) {
  wire::append_json_string(out,
                           end.explanation.empty() ? kRefused : std::string_view(end.explanation));
}

void append_usage(std::string& out, const AnswerEnd& end) {
  const Usage& usage = end.usage;
  const auto number = [&out](std::string_view key, Tokens tokens) {
    out += key;
    out += std::to_string(tokens);
  };
  number(R"({"prompt_tokens":)", usage.prompt());
  number(R"(,"completion_tokens":)", usage.output);
  number(R"(,"total_tokens":)", usage.prompt() + usage.output);
  number(R"(,"prompt_tokens_details":{"cached_tokens":)", usage.cache_read);
  number(R"(,"cache_write_tokens":)", usage.cache_write_5m + usage.cache_write_1h);
  number(R"(},"completion_tokens_details":{"reasoning_tokens":)", end.thinking_tokens);
  out += "}}";
}

/// `"id":…,"object":…,"created":…,"model":…`.
std::string head_of(std::string_view id, std::string_view object, std::int64_t created,
                    std::string_view model) {
  std::string head = R"({"id":)";
  wire::append_json_string(head, "chatcmpl-" + std::string(id));
  head += R"(,"object":")";
  head += object;
  head += R"(","created":)" + std::to_string(created) + R"(,"model":)";
  wire::append_json_string(head, model);
  return head;
}

/// Appends `"id":…,"type":"function","function":{"name":…,"arguments":"`, or the same of a custom
/// tool; `"}` has to follow its input.
void append_call_head(std::string& out, const Ask& ask, JsonValue block, const AskedTool*& tool) {
  const std::string name = block.member("name").string();
  tool = ask.special_tool(name);
  const bool is_custom = tool != nullptr && tool->is_custom;
  out += R"("id":)";
  wire::append_json_string(out, client_tool_id(block.member("id").string()));
  out += is_custom ? R"(,"type":"custom","custom":{"name":)"
                   : R"(,"type":"function","function":{"name":)";
  wire::append_json_string(out, tool != nullptr ? tool->client_name : name);
  out += is_custom ? R"(,"input":")" : R"(,"arguments":")";
}

class ChunkWriter final : public AnswerSink {
 public:
  ChunkWriter(const Ask& ask, std::int64_t created) : ask_(ask), created_(created) {}

  void start(std::string_view id, std::string& out) override {
    head_ =
        "data: " + head_of(id, "chat.completion.chunk", created_, ask_.model) + R"(,"choices":[)";
    open(out);
    out += R"("role":"assistant","content":"")";
    close(out);
  }

  void begin_block(BlockKind kind, JsonValue block, std::string& out) override {
    kind_ = kind;
    if (kind != BlockKind::ToolUse) return;
    open_call(out);
    out += ',';
    append_call_head(out, ask_, block, tool_);
    out += "\"}";
    close_call(out);
  }

  void text(std::string_view inside, std::string& out) override {
    if (kind_ == BlockKind::ToolUse) {
      if (is_custom())
        held_ += inside;  // the text within cannot be told before it is whole
      else
        append_input(R"(,"function":{"arguments":")", inside, out);
      return;
    }
    open(out);
    out += kind_ == BlockKind::Text ? R"("content":")" : R"("reasoning_content":")";
    out += inside;
    out += '"';
    close(out);
  }

  void signature(std::string_view) override {}

  void end_block(std::string& out) override {
    if (kind_ != BlockKind::ToolUse) return;
    if (is_custom()) append_input(R"(,"custom":{"input":")", text_of_custom_input(held_), out);
    held_.clear();
    tool_ = nullptr;
    ++calls_;
  }

  void finish(const AnswerEnd& end, std::string& out) override {
    if (end.stop_reason == "refusal") {
      open(out);
      out += R"("refusal":)";
      append_refusal(out, end);
      close(out);
    }
    open(out);
    out += R"(},"finish_reason":")";
    out += finish_reason(end, calls_ > 0);
    out += R"("}])";
    out += ask_.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
    if (ask_.include_usage) {
      out += head_;
      out += R"(],"usage":)";
      append_usage(out, end);
      out += "}\n\n";
    }
    out += "data: [DONE]\n\n";
  }

  void error(std::string_view envelope, std::string& out) override {
    wire::append_sse(out, "", openai_error_body(openai_fault(0, envelope)));
  }

  void ping(std::string& out) override { out += ": ping\n\n"; }

 private:
  bool is_custom() const { return tool_ != nullptr && tool_->is_custom; }
  void open(std::string& out) const {
    out += head_;
    out += R"({"index":0,"delta":{)";
  }
  void close(std::string& out) const {
    out += R"(},"finish_reason":null}])";
    out += ask_.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
  }
  void open_call(std::string& out) const {
    open(out);
    out += R"("tool_calls":[{"index":)";
    out += std::to_string(calls_);
  }
  void close_call(std::string& out) const {
    out += "}]";
    close(out);
  }
  void append_input(std::string_view key, std::string_view inside, std::string& out) const {
    open_call(out);
    out += key;
    out += inside;
    out += "\"}";
    close_call(out);
  }

  const Ask& ask_;
  std::int64_t created_;
  std::string head_;  // what all chunks begin with
  BlockKind kind_ = BlockKind::Text;
  const AskedTool* tool_ = nullptr;
  std::string held_;
  int calls_ = 0;
};

class CompletionWriter final : public AnswerSink {
 public:
  CompletionWriter(const Ask& ask, std::int64_t created) : ask_(ask), created_(created) {}

  void start(std::string_view id, std::string&) override { id_ = id; }

  void begin_block(BlockKind kind, JsonValue block, std::string&) override {
    kind_ = kind;
    if (kind != BlockKind::ToolUse) return;
    calls_ += calls_.empty() ? "{" : ",{";
    append_call_head(calls_, ask_, block, tool_);
  }

  void text(std::string_view inside, std::string&) override {
    if (kind_ == BlockKind::Text) content_ += inside;
    if (kind_ == BlockKind::Thinking) reasoning_ += inside;
    if (kind_ == BlockKind::ToolUse) held_ += inside;
  }

  void signature(std::string_view) override {}

  void end_block(std::string&) override {
    if (kind_ != BlockKind::ToolUse) return;
    calls_ += tool_ != nullptr && tool_->is_custom ? text_of_custom_input(held_) : held_;
    calls_ += "\"}}";
    held_.clear();
  }

  void finish(const AnswerEnd& end, std::string& out) override {
    out += head_of(id_, "chat.completion", created_, ask_.model);
    out += R"(,"choices":[{"index":0,"message":{"role":"assistant","content":)";
    if (content_.empty() && !calls_.empty())
      out += "null";
    else
      append_quoted(out, content_);
    out += R"(,"refusal":)";
    if (end.stop_reason == "refusal")
      append_refusal(out, end);
    else
      out += "null";
    if (!reasoning_.empty()) {
      out += R"(,"reasoning_content":)";
      append_quoted(out, reasoning_);
    }
    if (!calls_.empty()) out += R"(,"tool_calls":[)" + calls_ + "]";
    out += R"(},"logprobs":null,"finish_reason":")";
    out += finish_reason(end, !calls_.empty());
    out += R"("}],"usage":)";
    append_usage(out, end);
    out += '}';
  }

  void error(std::string_view envelope, std::string& out) override {
    out += openai_error_body(openai_fault(0, envelope));
  }

  void ping(std::string&) override {}

 private:
  static void append_quoted(std::string& out, std::string_view inside) {
    out += '"';
    out += inside;
    out += '"';
  }

  const Ask& ask_;
  std::int64_t created_;
  std::string id_;
  BlockKind kind_ = BlockKind::Text;
  const AskedTool* tool_ = nullptr;
  std::string content_, reasoning_, calls_, held_;  // insides of strings; JSON
};

}  // namespace

std::unique_ptr<AnswerTranslator> chat_reply(const Ask& ask, std::int64_t created_unix_s,
                                             bool streamed) {
  if (streamed) return messages_reader(std::make_unique<ChunkWriter>(ask, created_unix_s), true);
  return messages_reader(std::make_unique<CompletionWriter>(ask, created_unix_s), false);
}

}  // namespace rlm::dialect
