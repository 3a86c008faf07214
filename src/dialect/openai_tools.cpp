#include "dialect/openai_tools.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

/// True for a plain list of properties to which none need be added.
bool can_be_closed(JsonValue schema) {
  bool has_properties = false;
  bool is_plain = true;
  schema.each_member([&](std::string_view key, JsonValue value) {
    if (key == "properties")
      value.each_member([&](std::string_view, JsonValue) { return has_properties = true, false; });
    else if (key != "type" && key != "required" && key != "title" && key != "description" &&
             key != "$schema")
      is_plain = false;
    return is_plain;
  });
  return has_properties && is_plain;
}

void append_parameters(BodyWriter& write, JsonValue schema, ToolForm form) {
  if (form == ToolForm::Nested || !can_be_closed(schema)) {
    write.member("parameters", schema);
    return;
  }
  std::string_view open = schema.raw();
  open.remove_suffix(1);
  write.raw(R"(,"parameters":)").raw(open).raw(R"(,"additionalProperties":false})");
}

void append_tool(BodyWriter& write, JsonValue tool, ToolForm form) {
  JsonValue name, description, schema, strict;
  tool.each_member([&](std::string_view key, JsonValue value) {
    if (key == "name") name = value;
    if (key == "description") description = value;
    if (key == "input_schema") schema = value;
    if (key == "strict") strict = value;
    return true;
  });
  const bool is_nested = form == ToolForm::Nested;
  const bool is_strict = strict.is(Type::True) && is_strict_schema(schema);
  write.raw(is_nested ? R"({"type":"function","function":{"name":)"
                      : R"({"type":"function","name":)");
  write.raw(name.raw()).member("description", description);
  append_parameters(write, schema, form);
  if (is_strict)
    write.raw(R"(,"strict":true)");
  else if (!is_nested)
    write.raw(R"(,"strict":false)");
  write.raw(is_nested ? "}}" : "}");
}

void append_choice(BodyWriter& write, JsonValue choice, ToolForm form) {
  const JsonValue type = choice.member("type");
  if (type.equals("auto")) write.raw(R"(,"tool_choice":"auto")");
  if (type.equals("any")) write.raw(R"(,"tool_choice":"required")");
  if (type.equals("none")) write.raw(R"(,"tool_choice":"none")");
  if (!type.equals("tool")) return;
  const std::string_view name = choice.member("name").quoted();
  if (form == ToolForm::Nested)
    write.raw(R"(,"tool_choice":{"type":"function","function":{"name":)").quoted(name).raw("}}");
  else
    write.raw(R"(,"tool_choice":{"type":"function","name":)").quoted(name).raw("}");
}

}  // namespace

void append_tools(BodyWriter& write, const RequestMembers& request, const OpenAiQuirks& quirks,
                  ToolForm form) {
  bool any = false;
  request.tools.each_element([&](JsonValue tool) {
    write.raw(any ? "," : R"(,"tools":[)");
    any = true;
    append_tool(write, tool, form);
    return true;
  });
  if (!any) return;
  write.raw("]");
  append_choice(write, request.tool_choice, form);
  if (quirks.parallel_tool_calls &&
      request.tool_choice.member("disable_parallel_tool_use").is(Type::True))
    write.raw(R"(,"parallel_tool_calls":false)");
}

}  // namespace rlm::dialect
