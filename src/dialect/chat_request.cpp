#include "dialect/chat_request.hpp"

#include <algorithm>

#include "dialect/body_writer.hpp"
#include "dialect/messages_prompt.hpp"
#include "dialect/openai_tools.hpp"
#include "dialect/request_members.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Kind = PromptPart::Kind;

constexpr std::string_view kDialect = "OpenAI's Chat Completions";

void append_reasoning(BodyWriter& write, const Reasoning& reasoning, const OpenAiQuirks& quirks) {
  if (reasoning.wish == Reasoning::Wish::Unsaid) return;
  const bool is_on = reasoning.wish == Reasoning::Wish::On;
  const std::string_view effort = is_on ? reasoning.effort : "none";
  switch (quirks.reasoning) {
    case ReasoningControl::None:
      return;
    case ReasoningControl::Effort:
      write.raw(R"(,"reasoning_effort":)").quoted(effort);
      return;
    case ReasoningControl::OpenRouter:
      write.raw(R"(,"reasoning":{"effort":)").quoted(effort).raw("}");
      return;
    case ReasoningControl::DeepSeek:
      write.raw(R"(,"thinking":{"type":)").quoted(is_on ? "enabled" : "disabled").raw("}");
      if (is_on) write.raw(R"(,"reasoning_effort":)").quoted(effort);
  }
}

std::size_t count_of(JsonValue list) {
  std::size_t count = 0;
  list.each_element([&](JsonValue) { return ++count, true; });
  return count;
}

// What must hold before anything is written; the conversation is checked as it is walked.
Result<RequestMembers> read_request(std::string_view body, wire::JsonIndex& index,
                                    const wire::JsonLimits& limits, const OpenAiQuirks& quirks) {
  auto request = read_request_members(body, index, limits, kDialect);
  if (request && count_of(request->stop_sequences) > quirks.stop_sequences_max)
    return not_expressible("stop_sequences",
                           "more than " + std::to_string(quirks.stop_sequences_max), kDialect);
  return request;
}

void append_schema(BodyWriter& write, JsonValue schema, const OpenAiQuirks& quirks) {
  if (!schema.exists()) return;
  if (!quirks.json_schema) {
    write.raw(R"(,"response_format":{"type":"json_object"})");
    return;
  }
  write.raw(R"(,"response_format":{"type":"json_schema","json_schema":{"name":"output","strict":)")
      .raw(is_strict_schema(schema) ? "true" : "false")
      .member("schema", schema)
      .raw("}}");
}

PromptRules rules_of(const OpenAiQuirks& quirks) {
  return {.quirks = quirks, .dialect = kDialect};
}

class ChatMessages final : public PromptSink {
 public:
  explicit ChatMessages(BodyWriter& write) : write_(write) {}

  void system(std::string_view text) override {
    open("system").raw(R"(,"content":)").quoted(text).raw("}");
  }

  void tool_result(std::string_view id, std::string_view text) override {
    open("tool").raw(R"(,"tool_call_id":)").quoted(id);
    write_.raw(R"(,"content":)").quoted(text).raw("}");
  }

  void user(const std::vector<PromptPart>& parts) override {
    open("user").raw(R"(,"content":)");
    if (std::all_of(parts.begin(), parts.end(), is_text)) {
      append_texts_of(parts);
    } else {
      for (std::size_t at = 0; at < parts.size(); ++at) {
        write_.raw(at == 0 ? "[" : ",");
        append_part(parts[at]);
      }
      write_.raw("]");
    }
    write_.raw("}");
  }

  void assistant(const std::vector<PromptPart>& parts) override {
    open("assistant").raw(R"(,"content":)");
    if (std::none_of(parts.begin(), parts.end(), is_text))
      write_.raw("null");
    else
      append_texts_of(parts);
    bool any = false;
    for (const PromptPart& part : parts) {
      if (is_text(part)) continue;
      write_.raw(any ? R"(,{"id":)" : R"(,"tool_calls":[{"id":)").quoted(part.id);
      any = true;
      write_.raw(R"(,"type":"function","function":{"name":)").quoted(part.name);
      write_.raw(R"(,"arguments":)").string(part.input.exists() ? part.input.raw() : "{}");
      write_.raw("}}");
    }
    write_.raw(any ? "]}" : "}");
  }

 private:
  static bool is_text(const PromptPart& part) { return part.kind == Kind::Text; }

  BodyWriter& open(std::string_view role) {
    write_.raw(is_first_ ? R"({"role":)" : R"(,{"role":)").quoted(role);
    is_first_ = false;
    return write_;
  }

  void append_texts_of(const std::vector<PromptPart>& parts) {
    bool any = false;
    write_.raw("\"");
    for (const PromptPart& part : parts) {
      if (!is_text(part)) continue;
      if (any && !part.continues) write_.raw("\\n\\n");
      any = true;
      write_.raw(part.text);
    }
    write_.raw("\"");
  }

  void append_part(const PromptPart& part) {
    switch (part.kind) {
      case Kind::Image:
        write_.raw(R"({"type":"image_url","image_url":{"url":"data:)").raw(part.media);
        write_.raw(";base64,").raw(part.text).raw(R"(","detail":"auto"}})");
        return;
      case Kind::ImageUrl:
        write_.raw(R"({"type":"image_url","image_url":{"url":)").quoted(part.text);
        write_.raw(R"(,"detail":"auto"}})");
        return;
      case Kind::Pdf:
        write_.raw(R"({"type":"file","file":{"filename":)");
        write_.quoted(part.name.empty() ? "document.pdf" : part.name);
        write_.raw(R"(,"file_data":"data:application/pdf;base64,)").raw(part.text).raw("\"}}");
        return;
      case Kind::Text:
      case Kind::PdfUrl:
      case Kind::Call:
        write_.raw(R"({"type":"text","text":)").quoted(part.text).raw("}");
    }
  }

  BodyWriter& write_;
  bool is_first_ = true;
};

void append_head(BodyWriter& write, const RequestMembers& request, std::string_view model,
                 const OpenAiQuirks& quirks) {
  write.raw("{\"model\":").string(model);
  if (request.streams()) {
    write.raw(R"(,"stream":true)");
    if (quirks.stream_usage) write.raw(R"(,"stream_options":{"include_usage":true})");
  }
  write.member(quirks.max_tokens_field, request.max_tokens);
  const Reasoning reasoning = reasoning_of(request, quirks);
  append_reasoning(write, reasoning, quirks);
  if (quirks.sampling == Sampling::Taken || reasoning.wish == Reasoning::Wish::Off)
    write.member("temperature", request.temperature).member("top_p", request.top_p);
  if (quirks.top_k) write.member("top_k", request.top_k);
}

}  // namespace

Result<Buffer> chat_body(const Buffer& messages_body, wire::JsonIndex& index,
                         const wire::JsonLimits& limits, std::string_view model,
                         const OpenAiQuirks& quirks) {
  const auto request = read_request(messages_body.view(), index, limits, quirks);
  if (!request) return fail(request.error());
  Buffer out;
  out.reserve(messages_body.size() + messages_body.size() / 8 + 512);
  BodyWriter write(out);
  append_head(write, *request, model, quirks);
  if (count_of(request->stop_sequences) > 0) write.member("stop", request->stop_sequences);
  append_schema(write, request->schema, quirks);
  append_tools(write, *request, quirks, ToolForm::Nested);
  // Last, so that growing leaves all earlier bytes as they are.
  write.raw(R"(,"messages":[)");
  ChatMessages messages(write);
  if (const std::string system = system_text(*request, quirks); !system.empty())
    messages.system(system);
  if (auto done = walk_messages(request->messages, rules_of(quirks), messages); !done)
    return fail(std::move(done.error()));
  write.raw("]}");
  return out;
}

Result<void> check_chat(std::string_view messages_body, wire::JsonIndex& index,
                        const wire::JsonLimits& limits, const OpenAiQuirks& quirks) {
  const auto request = read_request(messages_body, index, limits, quirks);
  if (!request) return fail(request.error());
  return check_messages(request->messages, rules_of(quirks));
}

}  // namespace rlm::dialect
