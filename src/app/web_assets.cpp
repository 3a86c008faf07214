#include "app/web_assets.hpp"

namespace rlm::app {

std::optional<server::Asset> find_web_asset(std::string_view) { return std::nullopt; }

}  // namespace rlm::app
