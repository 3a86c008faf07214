#pragma once
// Answers that need little translation.

#include <functional>
#include <memory>

#include "dialect/answer_translator.hpp"

namespace rlm::dialect {

/// Every byte as it came.
std::unique_ptr<AnswerTranslator> same_answer();

/// Keeps a whole answer of at most 1 MiB, and writes what `change` makes of it.
using ChangeBody = Result<std::string> (*)(std::string_view body, wire::JsonIndex& index);
std::unique_ptr<AnswerTranslator> changed_answer(ChangeBody change);

}  // namespace rlm::dialect
