#pragma once
// Whether an answer passes a task's checks.

#include <string>
#include <string_view>

#include "lab/sandbox.hpp"
#include "lab/suite.hpp"

namespace rlm::lab {

struct Grade {
  bool passed = false;
  std::string reason;  // why not, for people; empty when passed
};

/// Grades an answer. Blocks while code runs in the sandbox. Answers beyond 64 KiB fail.
Grade grade(const Task& task, std::string_view answer, const Sandbox& sandbox);

/// The code of the answer's fenced blocks: of those marked `language` joined, else of the longest
/// block, else the whole answer.
std::string code_of(std::string_view answer, std::string_view language);

}  // namespace rlm::lab
