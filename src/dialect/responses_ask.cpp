#include "dialect/responses_ask.hpp"

#include "dialect/ask_reader.hpp"
#include "dialect/json_copy.hpp"
#include "dialect/responses_items.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

struct Fields : CommonFields {
  JsonValue input, instructions, max_output_tokens, reasoning, text, include, metadata,
      previous_response_id, conversation, prompt, background;
};

constexpr FieldName<Fields> kOwnFields[] = {
    {"input", &Fields::input},
    {"instructions", &Fields::instructions},
    {"max_output_tokens", &Fields::max_output_tokens},
    {"reasoning", &Fields::reasoning},
    {"text", &Fields::text},
    {"include", &Fields::include},
    {"metadata", &Fields::metadata},
    {"previous_response_id", &Fields::previous_response_id},
    {"conversation", &Fields::conversation},
    {"prompt", &Fields::prompt},
    {"background", &Fields::background},
};
constexpr auto kFields = with_common(kOwnFields);

// An agent's instructions and tools are tens of KB: an open answer must not keep them, and no agent
// reads them again.
constexpr std::size_t kEchoedBytesMax = 4096;

Result<void> add_tool(ToolWriter& tools, const std::string& place, JsonValue entry,
                      std::string_view name_space, std::string_view web_search) {
  const std::string_view type = entry.member("type").quoted();
  const ToolEntry tool{place,
                       entry.member("name"),
                       entry.member("description"),
                       entry.member("parameters"),
                       entry.member("format"),
                       name_space};
  if (type == "function") return tools.function(tool);
  if (type == "custom") return tools.custom(tool);
  if (type == "namespace" && name_space.empty()) {
    const std::string name = tool.name.string();
    Result<void> result;
    entry.member("tools").each_element([&](JsonValue inner) {
      result = add_tool(tools, place + ".tools", inner, name, web_search);
      return result.has_value();
    });
    return result;
  }
  if (type.starts_with("web_search") && !web_search.empty()) tools.web_search(web_search);
  return {};
}

class ResponsesAsk final : public AskReader {
 public:
  ResponsesAsk(const Fields& fields, const wire::JsonLimits& limits, const AskDefaults& defaults)
      : AskReader(fields, kItemWords, limits, defaults), fields_(fields) {}

 protected:
  Result<void> refuse() const override;
  Result<std::int64_t> limit() const override {
    return read_limit({{"max_output_tokens", fields_.max_output_tokens}}, defaults_.max_tokens);
  }
  Result<void> read_own(std::string&) override {
    fields_.include.each_element([&](JsonValue wanted) {
      if (wanted.equals("reasoning.encrypted_content")) ask_.include_reasoning = true;
      return true;
    });
    write_echo();
    return {};
  }
  AnswerForm form() const override {
    const JsonValue reasoning = fields_.reasoning;
    const JsonValue format = fields_.text.member("format");
    return {.format = format,
            .schema = format.member("schema"),
            .schema_place = "text.format.schema",
            .effort = {"reasoning.effort", reasoning.member("effort")},
            .shows_thinking = reasoning.member("summary").is(Type::String) ||
                              reasoning.member("generate_summary").is(Type::String)};
  }
  Result<void> read_conversation() override {
    const JsonValue instructions = fields_.instructions;
    if (instructions.exists() && !instructions.is(Type::String))
      return wire::wrong_type("instructions", "a valid string", instructions);
    if (instructions.exists())
      if (auto done = conversation_.system({"instructions"}, instructions); !done) return done;
    return read_items(conversation_, fields_.input);
  }

  Result<void> read_tool(ToolWriter& tools, const std::string& place, JsonValue entry) override {
    return add_tool(tools, place, entry, "", web_search());
  }
  JsonValue allowed_in(JsonValue choice) const override { return choice; }
  bool names_tool(JsonValue choice) const override {
    const JsonValue type = choice.member("type");
    return type.equals("function") || type.equals("custom");
  }
  std::string name_in(JsonValue tool) const override {
    return tool_name_in(tool.member("namespace").string(), tool.member("name").string());
  }

 private:
  void echo(std::string_view key, JsonValue value, std::string_view otherwise);
  void write_echo();

  const Fields& fields_;
};

Result<void> ResponsesAsk::refuse() const {
  constexpr std::string_view kUnkept =
      "nothing is kept here between requests; send the whole conversation as input, with "
      "store:false";
  if (fields_.previous_response_id.exists()) return bad_request("previous_response_id", kUnkept);
  if (fields_.conversation.exists()) return bad_request("conversation", kUnkept);
  if (fields_.prompt.exists())
    return bad_request("prompt", "prompts are not kept here; send instructions and input");
  if (fields_.background.is(Type::True))
    return bad_request("background", "need false: answers are not kept here; use stream");
  return {};
}

void ResponsesAsk::echo(std::string_view key, JsonValue value, std::string_view otherwise) {
  ask_.echo += ",\"";
  ask_.echo += key;
  ask_.echo += "\":";
  const std::string_view raw = value.raw();
  const bool is_echoed = !raw.empty() && raw.size() <= kEchoedBytesMax && has_known_escapes(raw);
  ask_.echo += is_echoed ? raw : otherwise;
}

void ResponsesAsk::write_echo() {
  echo("instructions", fields_.instructions, "null");
  echo("max_output_tokens", fields_.max_output_tokens, "null");
  echo("metadata", fields_.metadata, "{}");
  echo("parallel_tool_calls", fields_.parallel_tool_calls, "true");
  echo("previous_response_id", {}, "null");
  echo("reasoning", fields_.reasoning, R"({"effort":null,"summary":null})");
  echo("store", {}, "false");
  echo("temperature", fields_.temperature, "1");
  echo("text", fields_.text, R"({"format":{"type":"text"}})");
  echo("tool_choice", fields_.tool_choice, R"("auto")");
  echo("tools", fields_.tools, "[]");
  echo("top_p", fields_.top_p, "1");
  echo("truncation", {}, R"("disabled")");
}

}  // namespace

Result<Ask> read_responses_ask(const Buffer& body, wire::JsonIndex& index,
                               const wire::JsonLimits& limits, const AskDefaults& defaults) {
  const auto root = read_body(body.view(), index, limits);
  if (!root) return fail(root.error());
  const auto fields = read_fields(*root, kFields);
  if (!fields) return fail(fields.error());
  return ResponsesAsk(*fields, limits, defaults).read();
}

}  // namespace rlm::dialect
