#pragma once
// Paths as texts; no file system is asked.

#include <string>
#include <string_view>

namespace rlm::draft {

/// True when `path` cannot name anything outside `directory`: relative and never climbing above its
/// beginning, or absolute and below it. Without a directory every absolute path is outside.
bool is_within(std::string_view path, std::string_view directory);

/// `path` made absolute against `directory`, with "." and ".." taken out.
std::string absolute_path(std::string_view path, std::string_view directory);

}  // namespace rlm::draft
