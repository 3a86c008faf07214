#include "wire/draft_block.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>

#include "wire/content_block.hpp"
#include "wire/json_text.hpp"

namespace rlm::wire {
namespace {

using Type = JsonValue::Type;

/// What may pass, beside the type. A list of what may, not of what may not: a member that is new
/// tomorrow must not reach a vendor that refuses what it does not know.
struct Known {
  std::string_view type;
  std::array<std::string_view, 3> members;
};
constexpr Known kBlocks[] = {{"text", {"text"}},
                             {"tool_use", {"id", "name", "input"}},
                             {"tool_result", {"tool_use_id", "content", "is_error"}},
                             {"image", {"source"}},
                             {"document", {"source", "title", "context"}}};
constexpr Known kTool{"", {"name", "description", "input_schema"}};

bool is_id_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

void append_without_marks(Buffer& out, JsonValue block) {
  each_piece(block, cuts_of_cache_marks(block),
             [&out](std::string_view piece) { out.append(piece); });
}

void append_value(Buffer& out, std::string_view key, JsonValue value) {
  if ((key == "id" || key == "tool_use_id") && value.is(Type::String)) {
    out.append(json_string(draft_tool_id(value.string())));
    return;
  }
  if (key != "content" || !value.is(Type::Array)) {
    out.append(value.raw());
    return;
  }
  out.append("[");
  bool is_first = true;
  value.each_element([&](JsonValue entry) {
    if (!is_first) out.append(",");
    is_first = false;
    append_draft_block(out, entry);
    return true;
  });
  out.append("]");
}

/// `is_open`: members stand before these.
void append_members(Buffer& out, JsonValue object, const Known& known, bool is_open) {
  object.each_member([&](std::string_view key, JsonValue value) {
    if (key.empty() ||
        std::find(known.members.begin(), known.members.end(), key) == known.members.end())
      return true;
    out.append(is_open ? ",\"" : "\"");
    is_open = true;
    out.append(key);
    out.append("\":");
    append_value(out, key, value);
    return true;
  });
}

}  // namespace

bool is_tool_id(std::string_view id, std::size_t bytes_max) {
  return !id.empty() && id.size() <= bytes_max && std::all_of(id.begin(), id.end(), is_id_byte);
}

std::string draft_tool_id(std::string_view id) {
  if (is_tool_id(id, kToolIdMax)) return std::string(id);
  const XXH128_hash_t hash = XXH3_128bits(id.data(), id.size());
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string made = "toolu_";
  for (const std::uint64_t half : {hash.high64, hash.low64})
    for (int shift = 60; shift >= 0; shift -= 4) made += kDigits[(half >> shift) & 15];
  return made;
}

void append_draft_block(Buffer& out, JsonValue block) {
  const std::string_view type = block.member("type").quoted();
  for (const Known& known : kBlocks) {
    if (known.type != type) continue;
    out.append("{\"type\":\"");
    out.append(type);
    out.append("\"");
    append_members(out, block, known, true);
    out.append("}");
    return;
  }
  append_without_marks(out, block);
}

void append_draft_tool(Buffer& out, JsonValue tool) {
  const JsonValue type = tool.member("type");
  if (type.is(Type::String) && !type.equals("custom")) return append_without_marks(out, tool);
  out.append("{");
  append_members(out, tool, kTool, false);
  out.append("}");
}

bool is_for_draft(JsonValue block) {
  const std::string_view type = block.member("type").quoted();
  if (type == "thinking" || type == "redacted_thinking") return false;
  const JsonValue text = block.member("text");
  return type != "text" || !text.is(Type::String) || !text.quoted().empty();
}

}  // namespace rlm::wire
