#pragma once
// From TOML to a Config, with all mistakes at once.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/config.hpp"

namespace rlm::config {

/// Looks up an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
Environment process_environment();

/// Reads a configuration. Every mistake becomes one line "path: found; expected …" of a BadRequest
/// (Source::Self): wrong types and ranges, unknown keys, names that nothing has, models without a
/// price, secrets written out instead of referenced (${ENV} or file:/path), a listener that
/// strangers reach without keys. `origin` names the text in messages.
Result<Config> parse_config(std::string_view toml, const std::string& origin,
                            const Environment& environment);

/// The same from a file.
Result<Config> load_config(const std::string& path, const Environment& environment);

/// What `serve` runs without a file: Anthropic as the verify model with ANTHROPIC_API_KEY or the
/// clients' own keys, DeepSeek as draft when DEEPSEEK_API_KEY is set, preset `paper` over Claude
/// models; ANTHROPIC_UPSTREAM_URL and DEEPSEEK_UPSTREAM_URL move the endpoints.
std::string default_config_text(const Environment& environment);

}  // namespace rlm::config
