#pragma once
// The dashboard's files, compiled in.

#include "server/http_routes.hpp"

namespace rlm::app {

/// A file of the dashboard by its name, e.g. "index.html"; nothing when unknown. The bytes live as
/// long as the process.
std::optional<server::Asset> find_web_asset(std::string_view path);

}  // namespace rlm::app
