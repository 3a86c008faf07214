#pragma once
// Configurations for the tests of this folder.

#include <optional>
#include <string>
#include <string_view>

#include "config/load_config.hpp"

namespace rlm::config {

/// Two models, opus and cheap, with $KEY in the environment.
inline constexpr std::string_view kModels = R"(
[models.opus]
endpoint = "anthropic"
model = "claude-opus-4-8"
[models.cheap]
endpoint = "deepseek"
model = "deepseek-v4-pro"
api_key = "${KEY}"
)";

/// kModels with a cascade between them, whose further lines are `cascade`.
inline Result<Config> with_cascade(const std::string& cascade) {
  const std::string toml = std::string(kModels) + R"([[cascade]]
match = ["claude-*"]
draft = "cheap"
verify = "opus"
)" + cascade;
  return parse_config(toml, "test.toml",
                      [](std::string_view) { return std::optional<std::string>("k"); });
}

}  // namespace rlm::config
