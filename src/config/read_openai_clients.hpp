#pragma once
// The [openai_clients] table.

#include "config/table_reader.hpp"
#include "dialect/ask.hpp"

namespace rlm::config {

/// Reads what clients of OpenAI's dialects get where they leave it open.
void read_openai_clients(TableReader& root, dialect::AskDefaults& defaults, Mistakes& mistakes);

}  // namespace rlm::config
