#include "dialect/response_object.hpp"

#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

using Kind = ResponseItem::Kind;

void append_quoted(std::string& out, std::string_view key, std::string_view inside) {
  out += key;
  out += '"';
  out += inside;
  out += '"';
}

void append_string(std::string& out, std::string_view key, std::string_view text) {
  out += key;
  wire::append_json_string(out, text);
}

std::string_view type_of(Kind kind) {
  switch (kind) {
    case Kind::Message:
    case Kind::Refusal:
      return "message";
    case Kind::Reasoning:
      return "reasoning";
    case Kind::FunctionCall:
      return "function_call";
    case Kind::CustomCall:
      return "custom_tool_call";
  }
  return {};
}

void append_reasoning(std::string& out, const ResponseItem& item, bool whole) {
  out += R"(,"summary":[)";
  if (whole && !item.text.empty()) append_item_part(out, item.kind, item.text);
  out += ']';
  if (!item.sealed.empty()) append_quoted(out, R"(,"encrypted_content":)", item.sealed);
  out += '}';
}

void append_usage(std::string& out, const AnswerEnd& end) {
  const Usage& usage = end.usage;
  const auto number = [&out](std::string_view key, Tokens tokens) {
    out += key;
    out += std::to_string(tokens);
  };
  number(R"({"input_tokens":)", usage.prompt());
  number(R"(,"input_tokens_details":{"cached_tokens":)", usage.cache_read);
  number(R"(,"cache_write_tokens":)", usage.cache_write_5m + usage.cache_write_1h);
  number(R"(},"output_tokens":)", usage.output);
  number(R"(,"output_tokens_details":{"reasoning_tokens":)", end.thinking_tokens);
  number(R"(},"total_tokens":)", usage.prompt() + usage.output);
  out += '}';
}

}  // namespace

void append_item_part(std::string& out, Kind kind, std::string_view inside) {
  if (kind == Kind::Reasoning)
    append_quoted(out, R"({"type":"summary_text","text":)", inside);
  else if (kind == Kind::Refusal)
    append_quoted(out, R"({"type":"refusal","refusal":)", inside);
  else
    append_quoted(out, R"({"type":"output_text","annotations":[],"logprobs":[],"text":)", inside);
  out += '}';
}

void append_item(std::string& out, const ResponseItem& item, bool whole) {
  append_string(out, R"({"id":)", item.id);
  append_quoted(out, R"(,"type":)", type_of(item.kind));
  if (item.kind == Kind::Reasoning) return append_reasoning(out, item, whole);
  append_quoted(out, R"(,"status":)", whole ? "completed" : "in_progress");
  const std::string_view text = whole ? std::string_view(item.text) : std::string_view();
  if (item.kind == Kind::Message || item.kind == Kind::Refusal) {
    out += R"(,"role":"assistant","content":[)";
    if (whole) append_item_part(out, item.kind, text);
    out += "]}";
    return;
  }
  append_string(out, R"(,"call_id":)", item.call_id);
  append_string(out, R"(,"name":)", item.name);
  if (!item.name_space.empty()) append_string(out, R"(,"namespace":)", item.name_space);
  append_quoted(out, item.kind == Kind::CustomCall ? R"(,"input":)" : R"(,"arguments":)", text);
  out += '}';
}

void append_response(std::string& out, const Ask& ask, const ResponseState& state) {
  const auto or_null = [&out](std::string_view json) { out += json.empty() ? "null" : json; };
  append_string(out, R"({"id":)", "resp_" + std::string(state.id));
  out += R"(,"object":"response","created_at":)" + std::to_string(state.created_unix_s);
  append_quoted(out, R"(,"status":)", state.status);
  out += R"(,"background":false,"error":)";
  or_null(state.error);
  out += R"(,"incomplete_details":)";
  if (state.incomplete_reason.empty()) {
    out += "null";
  } else {
    append_quoted(out, R"({"reason":)", state.incomplete_reason);
    out += '}';
  }
  append_string(out, R"(,"model":)", ask.model);
  out += R"(,"output":[)";
  out += state.items;
  out += R"(],"usage":)";
  if (state.end != nullptr)
    append_usage(out, *state.end);
  else
    out += "null";
  out += ask.echo;
  out += '}';
}

}  // namespace rlm::dialect
