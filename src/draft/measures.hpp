#pragma once
// A draft in numbers: what its text shows of how sure and how consistent it is.

#include <span>
#include <string_view>

#include "quality/suspicion.hpp"

namespace rlm::draft {

/// Measures of a text that answers `user_text`: lengths, how many of the question's numbers it
/// uses, whether the sums it shows are right, whether its last number is one it has derived,
/// hedges, answer marks. Single passes; linear in the texts, of which at most 64 KiB are read.
quality::Measures measures_of_text(std::string_view user_text, std::string_view draft);

/// Measures of tool calls, given as their JSON inputs: how many, how long, how much of their values
/// the user's words hold, and whether the user seems to ask for more of them (asked_calls.hpp).
quality::Measures measures_of_calls(std::string_view user_text,
                                    std::span<const std::string_view> inputs);

/// Measures of a request alone, where nothing is known of the draft.
quality::Measures measures_of_prompt(std::string_view user_text);

/// Sums that a text shows ("12 * 3 = 36"), and how many of them come out.
struct ShownSums {
  int right = 0;
  int wrong = 0;
};
ShownSums shown_sums(std::string_view text);

}  // namespace rlm::draft
