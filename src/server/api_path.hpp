#pragma once
// Whose API a path belongs to.

#include <algorithm>
#include <string_view>

namespace rlm::server {

/// The path without a leading /v1: clients differ in whether their base URL holds it
/// (observed-clients.md §8).
constexpr std::string_view without_version(std::string_view path) {
  return path.starts_with("/v1/") ? path.substr(3) : path;
}

/// Whether the path is one of OpenAI's API, served here or not. Not those that Anthropic's API has
/// too (files, models). Source: npm openai 7.57.0, resources (2026-11-13).
constexpr bool is_openai_path(std::string_view path) {
  constexpr std::string_view kResources[] = {
      "chat",        "completions",   "responses", "conversations", "embeddings",
      "moderations", "images",        "audio",     "videos",        "fine_tuning",
      "uploads",     "vector_stores", "evals",     "containers",    "assistants",
      "threads",     "realtime",      "engines",   "openai"};  // the last is Azure's
  path = without_version(path);
  if (!path.starts_with('/')) return false;
  const std::string_view first = path.substr(1, path.find('/', 1) - 1);
  return std::find(std::begin(kResources), std::end(kResources), first) != std::end(kResources);
}

}  // namespace rlm::server
