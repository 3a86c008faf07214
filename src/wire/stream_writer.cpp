#include <algorithm>
#include <random>

#include "base/utf8.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/json_text.hpp"
#include "wire/usage_json.hpp"

namespace rlm::wire {
namespace {

using Kind = ContentBlock::Kind;

/// Text of one delta; clients show each as it comes.
constexpr std::size_t kDeltaBytes = 1024;

/// Opens one event whose data begins with its type; close() ends it.
void open(std::string& out, std::string_view type) {
  out += "event: ";
  out += type;
  out += "\ndata: {\"type\":\"";
  out += type;
  out += '"';
}

void close(std::string& out) {
  out += "}\n\n";
}

void append_index(std::string& out, int index) {
  out += ",\"index\":";
  out += std::to_string(index);
}

void append_string_or_null(std::string& out, std::string_view text) {
  if (text.empty())
    out += "null";
  else
    append_json_string(out, text);
}

/// Calls `visit` for pieces of at most kDeltaBytes that do not divide a character.
template <class Visit>
void each_piece_of(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    std::size_t size = std::min(kDeltaBytes, text.size());
    const auto divides = [&] { return size < text.size() && !begins_character(text[size]); };
    while (size > 1 && divides()) --size;
    visit(text.substr(0, size));
    text.remove_prefix(size);
  }
}

/// Clients loop for ever on a null stop reason.
std::string_view stop_reason_of(const Answer& answer) {
  if (!answer.stop_reason.empty()) return answer.stop_reason;
  for (const ContentBlock& block : answer.content)
    if (block.kind == Kind::ToolUse) return "tool_use";
  return "end_turn";
}

/// The block's JSON as a whole message holds it.
void append_whole_block(std::string& out, const ContentBlock& block, JsonIndex& index) {
  if (block.kind == Kind::Text) {
    out += R"({"type":"text","text":)";
    append_json_string(out, block.text);
    out += '}';
  } else if (block.kind == Kind::ToolUse) {
    out += R"({"type":"tool_use","id":)";
    append_json_string(out, block.id);
    out += R"(,"name":)";
    append_json_string(out, block.name);
    out += R"(,"input":)";
    // A call that was cut off by max_tokens has no whole input; the message must be JSON all the
    // same.
    const auto input = index.parse(block.text);
    out += input && input->is(JsonValue::Type::Object) ? std::string_view(block.text) : "{}";
    out += '}';
  } else {
    out += block.text;
  }
}

}  // namespace

void append_message_start(std::string& out, std::string_view id, std::string_view model,
                          const Usage& usage) {
  open(out, "message_start");
  out += R"(,"message":{"id":)";
  append_json_string(out, id);
  out += R"(,"type":"message","role":"assistant","model":)";
  append_json_string(out, model);
  out += R"(,"content":[],"stop_reason":null,"stop_sequence":null,"usage":)";
  append_usage(out, usage);
  out += '}';
  close(out);
}

void append_block_start(std::string& out, int index, const ContentBlock& block) {
  open(out, "content_block_start");
  append_index(out, index);
  out += R"(,"content_block":)";
  switch (block.kind) {
    case Kind::Text:
      out += R"({"type":"text","text":""})";
      break;
    case Kind::Thinking:
      out += R"({"type":"thinking","thinking":"","signature":""})";
      break;
    case Kind::Other:
      out += block.text;
      break;
    case Kind::ToolUse:
      out += R"({"type":"tool_use","id":)";
      append_json_string(out, block.id);
      out += R"(,"name":)";
      append_json_string(out, block.name);
      out += R"(,"input":{}})";
  }
  close(out);
}

void append_text_delta(std::string& out, int index, std::string_view text) {
  open(out, "content_block_delta");
  append_index(out, index);
  out += R"(,"delta":{"type":"text_delta","text":)";
  append_json_string(out, text);
  out += '}';
  close(out);
}

void append_input_delta(std::string& out, int index, std::string_view partial_json) {
  open(out, "content_block_delta");
  append_index(out, index);
  out += R"(,"delta":{"type":"input_json_delta","partial_json":)";
  append_json_string(out, partial_json);
  out += '}';
  close(out);
}

void append_block_stop(std::string& out, int index) {
  open(out, "content_block_stop");
  append_index(out, index);
  close(out);
}

void append_message_delta(std::string& out, std::string_view stop_reason,
                          std::string_view stop_sequence, const Usage& usage) {
  open(out, "message_delta");
  out += R"(,"delta":{"stop_reason":)";
  append_string_or_null(out, stop_reason);
  out += R"(,"stop_sequence":)";
  append_string_or_null(out, stop_sequence);
  out += R"(},"usage":)";
  if (usage.input >= 0)
    append_usage(out, usage);
  else
    out += R"({"output_tokens":)" + std::to_string(usage.output) + '}';
  close(out);
}

void append_message_stop(std::string& out) {
  open(out, "message_stop");
  close(out);
}

void append_ping(std::string& out) {
  open(out, "ping");
  close(out);
}

std::string write_stream(const Answer& answer, std::string_view id, std::string_view model,
                         const Usage& usage) {
  std::string out;
  out.reserve(1536 + answer.text().size() * 5 / 4);
  Usage at_start = usage;
  at_start.output =
      std::min<Tokens>(usage.output, 1);  // nothing is written yet; message_delta has the total
  append_message_start(out, id, model, at_start);
  int index = 0;
  for (const ContentBlock& block : answer.content) {
    if (block.kind == Kind::Thinking) continue;
    append_block_start(out, index, block);
    each_piece_of(block.kind == Kind::Other ? std::string_view() : block.text,
                  [&](std::string_view piece) {
                    if (block.kind == Kind::Text)
                      append_text_delta(out, index, piece);
                    else
                      append_input_delta(out, index, piece);
                  });
    append_block_stop(out, index++);
  }
  append_message_delta(out, stop_reason_of(answer), answer.stop_sequence, usage);
  append_message_stop(out);
  return out;
}

std::string write_answer(const Answer& answer, std::string_view id, std::string_view model,
                         const Usage& usage) {
  JsonIndex index;
  std::string out = R"({"id":)";
  append_json_string(out, id);
  out += R"(,"type":"message","role":"assistant","model":)";
  append_json_string(out, model);
  out += R"(,"content":[)";
  bool is_first = true;
  for (const ContentBlock& block : answer.content) {
    if (block.kind == Kind::Thinking) continue;
    if (!is_first) out += ',';
    is_first = false;
    append_whole_block(out, block, index);
  }
  out += R"(],"stop_reason":)";
  append_json_string(out, stop_reason_of(answer));
  out += R"(,"stop_sequence":)";
  append_string_or_null(out, answer.stop_sequence);
  out += R"(,"usage":)";
  append_usage(out, usage);
  out += '}';
  return out;
}

std::string new_message_id() {
  constexpr std::string_view kAlphabet =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(),
                       device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  std::uniform_int_distribution<std::size_t> pick(0, kAlphabet.size() - 1);
  std::string id = "msg_";
  for (int i = 0; i < 24; ++i) id += kAlphabet[pick(random)];
  return id;
}

}  // namespace rlm::wire
