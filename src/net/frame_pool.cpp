#include "net/frame_pool.hpp"

#include <array>
#include <new>

namespace rlm::net {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeeps = false;  // frames must be poisoned once they are gone
#else
constexpr bool kKeeps = true;
#endif

constexpr std::size_t kStep = 64;        // sizes are rounded up to it
constexpr std::size_t kBytesMax = 4096;  // a larger frame is not kept
constexpr std::size_t kSizes = kBytesMax / kStep + 1;
// What a burst of requests leaves behind must not stay for ever.
constexpr std::size_t kKeptBytesMax = 256 * 1024;

class FramePool {
 public:
  ~FramePool() {
    for (Free*& list : lists_)
      while (list != nullptr) ::operator delete(pop(list));
  }
  void* take(std::size_t size) {
    Free*& list = lists_[size];
    if (list == nullptr) return ::operator new(size* kStep);
    kept_bytes_ -= size * kStep;
    return pop(list);
  }
  void give_back(void* frame, std::size_t size) noexcept {
    if (kept_bytes_ >= kKeptBytesMax) return ::operator delete(frame);
    kept_bytes_ += size * kStep;
    lists_[size] = new (frame) Free{lists_[size]};
  }

 private:
  struct Free {
    Free* next;
  };
  static void* pop(Free*& list) {
    Free* const first = list;
    list = first->next;
    return first;
  }

  std::array<Free*, kSizes> lists_{};
  std::size_t kept_bytes_ = 0;
};

thread_local constinit FramePool pool;

}  // namespace

void* take_frame(std::size_t bytes) {
  const std::size_t size = (bytes + kStep - 1) / kStep;
  return kKeeps && size < kSizes ? pool.take(size) : ::operator new(bytes);
}

void give_back_frame(void* frame, std::size_t bytes) noexcept {
  const std::size_t size = (bytes + kStep - 1) / kStep;
  if (kKeeps && size < kSizes) return pool.give_back(frame, size);
  ::operator delete(frame);
}

}  // namespace rlm::net
