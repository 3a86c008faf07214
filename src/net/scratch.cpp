#include "net/scratch.hpp"

#include <algorithm>
#include <cstring>

namespace rlm::net {

void Unread::add(std::string_view bytes) {
  if (bytes.empty()) return;
  if (empty() && scratch_.holds(bytes.data())) {
    begin_ = scratch_.data() + (bytes.data() - scratch_.data());
    size_ = bytes.size();
    scratch_.tenant_ = this;
    return;
  }
  move_out();
  own_.append(bytes);
}

void Unread::move_out() {
  if (size_ == 0) return;
  own_.append({begin_, size_});
  leave();
}

void Unread::consume(std::size_t bytes) {
  if (!own_.empty()) {
    own_.consume(bytes);
    if (own_.empty()) own_.release();  // a stream that stays open for minutes need not keep it
    return;
  }
  const std::size_t gone = std::min(bytes, size_);
  begin_ += gone;
  size_ -= gone;
  if (size_ == 0) leave();
}

std::span<char> Unread::take_to_scratch() {
  std::span<char> taken(data(), size());
  if (!own_.empty()) {
    scratch_.evict();
    taken = {scratch_.data(), std::min(own_.size(), Scratch::kBytes)};
    std::memcpy(scratch_.data(), own_.data(), taken.size());
  }
  consume(taken.size());
  return taken;
}

}  // namespace rlm::net
