#include "wire/url_sources.hpp"

namespace rlm::wire {
namespace {

bool is_url(JsonValue source) {
  return source.member("type").equals("url");
}

// Blocks of blocks: a tool's result may hold a document, and that a list of images.
void add_sources(JsonValue blocks, const std::string& place, std::vector<UrlSource>& found) {
  std::size_t number = 0;
  blocks.each_element([&](JsonValue block) {
    const JsonValue type = block.member("type");
    const auto here = [&] { return place + "." + std::to_string(number); };
    const bool is_document = type.equals("document");
    if (type.equals("tool_result")) {
      add_sources(block.member("content"), here() + ".content", found);
    } else if (is_document || type.equals("image")) {
      const JsonValue source = block.member("source");
      if (is_url(source))
        found.push_back({is_document, source.span(), source.member("url").string(), here()});
      else if (is_document && source.member("type").equals("content"))
        add_sources(source.member("content"), here() + ".source.content", found);
    }
    ++number;
    return true;
  });
}

}  // namespace

std::vector<UrlSource> url_sources(JsonValue root) {
  std::vector<UrlSource> found;
  std::size_t number = 0;
  root.member("messages").each_element([&](JsonValue message) {
    add_sources(message.member("content"), "messages." + std::to_string(number++) + ".content",
                found);
    return true;
  });
  return found;
}

bool names_url(JsonValue source) {
  if (is_url(source)) return true;
  bool any = false;
  source.member("content").each_element([&](JsonValue block) {
    any = is_url(block.member("source"));
    return !any;
  });
  return any;
}

}  // namespace rlm::wire
