#include "draft/paths.hpp"

#include <algorithm>
#include <vector>

namespace rlm::draft {
namespace {

/// The parts of a path with "." and ".." taken out; a path that climbs above its beginning keeps
/// its leading "..".
std::vector<std::string_view> parts_of(std::string_view path) {
  const bool is_absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!is_absolute) {
      parts.push_back(part);
    }
  }
  return parts;
}

}  // namespace

std::string absolute_path(std::string_view path, std::string_view directory) {
  std::string whole;
  if (!path.starts_with('/')) {
    whole = directory;
    whole += '/';
  }
  whole += path;
  std::string plain;
  for (const auto part : parts_of(whole)) {
    if (!plain.empty() || whole.starts_with('/')) plain += '/';
    plain += part;
  }
  return plain;
}

bool is_within(std::string_view path, std::string_view directory) {
  if (path.empty() || path.starts_with('~')) return false;
  const auto parts = parts_of(path);
  if (!path.starts_with('/')) return parts.empty() || parts.front() != "..";
  if (!directory.starts_with('/')) return false;
  const auto above = parts_of(directory);
  if (above.empty()) return false;  // everything lies below the root: that tells nothing
  return parts.size() >= above.size() && std::equal(above.begin(), above.end(), parts.begin());
}

}  // namespace rlm::draft
