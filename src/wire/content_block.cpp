#include "wire/content_block.hpp"

#include <algorithm>

namespace rlm::wire {

BlockMembers members_of(JsonValue block) {
  BlockMembers found;
  const auto take = [&found](JsonValue& slot, JsonValue value, const char* name) {
    if (slot.exists()) found.duplicate = name;
    slot = value;
  };
  block.each_member([&](std::string_view key, JsonValue value) {
    if (key == "type") {
      take(found.type, value, "type");
    } else if (key == "text") {
      take(found.text, value, "text");
    } else if (key == "cache_control") {
      take(found.cache_control, value, "cache_control");
    } else {
      found.has_others = true;
      if (key == "content")
        take(found.content, value, "content");
      else if (key == "citations")
        take(found.citations, value, "citations");
      else if (key == "is_error")
        take(found.is_error, value, "is_error");
      else if (key == "source")
        take(found.source, value, "source");
    }
    return true;
  });
  return found;
}

CacheMark cache_mark_of(JsonValue cache_control) {
  if (!cache_control.is(JsonValue::Type::Object)) return {};
  return {true, cache_control.member("ttl").equals("1h")};
}

Span cut_of_member(JsonValue object, std::string_view key) {
  const Span whole = object.span();
  std::size_t previous_end = whole.begin + 1;
  bool is_first = true;
  Span cut;
  object.each_member([&](std::string_view name, JsonValue value) {
    const std::size_t end = value.span().end;
    if (name != key) {
      previous_end = end;
      is_first = false;
      return true;
    }
    cut = {previous_end, end};
    return false;
  });
  if (cut.empty() || !is_first) return cut;
  // The first member takes the comma behind it along; only white space stands before that comma, or
  // before the closing brace.
  const std::string_view raw = object.raw();
  std::size_t behind = cut.end - whole.begin;
  while (raw[behind] != ',' && raw[behind] != '}') ++behind;
  cut.end = whole.begin + behind + (raw[behind] == ',' ? 1 : 0);
  return cut;
}

std::vector<Span> cuts_of_cache_marks(JsonValue block) {
  std::vector<Span> cuts;
  const auto add = [&cuts](JsonValue object) {
    if (const Span cut = cut_of_member(object, "cache_control"); !cut.empty()) cuts.push_back(cut);
  };
  add(block);
  block.member("content").each_element([&](JsonValue entry) {
    add(entry);
    return true;
  });
  std::sort(cuts.begin(), cuts.end(),
            [](const Span& a, const Span& b) { return a.begin < b.begin; });
  return cuts;
}

bool is_attribution(std::string_view text) {
  return text.starts_with("x-anthropic-billing-header:");
}

}  // namespace rlm::wire
