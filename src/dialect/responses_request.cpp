#include "dialect/responses_request.hpp"

#include <algorithm>
#include <utility>

#include "dialect/body_writer.hpp"
#include "dialect/messages_prompt.hpp"
#include "dialect/openai_tools.hpp"
#include "dialect/request_members.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Kind = PromptPart::Kind;

constexpr std::string_view kDialect = "OpenAI's Responses";
constexpr std::int64_t kLeastTokens = 16;

bool is_text(const PromptPart& part) {
  return part.kind == Kind::Text;
}

class ResponsesInput final : public PromptSink {
 public:
  explicit ResponsesInput(BodyWriter& write) : write_(write) {}

  void system(std::string_view text) override {
    open(R"({"role":"system","content":)").quoted(text).raw("}");
  }

  void tool_result(std::string_view id, std::string_view text) override {
    open(R"({"type":"function_call_output","call_id":)").quoted(id);
    write_.raw(R"(,"output":)").quoted(text).raw("}");
  }

  void user(const std::vector<PromptPart>& parts) override {
    open(R"({"role":"user","content":)");
    const bool only_texts = std::all_of(parts.begin(), parts.end(), is_text);
    write_.raw(only_texts ? "\"" : "[");
    for (std::size_t at = 0; at < parts.size(); ++at) {
      if (only_texts) {
        write_.raw(at == 0 ? "" : "\\n\\n").raw(parts[at].text);
      } else {
        write_.raw(at == 0 ? "" : ",");
        append_part(parts[at]);
      }
    }
    write_.raw(only_texts ? "\"}" : "]}");
  }

  void assistant(const std::vector<PromptPart>& parts) override {
    bool in_text = false;
    for (const PromptPart& part : parts) {
      const bool was_in_text = std::exchange(in_text, is_text(part));
      if (was_in_text && !in_text) close_text();
      if (in_text && !was_in_text)
        open(R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":")");
      if (in_text)
        write_.raw(was_in_text && !part.continues ? "\\n\\n" : "").raw(part.text);
      else
        append_call(part);
    }
    if (in_text) close_text();
  }

 private:
  BodyWriter& open(std::string_view begin) {
    write_.raw(is_first_ ? "" : ",").raw(begin);
    is_first_ = false;
    return write_;
  }

  void close_text() { write_.raw(R"(","annotations":[]}]})"); }

  void append_call(const PromptPart& part) {
    open(R"({"type":"function_call","call_id":)").quoted(part.id);
    write_.raw(R"(,"name":)").quoted(part.name);
    write_.raw(R"(,"arguments":)").string(part.input.exists() ? part.input.raw() : "{}").raw("}");
  }

  void append_part(const PromptPart& part) {
    const std::string_view file = part.name.empty() ? "document.pdf" : part.name;
    switch (part.kind) {
      case Kind::Image:
        write_.raw(R"({"type":"input_image","image_url":"data:)").raw(part.media);
        write_.raw(";base64,").raw(part.text).raw(R"(","detail":"auto"})");
        return;
      case Kind::ImageUrl:
        write_.raw(R"({"type":"input_image","image_url":)").quoted(part.text);
        write_.raw(R"(,"detail":"auto"})");
        return;
      case Kind::Pdf:
        write_.raw(R"({"type":"input_file","filename":)").quoted(file);
        write_.raw(R"(,"file_data":"data:application/pdf;base64,)").raw(part.text).raw("\"}");
        return;
      case Kind::PdfUrl:
        write_.raw(R"({"type":"input_file","file_url":)").quoted(part.text).raw("}");
        return;
      case Kind::Text:
      case Kind::Call:
        write_.raw(R"({"type":"input_text","text":)").quoted(part.text).raw("}");
    }
  }

  BodyWriter& write_;
  bool is_first_ = true;
};

void append_schema(BodyWriter& write, JsonValue schema, const OpenAiQuirks& quirks) {
  if (!schema.exists()) return;
  if (!quirks.json_schema) {
    write.raw(R"(,"text":{"format":{"type":"json_object"}})");
    return;
  }
  write.raw(R"(,"text":{"format":{"type":"json_schema","name":"output","strict":)")
      .raw(is_strict_schema(schema) ? "true" : "false")
      .member("schema", schema)
      .raw("}}");
}

void append_settings(BodyWriter& write, const RequestMembers& request, const OpenAiQuirks& quirks) {
  if (request.max_tokens.integer(kLeastTokens) < kLeastTokens)
    write.raw(R"(,"max_output_tokens":16)");
  else
    write.member("max_output_tokens", request.max_tokens);
  using Wish = Reasoning::Wish;
  const Reasoning reasoning = reasoning_of(request, quirks);
  if (reasoning.wish != Wish::Unsaid && quirks.reasoning != ReasoningControl::None)
    write.raw(R"(,"reasoning":{"effort":)")
        .quoted(reasoning.wish == Wish::On ? reasoning.effort : "none")
        .raw("}");
  if (quirks.sampling == Sampling::Taken || reasoning.wish == Wish::Off)
    write.member("temperature", request.temperature).member("top_p", request.top_p);
  append_schema(write, request.schema, quirks);
}

// What must hold before anything is written; the conversation is checked as it is walked.
Result<RequestMembers> read_request(std::string_view body, wire::JsonIndex& index,
                                    const wire::JsonLimits& limits) {
  auto request = read_request_members(body, index, limits, kDialect);
  bool has_stops = false;
  if (request)
    request->stop_sequences.each_element([&](JsonValue) { return has_stops = true, false; });
  if (has_stops) return not_expressible("stop_sequences", "a stop sequence", kDialect);
  return request;
}

PromptRules rules_of(const OpenAiQuirks& quirks) {
  return {.quirks = quirks, .dialect = kDialect, .pdf_urls = true};
}

}  // namespace

Result<Buffer> responses_body(const Buffer& messages_body, wire::JsonIndex& index,
                              const wire::JsonLimits& limits, std::string_view model,
                              const OpenAiQuirks& quirks) {
  const auto request = read_request(messages_body.view(), index, limits);
  if (!request) return fail(request.error());
  Buffer out;
  out.reserve(messages_body.size() + messages_body.size() / 8 + 512);
  BodyWriter write(out);
  write.raw("{\"model\":").string(model).raw(R"(,"store":false)");
  if (request->streams()) write.raw(R"(,"stream":true)");
  append_settings(write, *request, quirks);
  append_tools(write, *request, quirks, ToolForm::Flat);
  if (const std::string system = system_text(*request, quirks); !system.empty())
    write.raw(R"(,"instructions":)").quoted(system);
  // Last, so that growing leaves all earlier bytes as they are.
  write.raw(R"(,"input":[)");
  ResponsesInput input(write);
  if (auto done = walk_messages(request->messages, rules_of(quirks), input); !done)
    return fail(std::move(done.error()));
  write.raw("]}");
  return out;
}

Result<void> check_responses(std::string_view messages_body, wire::JsonIndex& index,
                             const wire::JsonLimits& limits, const OpenAiQuirks& quirks) {
  const auto request = read_request(messages_body, index, limits);
  if (!request) return fail(request.error());
  return check_messages(request->messages, rules_of(quirks));
}

}  // namespace rlm::dialect
