#include "respond/whole_events.hpp"

#include <utility>

namespace rlm::respond {
namespace {

// The position behind the last empty line; 0 when there is none.
std::size_t end_of_events(std::string_view bytes) {
  for (std::size_t at = bytes.rfind('\n'); at != std::string_view::npos && at > 0;
       at = bytes.rfind('\n', at - 1)) {
    if (bytes[at - 1] == '\n') return at + 1;
    if (bytes[at - 1] == '\r' && at > 1 && bytes[at - 2] == '\n') return at + 1;
  }
  return 0;
}

}  // namespace

std::string_view WholeEvents::feed(std::string_view bytes) {
  if (!held_.empty()) {
    held_ += bytes;
    const std::size_t end = held_.size() > kHeldMax ? held_.size() : end_of_events(held_);
    if (end == 0) return {};
    inside_event_ = end_of_events(std::string_view(held_).substr(0, end)) != end;
    ready_.assign(held_, 0, end);
    held_.erase(0, end);
    return ready_;
  }
  std::size_t end = end_of_events(bytes);
  if (bytes.size() - end > kHeldMax) end = bytes.size();
  if (end > 0) inside_event_ = end_of_events(bytes.substr(0, end)) != end;
  held_ = bytes.substr(end);
  return bytes.substr(0, end);
}

std::string_view WholeEvents::finish(std::string_view bytes) {
  if (held_.empty()) return bytes;
  ready_ = std::exchange(held_, {});
  ready_ += bytes;
  return ready_;
}

}  // namespace rlm::respond
