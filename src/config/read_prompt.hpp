#pragma once
// An instruction that the operator wrote instead of a default one.

#include "config/table_reader.hpp"
#include "verify/verdict_prompt.hpp"

namespace rlm::config {

/// Takes the text of the file that `key` names; its path becomes the prompt's version. Leaves
/// `prompt` as it is, and returns false, when the key is absent. Mistakes: a file that cannot be
/// read, a text without exactly one {draft}.
bool read_prompt(TableReader& in, std::string_view key, verify::VerdictPrompt& prompt);

}  // namespace rlm::config
