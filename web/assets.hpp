#pragma once
// The dashboard's files, compiled into the binary.

#include <optional>
#include <string_view>

namespace rlm::web {

/// One file. The views live as long as the process.
struct Asset {
  std::string_view content_type;
  std::string_view bytes;
};

/// The file with this name below /dashboard/, e.g. "app.js"; an empty name is "index.html". Nothing
/// when unknown.
std::optional<Asset> find_asset(std::string_view path);

}  // namespace rlm::web
