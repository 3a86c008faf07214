#pragma once
// Numbers as models write them.

#include <optional>
#include <string_view>

namespace rlm::lab {

/// The value of a whole text that is one decimal number, e.g. "-3.5" or "1e6"; nothing otherwise.
std::optional<double> number_of(std::string_view text);

/// The final number of an answer: the last one behind the last "answer" (case ignored) or \boxed{,
/// or, when neither occurs, the last of the whole text. Thousands' commas, a dollar before it and
/// markdown around it are passed over, "3/8" is a quotient. Nothing when there is no number.
std::optional<double> final_number(std::string_view answer);

}  // namespace rlm::lab
