#pragma once
// Whether two models came to the same short answer: a label without a judge, where an answer is one
// word or one number.

#include <optional>
#include <string>
#include <string_view>

namespace rlm::draft {

/// What an answer marks as its result: the last of a JSON member "answer", a line "#### …",
/// \boxed{…}, "answer is …". In lower case, without blanks, quotes, brackets, dollars, thousands'
/// commas and a full stop. Nothing where no mark stands, or more than 64 characters behind it.
std::optional<std::string> marked_answer(std::string_view text);

/// Whether both give the same result; of one that marks none, its last number counts when the
/// other's result is a number. Nothing when that cannot be told: it is then no label.
std::optional<bool> same_answer(std::string_view a, std::string_view b);

}  // namespace rlm::draft
