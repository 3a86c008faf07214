#pragma once
// A growable byte buffer without zero-filling, padded so that simdjson may read past the end.

#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/recycled_memory.hpp"

namespace rlm {

/// Owns `size` bytes followed by at least kPadding readable bytes once anything was reserved.
/// Move-only.
class Buffer {
 public:
  static constexpr std::size_t kPadding = 64;

  Buffer() = default;
  explicit Buffer(std::string_view bytes) { append(bytes); }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer moved(std::move(other));
    swap(moved);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { give_back_memory(data_, capacity_ + kPadding); }

  char* data() { return data_; }
  const char* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_, size_}; }

  /// Room for `bytes` in all. Throws std::bad_alloc.
  void reserve(std::size_t bytes) {
    if (bytes <= capacity_ && data_ != nullptr) return;
    const std::size_t taken = recycled_size(bytes + kPadding);
    auto* grown = static_cast<char*>(take_memory(taken));
    if (size_ > 0) std::memcpy(grown, data_, size_);
    give_back_memory(data_, capacity_ + kPadding);
    data_ = grown;
    capacity_ = taken - kPadding;
  }
  /// Sets the size after bytes were written into the reserved room. `bytes` <= capacity().
  void set_size(std::size_t bytes) { size_ = bytes; }
  void append(std::string_view bytes) {
    if (size_ + bytes.size() > capacity_) reserve((size_ + bytes.size()) * 3 / 2 + 64);
    if (!bytes.empty()) std::memcpy(data_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  /// Drops the first `bytes`; the rest moves to the front.
  void consume(std::size_t bytes) {
    if (bytes < size_) std::memmove(data_, data_ + bytes, size_ - bytes);
    size_ = bytes < size_ ? size_ - bytes : 0;
  }
  void clear() { size_ = 0; }
  /// Gives the memory back.
  void release() {
    give_back_memory(data_, capacity_ + kPadding);
    data_ = nullptr;
    size_ = capacity_ = 0;
  }
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace rlm
