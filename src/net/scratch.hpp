#pragma once
// One area per thread into which bytes are received, so that a stream that waits holds no buffer.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/buffer.hpp"

namespace rlm::net {

class Unread;

/// What stands here is valid until the next suspension of whoever filled it. One thread.
class Scratch {
 public:
  static constexpr std::size_t kBytes = 64 * 1024;

  char* data() { return memory_.get(); }
  bool holds(const char* bytes) const {
    return bytes >= memory_.get() && bytes < memory_.get() + kBytes;
  }
  /// To be called before it is filled: what others left here unread moves out.
  void evict();

 private:
  friend class Unread;
  std::unique_ptr<char[]> memory_ = std::make_unique_for_overwrite<char[]>(kBytes);
  Unread* tenant_ = nullptr;  // who has left bytes here
};

/// Bytes that were received and not yet taken. They stay in the scratch area where they came until
/// that is about to be filled again; mostly they are taken before, and never copied. One thread.
class Unread {
 public:
  explicit Unread(Scratch& scratch) : scratch_(scratch) {}
  ~Unread() { leave(); }
  Unread(const Unread&) = delete;
  Unread& operator=(const Unread&) = delete;

  char* data() { return own_.empty() ? begin_ : own_.data(); }
  std::size_t size() const { return own_.empty() ? size_ : own_.size(); }
  bool empty() const { return size() == 0; }
  std::string_view view() const {
    return own_.empty() ? std::string_view(begin_, size_) : own_.view();
  }
  /// Adds bytes, wherever they stand, behind the others.
  void add(std::string_view bytes);
  /// Drops the first `bytes`.
  void consume(std::size_t bytes);
  /// Moves the first of them, as many as fit, to where everything else is received; they are then
  /// the caller's until its next suspension.
  std::span<char> take_to_scratch();

 private:
  friend class Scratch;
  void move_out();
  void leave() {
    if (scratch_.tenant_ == this) scratch_.tenant_ = nullptr;
    begin_ = nullptr;
    size_ = 0;
  }

  Scratch& scratch_;
  char* begin_ = nullptr;  // in the scratch area, when own_ is empty
  std::size_t size_ = 0;
  Buffer own_;
};

inline void Scratch::evict() {
  if (tenant_ != nullptr) tenant_->move_out();
}

}  // namespace rlm::net
