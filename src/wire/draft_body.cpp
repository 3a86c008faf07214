#include <algorithm>
#include <utility>

#include "wire/anthropic_request.hpp"
#include "wire/content_block.hpp"
#include "wire/draft_block.hpp"
#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::wire {
namespace {

using Type = JsonValue::Type;

/// What every endpoint of Anthropic's dialect knows, apart from what is written anew. A list of
/// what may pass, not of what may not: a field that is new tomorrow, or holds the user's paths and
/// permissions (safeguards), must not reach another vendor.
constexpr std::string_view kPassedOn[] = {"max_tokens", "stop_sequences", "temperature",
                                          "top_p",      "top_k",          "tool_choice"};

/// Appends `"key":[…]` of the entries that `keep` lets pass; nothing when none does. Returns
/// whether any did.
template <class Keep, class Append>
bool append_entries(Buffer& out, std::string_view key, JsonValue entries, Keep&& keep,
                    Append&& append) {
  bool any = false;
  entries.each_element([&](JsonValue entry) {
    if (!keep(entry)) return true;
    if (any) {
      out.append(",");
    } else {
      out.append(",\"");
      out.append(key);
      out.append("\":[");
    }
    any = true;
    append(out, entry);
    return true;
  });
  if (any) out.append("]");
  return any;
}

void append_system(Buffer& out, JsonValue system) {
  if (system.is(Type::String) && !is_attribution(system.quoted())) {
    out.append(",\"system\":");
    out.append(system.raw());
  }
  append_entries(
      out, "system", system,
      [](JsonValue block) {
        return is_for_draft(block) && !is_attribution(block.member("text").quoted());
      },
      append_draft_block);
}

// The form that the answer must have, and nothing else of how the model is to write it. Only a
// draft model that can keep to it is asked for such an answer (route/eligibility.hpp).
void append_format(Buffer& out, JsonValue format) {
  if (!format.is(Type::Object)) return;
  out.append(R"(,"output_config":{"format":)");
  out.append(format.raw());
  out.append("}");
}

/// Appends one message, or nothing when no content is left of it. Returns whether it did.
bool append_message(Buffer& out, JsonValue message, bool is_first) {
  const std::size_t before = out.size();
  if (!is_first) out.append(",");
  out.append("{\"role\":");
  // Other vendors know no system entry among the messages; as the user's words its place in the
  // conversation is kept.
  out.append(message.member("role").equals("assistant") ? "\"assistant\"" : "\"user\"");
  const JsonValue content = message.member("content");
  bool any = false;
  if (content.is(Type::String)) {
    // As a list, always: a message that loses its cache mark turns from a list into a string, which
    // must not change the prefix.
    any = !content.quoted().empty();
    out.append(R"(,"content":[{"type":"text","text":)");
    out.append(content.raw());
    out.append("}]");
  } else {
    any = append_entries(out, "content", content, is_for_draft, append_draft_block);
  }
  out.append("}");
  if (!any) out.set_size(before);
  return any;
}

}  // namespace

Result<Buffer> draft_body(const Buffer& body, JsonIndex& index, const JsonLimits& limits,
                          std::string_view model) {
  const auto root = index.parse(body.view(), limits);
  if (!root) return fail(root.error());
  if (!root->is(Type::Object)) return wrong_type("request body", "an object", *root);

  Buffer out;
  out.reserve(body.size() + model.size() + 128);
  out.append("{\"model\":");
  out.append(json_string(model));
  out.append(R"(,"stream":true,"thinking":{"type":"disabled"})");
  JsonValue messages, system, tools, config, older_format;
  root->each_member([&](std::string_view key, JsonValue value) {
    if (key == "messages") messages = value;
    if (key == "system") system = value;
    if (key == "tools") tools = value;
    if (key == "output_config") config = value;
    if (key == "output_format") older_format = value;
    if (std::find(std::begin(kPassedOn), std::end(kPassedOn), key) == std::end(kPassedOn))
      return true;
    out.append(",\"");
    out.append(key);
    out.append("\":");
    out.append(value.raw());
    return true;
  });
  const JsonValue format = config.member("format");
  append_format(out, format.is(Type::Object) ? format : older_format);
  append_entries(
      out, "tools", tools, [](JsonValue) { return true; }, append_draft_tool);
  append_system(out, system);
  // Last, so that a conversation that grew by a message has all earlier bytes in common with what
  // was sent before.
  out.append(",\"messages\":[");
  bool is_first = true;
  messages.each_element([&](JsonValue message) {
    if (append_message(out, message, is_first)) is_first = false;
    return true;
  });
  out.append("]}");
  return out;
}

}  // namespace rlm::wire
