#pragma once
// The names of how much a model is to think, in Anthropic's words and in others'.

#include <array>
#include <string_view>

#include "dialect/quirks.hpp"

namespace rlm::dialect {

/// Anthropic's, lowest first.
inline constexpr std::array<std::string_view, 5> kEfforts = {"low", "medium", "high", "xhigh",
                                                             "max"};

/// Anthropic's name of an OpenAI client's effort; empty for none, null data for an unknown one.
std::string_view effort_of(std::string_view openai_effort);

/// The upstream's word for one of kEfforts; empty for any other name.
std::string_view effort_word(std::string_view effort, const OpenAiQuirks& quirks);

}  // namespace rlm::dialect
