#include "dialect/responses_reply.hpp"

#include "dialect/answer_sink.hpp"
#include "dialect/ask_tools.hpp"
#include "dialect/client_tool_id.hpp"
#include "dialect/json_copy.hpp"
#include "dialect/openai_error_reply.hpp"
#include "dialect/response_object.hpp"
#include "dialect/sealed_thinking.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Kind = ResponseItem::Kind;

constexpr std::string_view kRefused = "The model declined to answer.";
constexpr int kPingsPerSign = 8;  // of at most 14 s each; Codex gives up after 300 s

/// The events of a response, in order. A whole response writes none.
class ResponseEvents {
 public:
  explicit ResponseEvents(bool streamed) : streamed_(streamed) {}

  bool streamed() const { return streamed_; }

  /// Begins an event; its members follow, then close().
  void open(std::string& out, std::string_view type) {
    out += "event: ";
    out += type;
    out += "\ndata: {\"type\":\"";
    out += type;
    out += R"(","sequence_number":)";
    out += std::to_string(number_++);
  }
  static void close(std::string& out) { out += "}\n\n"; }

 private:
  bool streamed_;
  std::int64_t number_ = 0;
};

class ResponseWriter final : public AnswerSink {
 public:
  ResponseWriter(const Ask& ask, std::int64_t created, bool streamed)
      : ask_(ask), events_(streamed) {
    state_.created_unix_s = created;
  }

  void start(std::string_view id, std::string& out) override {
    id_ = id;
    started_ = true;
    tell_response("response.created", out);
    tell_response("response.in_progress", out);
  }
  void begin_block(BlockKind kind, JsonValue block, std::string& out) override;
  void text(std::string_view inside, std::string& out) override;
  void signature(std::string_view inside) override { signature_ = inside; }
  void end_block(std::string& out) override;
  void finish(const AnswerEnd& end, std::string& out) override;
  void error(std::string_view envelope, std::string& out) override;
  void ping(std::string& out) override {
    if (!events_.streamed()) return;
    out += ": ping\n\n";
    if (++pings_ % kPingsPerSign == 0 && started_) tell_response("response.in_progress", out);
  }

 private:
  void tell_response(std::string_view type, std::string& out);
  void tell_item(std::string_view type, bool whole, std::string& out);
  void tell_part(std::string_view type, std::string_view inside, std::string& out);
  void tell_text(std::string_view type, std::string_view key, std::string_view inside,
                 std::string& out);
  void append_place(std::string& out) const;
  void begin_item(Kind kind, std::string_view prefix, std::string& out);
  void begin_call(JsonValue block);
  void begin_part(std::string& out);
  void end_item(std::string& out);
  void tell_refusal(const AnswerEnd& end, std::string& out);

  const Ask& ask_;
  ResponseEvents events_;
  ResponseState state_;
  std::string id_;
  bool started_ = false;
  int pings_ = 0;          // in a row
  std::size_t count_ = 0;  // of whole items
  std::string items_;      // whole ones, as JSON
  ResponseItem item_;      // the open one
  bool has_part_ = false;
  std::string signature_;
  std::string redacted_;
};

// What an event of a kind of item is called: its parts, its text.
struct EventNames {
  std::string_view part_added, part_done, text_delta, text_done, text_key, index_key;
};

const EventNames& names_of(Kind kind) {
  static constexpr EventNames kText{"response.content_part.added",
                                    "response.content_part.done",
                                    "response.output_text.delta",
                                    "response.output_text.done",
                                    "text",
                                    "content_index"};
  static constexpr EventNames kRefusal{"response.content_part.added",
                                       "response.content_part.done",
                                       "response.refusal.delta",
                                       "response.refusal.done",
                                       "refusal",
                                       "content_index"};
  static constexpr EventNames kReasoning{"response.reasoning_summary_part.added",
                                         "response.reasoning_summary_part.done",
                                         "response.reasoning_summary_text.delta",
                                         "response.reasoning_summary_text.done",
                                         "text",
                                         "summary_index"};
  static constexpr EventNames kFunction{"",
                                        "",
                                        "response.function_call_arguments.delta",
                                        "response.function_call_arguments.done",
                                        "arguments",
                                        ""};
  static constexpr EventNames kCustom{
      "",      "", "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done",
      "input", ""};
  switch (kind) {
    case Kind::Message:
      return kText;
    case Kind::Refusal:
      return kRefusal;
    case Kind::Reasoning:
      return kReasoning;
    case Kind::FunctionCall:
      return kFunction;
    case Kind::CustomCall:
      break;
  }
  return kCustom;
}

void ResponseWriter::tell_response(std::string_view type, std::string& out) {
  if (!events_.streamed()) return;
  events_.open(out, type);
  out += R"(,"response":)";
  state_.id = id_;
  append_response(out, ask_, state_);
  ResponseEvents::close(out);
}

void ResponseWriter::tell_item(std::string_view type, bool whole, std::string& out) {
  if (!events_.streamed()) return;
  events_.open(out, type);
  out += R"(,"output_index":)" + std::to_string(count_) + R"(,"item":)";
  append_item(out, item_, whole);
  ResponseEvents::close(out);
}

void ResponseWriter::append_place(std::string& out) const {
  out += R"(,"item_id":)";
  wire::append_json_string(out, item_.id);
  out += R"(,"output_index":)";
  out += std::to_string(count_);
  const std::string_view index_key = names_of(item_.kind).index_key;
  if (index_key.empty()) return;
  out += ",\"";
  out += index_key;
  out += "\":0";
}

void ResponseWriter::tell_part(std::string_view type, std::string_view inside, std::string& out) {
  if (!events_.streamed()) return;
  events_.open(out, type);
  append_place(out);
  out += R"(,"part":)";
  append_item_part(out, item_.kind, inside);
  ResponseEvents::close(out);
}

void ResponseWriter::tell_text(std::string_view type, std::string_view key, std::string_view inside,
                               std::string& out) {
  if (!events_.streamed()) return;
  events_.open(out, type);
  append_place(out);
  out += ",\"";
  out += key;
  out += "\":\"";
  out += inside;
  out += '"';
  if (item_.kind == Kind::Message) out += R"(,"logprobs":[])";
  ResponseEvents::close(out);
}

void ResponseWriter::begin_item(Kind kind, std::string_view prefix, std::string& out) {
  pings_ = 0;
  item_.kind = kind;
  item_.id = prefix;
  item_.id += id_;
  item_.id += '_';
  item_.id += std::to_string(count_);
  item_.text.clear();
  item_.sealed.clear();
  has_part_ = false;
  tell_item("response.output_item.added", false, out);
}

void ResponseWriter::begin_call(JsonValue block) {
  const std::string name = block.member("name").string();
  const AskedTool* tool = ask_.special_tool(name);
  item_.kind = tool != nullptr && tool->is_custom ? Kind::CustomCall : Kind::FunctionCall;
  item_.call_id = client_tool_id(block.member("id").string());
  item_.name = tool != nullptr ? tool->client_name : name;
  item_.name_space = tool != nullptr ? tool->name_space : std::string();
}

void ResponseWriter::begin_part(std::string& out) {
  if (has_part_) return;
  has_part_ = true;
  tell_part(names_of(item_.kind).part_added, "", out);
}

void ResponseWriter::begin_block(BlockKind kind, JsonValue block, std::string& out) {
  signature_.clear();
  redacted_.clear();
  if (kind == BlockKind::Text) {
    begin_item(Kind::Message, "msg_", out);
    begin_part(out);
  } else if (kind == BlockKind::ToolUse) {
    begin_call(block);
    begin_item(item_.kind, item_.kind == Kind::CustomCall ? "ctc_" : "fc_", out);
  } else {
    append_inside(redacted_, block.member("data"));
    begin_item(Kind::Reasoning, "rs_", out);
  }
}

void ResponseWriter::text(std::string_view inside, std::string& out) {
  pings_ = 0;
  item_.text += inside;
  if (item_.kind == Kind::CustomCall) return;  // the text within cannot be told before it is whole
  if (item_.kind == Kind::Reasoning) begin_part(out);
  tell_text(names_of(item_.kind).text_delta, "delta", inside, out);
}

void ResponseWriter::end_item(std::string& out) {
  const EventNames& names = names_of(item_.kind);
  if (item_.kind != Kind::Reasoning || has_part_)
    tell_text(names.text_done, names.text_key, item_.text, out);
  if (has_part_) tell_part(names.part_done, item_.text, out);
  tell_item("response.output_item.done", true, out);
  if (!items_.empty()) items_ += ',';
  append_item(items_, item_, true);
  ++count_;
}

void ResponseWriter::end_block(std::string& out) {
  pings_ = 0;
  if (item_.kind == Kind::CustomCall) {
    item_.text = text_of_custom_input(item_.text);
    tell_text(names_of(item_.kind).text_delta, "delta", item_.text, out);
  } else if (item_.kind == Kind::Reasoning && ask_.include_reasoning) {
    // Without a signature no provider takes it back.
    if (!signature_.empty()) item_.sealed = seal_thinking(item_.text, signature_);
    if (!redacted_.empty()) item_.sealed = seal_redacted_thinking(redacted_);
  }
  end_item(out);
}

void ResponseWriter::tell_refusal(const AnswerEnd& end, std::string& out) {
  begin_item(Kind::Refusal, "msg_", out);
  begin_part(out);
  append_escaped(item_.text,
                 end.explanation.empty() ? kRefused : std::string_view(end.explanation));
  tell_text(names_of(item_.kind).text_delta, "delta", item_.text, out);
  end_item(out);
}

void ResponseWriter::finish(const AnswerEnd& end, std::string& out) {
  if (end.stop_reason == "refusal") tell_refusal(end, out);
  const bool is_cut =
      end.stop_reason == "max_tokens" || end.stop_reason == "model_context_window_exceeded";
  state_.id = id_;
  state_.status = is_cut ? "incomplete" : "completed";
  if (is_cut) state_.incomplete_reason = "max_output_tokens";
  state_.items = items_;
  state_.end = &end;
  if (events_.streamed())
    tell_response(is_cut ? "response.incomplete" : "response.completed", out);
  else
    append_response(out, ask_, state_);
  state_.end = nullptr;
}

void ResponseWriter::error(std::string_view envelope, std::string& out) {
  const OpenAiFault fault = openai_fault(0, envelope);
  if (!events_.streamed()) {
    out += openai_error_body(fault);
    return;
  }
  std::string told = R"("code":")";
  told += response_error_code(fault);
  told += R"(","message":)";
  wire::append_json_string(told, fault.message);
  if (id_.empty()) id_ = std::to_string(state_.created_unix_s);
  state_.status = "failed";
  const std::string error = '{' + told + '}';
  state_.error = error;
  state_.items = items_;
  tell_response("response.failed", out);
  // LangChain passes over a failed response and takes what came before it for the answer.
  events_.open(out, "error");
  out += ',';
  out += told;
  out += R"(,"param":null)";
  events_.close(out);
}

}  // namespace

std::unique_ptr<AnswerTranslator> responses_reply(const Ask& ask, std::int64_t created_unix_s,
                                                  bool streamed) {
  return messages_reader(std::make_unique<ResponseWriter>(ask, created_unix_s, streamed), streamed);
}

}  // namespace rlm::dialect
