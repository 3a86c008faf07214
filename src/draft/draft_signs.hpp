#pragma once
// Signs in a draft's text that it is no answer. Each looks at the text alone and rather misses a
// bad draft than refuses a good one: a refused draft is paid twice.

#include <string_view>

namespace rlm::draft {

/// A short text that opens with a refusal or a hedge ("I'm sorry, but I can't help with that").
bool is_refusal(std::string_view text);

/// A beginning of at most 48 bytes that may still turn out as a refusal: it opens like one.
bool may_become_refusal(std::string_view beginning);

/// A line, or a piece of 20 to 2,048 bytes, repeated eight times on end. Time grows with the text's
/// length only.
bool is_degenerate(std::string_view text);

/// A Markdown code fence (three or more backticks) is opened and never closed.
bool has_open_fence(std::string_view text);

/// The user writes in Latin letters and the answer is mostly Chinese, Japanese or Korean, or the
/// reverse. False below 40 letters on either side, and when the user names a language or asks for a
/// translation. Fenced code is not counted.
bool is_in_wrong_script(std::string_view user_text, std::string_view answer);

}  // namespace rlm::draft
