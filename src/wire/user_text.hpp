#pragma once
// What the person wrote last, without what the client program wrapped around it.

#include <cstddef>
#include <string>

#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// Longest text kept.
inline constexpr std::size_t kUserTextBytesMax = 64u << 10;
/// How much of a message's text is read for it; wrappers count.
inline constexpr std::size_t kUserTextReadMax = 1u << 20;

/// The text blocks of a message's `content` (or the string), `<system-reminder>…</system-reminder>`
/// removed (to the end of the block when it is not closed), trimmed, joined by "\n"; blocks with
/// nothing left are passed over.
std::string user_text_of(JsonValue content);

}  // namespace rlm::wire
