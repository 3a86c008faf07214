#include "app/web_assets.hpp"

#include "web/assets.hpp"

namespace rlm::app {

std::optional<server::Asset> find_web_asset(std::string_view path) {
  const auto found = web::find_asset(path);
  if (!found) return std::nullopt;
  return server::Asset{found->content_type, found->bytes};
}

}  // namespace rlm::app
