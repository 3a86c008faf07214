#include "upstream/stream_beginning.hpp"

#include <cstddef>

namespace rlm::upstream {
namespace {

/// An error event is small; whatever is still unclear here is passed on.
constexpr std::size_t kUnclearMax = 64 * 1024;

bool is_blank(char c) {
  return c == ' ' || c == '\r' || c == '\n';
}

// The rest of `bytes` behind `prefix` when it begins with it. `partial` is set when `bytes` is too
// short to tell.
bool skip(std::string_view& bytes, std::string_view prefix, bool& partial) {
  if (bytes.size() < prefix.size()) {
    if (prefix.starts_with(bytes)) partial = true;
    return false;
  }
  if (!bytes.starts_with(prefix)) return false;
  bytes.remove_prefix(prefix.size());
  return true;
}

bool holds_an_empty_line(std::string_view bytes) {
  return bytes.find("\n\n") != std::string_view::npos ||
         bytes.find("\n\r\n") != std::string_view::npos;
}

// Whether the first line says that an error follows: by the event's name, or by its data where
// there is no name.
bool names_an_error(std::string_view bytes, bool& partial) {
  std::string_view rest = bytes;
  if (skip(rest, "event:", partial)) {
    skip(rest, " ", partial);
    if (!skip(rest, "error", partial)) return false;
    if (rest.empty()) partial = true;
    return !rest.empty() && is_blank(rest.front());
  }
  if (!skip(rest, "data:", partial)) return false;
  skip(rest, " ", partial);
  for (const std::string_view begin : {R"({"type":"error")", R"({"type": "error")"}) {
    std::string_view data = rest;
    if (skip(data, begin, partial)) return true;
  }
  return false;
}

}  // namespace

Beginning beginning_of(std::string_view bytes, bool end) {
  while (!bytes.empty() && is_blank(bytes.front())) bytes.remove_prefix(1);
  if (bytes.size() > kUnclearMax) return Beginning::Answer;
  bool partial = bytes.empty();
  if (names_an_error(bytes, partial))
    return end || holds_an_empty_line(bytes) ? Beginning::Failure : Beginning::Unclear;
  return partial ? Beginning::Unclear : Beginning::Answer;
}

}  // namespace rlm::upstream
