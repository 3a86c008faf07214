#pragma once
// The [models.*] tables.

#include <optional>

#include "base/secret.hpp"
#include "config/config.hpp"
#include "config/load_config.hpp"
#include "config/table_reader.hpp"

namespace rlm::config {

/// Reads every [models.<name>] into config.table.endpoints, sorted by name, and sets the
/// pass-through: the first Anthropic endpoint without a fixed model, else none.
void read_models(TableReader& root, Config& config, Mistakes& mistakes,
                 const Environment& environment);

/// ${NAME} or file:/path; anything else is a secret written into the file and refused. The secret's
/// text never reaches a message.
std::optional<Secret> resolve_secret(const std::string& reference, const Environment& environment,
                                     TableReader& in, std::string_view key);

}  // namespace rlm::config
