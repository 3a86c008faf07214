#pragma once
// One content block of a request, its members found in one pass; and the cuts that take its
// cache_control marks out.

#include <string_view>
#include <vector>

#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// The members of a content block, tool or system entry that anything here looks at; absent ones do
/// not exist().
struct BlockMembers {
  JsonValue type;
  JsonValue text;
  JsonValue content;
  JsonValue citations;
  JsonValue is_error;
  JsonValue source;
  JsonValue cache_control;
  bool has_others = false;          // members beyond type, text and cache_control
  const char* duplicate = nullptr;  // a member named above that stands there twice
};

BlockMembers members_of(JsonValue block);

/// What a cache_control asks for: a breakpoint (by an object; null asks for nothing), and the TTL
/// of an hour ("ttl":"1h").
struct CacheMark {
  bool breakpoint = false;
  bool one_hour = false;
};
CacheMark cache_mark_of(JsonValue cache_control);

/// The bytes to leave out of an object so that the first member called `key` goes and JSON remains;
/// empty when it has none.
Span cut_of_member(JsonValue object, std::string_view key);

/// The bytes to leave out of a block so that its own cache_control and those of the entries of its
/// `content` go; in order.
std::vector<Span> cuts_of_cache_marks(JsonValue block);

/// The pieces of `value` between the cuts, in order. `visit(std::string_view)`.
template <class Visit>
void each_piece(JsonValue value, const std::vector<Span>& cuts, Visit&& visit) {
  const std::string_view raw = value.raw();
  const std::size_t begin = value.span().begin;
  std::size_t at = begin;
  for (const Span& cut : cuts) {
    visit(raw.substr(at - begin, cut.begin - at));
    at = cut.end;
  }
  visit(raw.substr(at - begin));
}

/// True for the system text by which Claude Code tells the provider its version; the provider takes
/// it out before anything else.
bool is_attribution(std::string_view text);

}  // namespace rlm::wire
