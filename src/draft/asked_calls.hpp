#pragma once
// Does the user ask for more tool calls than a draft makes? Simple stated rules on the words, for
// draft models that stop after the first call.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rlm::draft {

/// True when the text has a word of order or number: also, then, another, both, respectively, as
/// well as, compare, two … six, finally, …
bool asks_for_several(std::string_view user_text);

/// True when a number of the text stands in none of the inputs (JSON texts), neither as it is, nor
/// a hundredth of it, nor within a longer text.
bool leaves_number_out(std::string_view user_text, std::span<const std::string_view> inputs);

/// "count:words" for a single call where several are asked for; "count:numbers" where a number was
/// left out; nothing else is looked at.
std::optional<std::string_view> why_too_few(std::string_view user_text,
                                            std::span<const std::string_view> inputs);

}  // namespace rlm::draft
