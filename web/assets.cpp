#include "web/assets.hpp"

#include <cstddef>

extern "C" {
extern const char rlm_web_index_html_begin[], rlm_web_index_html_end[];
extern const char rlm_web_app_js_begin[], rlm_web_app_js_end[];
extern const char rlm_web_app_css_begin[], rlm_web_app_css_end[];
extern const char rlm_web_icon_svg_begin[], rlm_web_icon_svg_end[];
}

namespace rlm::web {

std::optional<Asset> find_asset(std::string_view path) {
  const auto asset = [](std::string_view type, const char* begin, const char* end) {
    return Asset{type, {begin, static_cast<std::size_t>(end - begin)}};
  };
  if (path.empty() || path == "index.html")
    return asset("text/html; charset=utf-8", rlm_web_index_html_begin, rlm_web_index_html_end);
  if (path == "app.js")
    return asset("text/javascript; charset=utf-8", rlm_web_app_js_begin, rlm_web_app_js_end);
  if (path == "app.css")
    return asset("text/css; charset=utf-8", rlm_web_app_css_begin, rlm_web_app_css_end);
  if (path == "icon.svg")
    return asset("image/svg+xml", rlm_web_icon_svg_begin, rlm_web_icon_svg_end);
  return std::nullopt;
}

}  // namespace rlm::web
