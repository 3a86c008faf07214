#include "sim/reply.hpp"

#include <cstdlib>

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::BadRequest, Source::Client, std::move(message));
}

double number_of(wire::JsonValue value) {
  return value.is(Type::Number) ? std::strtod(std::string(value.raw()).c_str(), nullptr) : 0;
}

ReplyBlock block_of(ReplyBlock::Kind kind, std::string text) {
  ReplyBlock block;
  block.kind = kind;
  block.text = std::move(text);
  return block;
}

void append_deltas(wire::JsonValue deltas, std::vector<ReplyBlock>& blocks) {
  ReplyBlock block;
  deltas.each_element([&](wire::JsonValue delta) {
    block.deltas.push_back(delta.string());
    block.text += block.deltas.back();
    return true;
  });
  blocks.push_back(std::move(block));
}

void read_headers(wire::JsonValue headers, Fault& fault) {
  headers.each_member([&](std::string_view name, wire::JsonValue value) {
    fault.headers.add(name, value.is(Type::String) ? value.string() : std::string(value.raw()));
    return true;
  });
}

Result<void> read_fault(wire::JsonValue json, Fault& fault) {
  if (const auto text = json.member("fault"); text.exists()) {
    auto parsed = parse_fault(text.string());
    if (!parsed) return fail(std::move(parsed.error()));
    fault = std::move(parsed->fault);
  }
  if (const auto status = json.member("status"); status.exists()) {
    fault.kind = Fault::Kind::Status;
    fault.status = static_cast<int>(status.integer(0));
    if (fault.status < 200 || fault.status > 599) return wrong("status: need 200 to 599");
  }
  read_headers(json.member("headers"), fault);
  const auto body = json.member("body");
  fault.body = body.is(Type::String) ? body.string() : std::string(body.raw());
  if (const auto type = json.member("error_type"); type.exists()) fault.error_type = type.string();
  return {};
}

// A misspelt key would make a test pass for the wrong reason.
Result<void> check_keys(wire::JsonValue json) {
  static constexpr std::string_view kKeys[] = {"text",
                                               "text_deltas",
                                               "thinking",
                                               "tool_calls",
                                               "stop_reason",
                                               "stop_sequence",
                                               "output_tokens",
                                               "raw_sse",
                                               "raw_json",
                                               "latency_ms",
                                               "tokens_per_second",
                                               "fault",
                                               "status",
                                               "headers",
                                               "body",
                                               "error_type",
                                               "when"};
  Result<void> checked;
  json.each_member([&](std::string_view key, wire::JsonValue) {
    for (const auto known : kKeys)
      if (known == key) return true;
    checked = wrong("unknown key \"" + std::string(key) + "\"");
    return false;
  });
  return checked;
}

}  // namespace

std::string Reply::text() const {
  std::string joined;
  for (const ReplyBlock& block : blocks)
    if (block.kind == ReplyBlock::Kind::Text) joined += block.text;
  return joined;
}

Reply Reply::of_text(std::string text) {
  Reply reply;
  reply.blocks.push_back(block_of(ReplyBlock::Kind::Text, std::move(text)));
  return reply;
}

Reply Reply::of_tool(std::string name, std::string input_json, std::string text_before) {
  Reply reply;
  if (!text_before.empty())
    reply.blocks.push_back(block_of(ReplyBlock::Kind::Text, std::move(text_before)));
  reply.blocks.push_back(block_of(ReplyBlock::Kind::ToolUse, std::move(input_json)));
  reply.blocks.back().name = std::move(name);
  return reply;
}

Reply Reply::of_fault(Fault fault) {
  Reply reply;
  reply.fault = std::move(fault);
  return reply;
}

Reply Reply::of_raw_sse(std::string frames) {
  Reply reply;
  reply.raw_sse = std::move(frames);
  return reply;
}

void append_tool_calls(wire::JsonValue calls, std::vector<ReplyBlock>& blocks) {
  calls.each_element([&](wire::JsonValue call) {
    const auto input = call.member("input");
    ReplyBlock block =
        block_of(ReplyBlock::Kind::ToolUse, input.exists() ? std::string(input.raw()) : "{}");
    block.name = call.member("name").string();
    block.id = call.member("id").string();
    blocks.push_back(std::move(block));
    return true;
  });
}

Result<Reply> read_reply(wire::JsonValue json) {
  if (!json.is(Type::Object)) return wrong("a reply must be a JSON object");
  if (auto checked = check_keys(json); !checked) return fail(std::move(checked.error()));
  Reply reply;
  if (const auto thinking = json.member("thinking"); thinking.is(Type::String))
    reply.blocks.push_back(block_of(ReplyBlock::Kind::Thinking, thinking.string()));
  if (const auto text = json.member("text"); text.is(Type::String))
    reply.blocks.push_back(block_of(ReplyBlock::Kind::Text, text.string()));
  if (const auto deltas = json.member("text_deltas"); deltas.is(Type::Array))
    append_deltas(deltas, reply.blocks);
  append_tool_calls(json.member("tool_calls"), reply.blocks);
  reply.stop_reason = json.member("stop_reason").string();
  reply.stop_sequence = json.member("stop_sequence").string();
  reply.raw_sse = json.member("raw_sse").string();
  const auto raw = json.member("raw_json");
  reply.raw_json = raw.is(Type::String) ? raw.string() : std::string(raw.raw());
  reply.when = json.member("when").string();
  if (const auto tokens = json.member("output_tokens"); tokens.is(Type::Number))
    reply.output_tokens = tokens.integer(0);
  if (const auto latency = json.member("latency_ms"); latency.is(Type::Number))
    reply.first_token = Milliseconds(latency.integer(0));
  if (const auto speed = json.member("tokens_per_second"); speed.is(Type::Number))
    reply.tokens_per_second = number_of(speed);
  if (auto read = read_fault(json, reply.fault); !read) return fail(std::move(read.error()));
  return reply;
}

Result<std::vector<Reply>> read_script(std::string_view json) {
  wire::JsonIndex index;
  const auto root = index.parse(json);
  if (!root) return fail(root.error());
  wire::JsonValue list = *root;
  if (const auto replies = root->member("replies"); replies.exists()) list = replies;
  std::vector<Reply> script;
  Result<void> failed;
  const auto read_one = [&](wire::JsonValue item) {
    auto reply = read_reply(item);
    if (reply)
      script.push_back(std::move(*reply));
    else
      failed = fail(std::move(reply.error()));
    return failed.has_value();
  };
  if (list.is(Type::Array))
    list.each_element(read_one);
  else
    read_one(list);
  if (!failed) return fail(std::move(failed.error()));
  return script;
}

}  // namespace rlm::sim
