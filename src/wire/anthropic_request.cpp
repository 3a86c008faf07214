#include "wire/anthropic_request.hpp"

#include <utility>

#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::wire {
namespace {

using Type = JsonValue::Type;

constexpr std::size_t kModelBytesMax = 256;

/// The members of a request that any decision is made from.
struct TopLevel {
  JsonValue model, messages, max_tokens, stream, tools, tool_choice, system, thinking,
      output_config, output_format, cache_control, context_management, safeguards, stop_sequences,
      metadata, thread, container, mcp_servers, compaction, inference_geo;
};

struct TopLevelKey {
  std::string_view name;
  JsonValue TopLevel::*slot;
};

constexpr TopLevelKey kTopLevelKeys[] = {
    {"model", &TopLevel::model},
    {"messages", &TopLevel::messages},
    {"max_tokens", &TopLevel::max_tokens},
    {"stream", &TopLevel::stream},
    {"tools", &TopLevel::tools},
    {"tool_choice", &TopLevel::tool_choice},
    {"system", &TopLevel::system},
    {"thinking", &TopLevel::thinking},
    {"output_config", &TopLevel::output_config},
    {"output_format", &TopLevel::output_format},
    {"cache_control", &TopLevel::cache_control},
    {"context_management", &TopLevel::context_management},
    {"safeguards", &TopLevel::safeguards},
    {"stop_sequences", &TopLevel::stop_sequences},
    {"metadata", &TopLevel::metadata},
    {"thread", &TopLevel::thread},
    {"container", &TopLevel::container},
    {"mcp_servers", &TopLevel::mcp_servers},
    {"compaction", &TopLevel::compaction},
    {"inference_geo", &TopLevel::inference_geo},
};

bool is_given(JsonValue value) {
  return value.exists() && !value.is(Type::Null);
}

Result<TopLevel> top_level_of(JsonValue root) {
  TopLevel top;
  std::string_view duplicate;
  root.each_member([&](std::string_view key, JsonValue value) {
    for (const auto& [name, slot] : kTopLevelKeys) {
      if (key != name) continue;
      if ((top.*slot).exists()) duplicate = name;
      top.*slot = value;
      break;
    }
    return true;
  });
  // Whoever reads the first of two and whoever reads the last would disagree about the request.
  if (!duplicate.empty()) return twice(std::string(duplicate));
  return top;
}

Result<void> read_model(const TopLevel& top, RequestFacts& facts) {
  if (!top.model.exists())
    return fail(ErrorKind::BadRequest, Source::Client, "model: Field required");
  if (!top.model.is(Type::String)) return wrong_type("model", "a valid string", top.model);
  facts.model = top.model.string();
  facts.model_value = top.model.span();
  if (facts.model.empty())
    return fail(ErrorKind::BadRequest, Source::Client,
                "model: String should have at least 1 character");
  if (facts.model.size() > kModelBytesMax)
    return fail(ErrorKind::BadRequest, Source::Client,
                "model: String should have at most " + std::to_string(kModelBytesMax) +
                    " bytes (found " + std::to_string(facts.model.size()) + ")");
  return {};
}

Result<void> read_limits(const TopLevel& top, RequestFacts& facts, bool for_count_tokens) {
  if (top.stream.exists()) {
    if (!top.stream.is(Type::True) && !top.stream.is(Type::False) && !top.stream.is(Type::Null))
      return wrong_type("stream", "a valid boolean", top.stream);
    facts.stream = top.stream.is(Type::True);
    facts.stream_value = top.stream.span();
  }
  if (!top.max_tokens.exists()) {
    if (for_count_tokens) return {};
    return fail(ErrorKind::BadRequest, Source::Client, "max_tokens: Field required");
  }
  facts.max_tokens = top.max_tokens.integer(-1);
  if (facts.max_tokens < 0)
    return wrong_type("max_tokens", "a valid integer of at least 0", top.max_tokens);
  return {};
}

Thinking thinking_of(JsonValue thinking) {
  if (!is_given(thinking)) return Thinking::Absent;
  const JsonValue type = thinking.member("type");
  if (type.equals("disabled")) return Thinking::Disabled;
  if (type.equals("adaptive")) return Thinking::Adaptive;
  if (type.equals("enabled")) return Thinking::Enabled;
  return Thinking::Other;
}

void read_settings(const TopLevel& top, RequestFacts& facts) {
  const JsonValue choice = top.tool_choice.member("type");
  facts.tool_choice_value = top.tool_choice.span();
  facts.must_call_tool = choice.equals("any") || choice.equals("tool");
  facts.thinking = thinking_of(top.thinking);
  facts.thinking_value = top.thinking.span();
  JsonValue format = top.output_config.member("format");
  if (!is_given(format)) format = top.output_format;
  facts.wants_structured_output = is_given(format);
  facts.structured_schema = format.member("schema").raw().substr(0, kWantedSchemaBytesMax);
  if (facts.wants_structured_output) facts.format_value = format.span();
  facts.has_safeguards = is_given(top.safeguards);
  facts.has_context_management = is_given(top.context_management);
  facts.is_bound_to_provider = is_given(top.thread) || is_given(top.container) ||
                               is_given(top.mcp_servers) || is_given(top.compaction) ||
                               is_given(top.inference_geo);
  facts.metadata_user_id = top.metadata.member("user_id").string();
  top.stop_sequences.each_element([&facts](JsonValue sequence) {
    facts.stop_sequences.push_back(sequence.string());
    return true;
  });
}

}  // namespace

Result<RequestFacts> read_request_facts(const Buffer& body, JsonIndex& index,
                                        const JsonLimits& limits, bool for_count_tokens) {
  return read_request_facts(body, index, limits, for_count_tokens,
                            [](const MessageReader&, std::size_t) {});
}

Result<RequestFacts> read_request_facts(const Buffer& body, JsonIndex& index,
                                        const JsonLimits& limits, bool for_count_tokens,
                                        MessageReader::Pause pause) {
  auto root = index.parse(body.view(), limits);
  if (!root) {
    root.error().message.insert(0, "The request body is ");
    return fail(std::move(root.error()));
  }
  if (!root->is(Type::Object)) return wrong_type("request body", "an object", *root);
  const auto top = top_level_of(*root);
  if (!top) return fail(top.error());

  RequestFacts facts;
  facts.object_begin = root->span().begin + 1;
  if (auto read = read_model(*top, facts); !read) return fail(std::move(read.error()));
  if (auto read = read_limits(*top, facts, for_count_tokens); !read)
    return fail(std::move(read.error()));
  read_settings(*top, facts);
  MessageReader reader(std::move(facts), cache_mark_of(top->cache_control));
  if (auto read = reader.read_tools(top->tools); !read) return fail(std::move(read.error()));
  if (auto read = reader.read_system(top->system); !read) return fail(std::move(read.error()));
  if (auto read = reader.read_messages(top->messages, pause); !read)
    return fail(std::move(read.error()));
  return std::move(reader).finish();
}

void set_model(SplicedBody& body, Span model_value, std::string_view model) {
  std::string name = json_string(model);
  if (body.original().substr(model_value.begin, model_value.size()) != name)
    body.replace(model_value, std::move(name));
}

void set_stream(SplicedBody& body, const RequestFacts& facts) {
  if (facts.stream) return;
  if (!facts.stream_value.empty())
    body.replace(facts.stream_value, "true");
  else
    body.replace({facts.object_begin, facts.object_begin}, R"("stream":true,)");
}

void append_user_message(SplicedBody& body, const RequestFacts& facts, std::string_view text) {
  std::string message = facts.message_count == 0 ? "" : ",";
  message += R"({"role":"user","content":[{"type":"text","text":)";
  append_json_string(message, text);
  message += "}]}";
  body.replace({facts.messages_end, facts.messages_end}, std::move(message));
}

}  // namespace rlm::wire
