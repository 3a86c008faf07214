#include "base/recycled_memory.hpp"

#include <array>
#include <bit>
#include <cstdlib>
#include <new>

namespace rlm {
namespace {

#if defined(RLM_SANITIZED)
constexpr bool kKeeps = false;  // what is used after its end must be seen
#else
constexpr bool kKeeps = true;
#endif

// Sizes are multiples of 64 bytes at first, then four to each power of two.
constexpr std::size_t kStep = 64;
constexpr std::size_t kFineMax = 4096;
constexpr std::size_t kFineSizes = kFineMax / kStep + 1;
constexpr std::size_t kBytesMax = 512 * 1024;  // larger ones are not kept
constexpr std::size_t kSizes =
    kFineSizes + 4 * (std::bit_width(kBytesMax) - std::bit_width(kFineMax));
// What a burst of requests leaves behind must not stay for ever; 32 bodies of 200 KB may.
constexpr std::size_t kKeptBytesMax = 8 * 1024 * 1024;

struct SizeClass {
  std::size_t bytes;
  std::size_t index;
};

SizeClass class_of(std::size_t bytes) {
  if (bytes <= kFineMax) {
    const std::size_t steps = (bytes + kStep - 1) / kStep;
    return {steps * kStep, steps};
  }
  const auto width = static_cast<std::size_t>(std::bit_width(bytes - 1));
  const std::size_t shift = width - 3;
  const std::size_t quarters = ((bytes - 1) >> shift) + 1;  // 5 to 8
  const std::size_t doublings = width - std::bit_width(kFineMax);
  return {quarters << shift, kFineSizes + 4 * doublings + quarters - 5};
}

void* allocate(std::size_t bytes) {
  void* memory = std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

class Kept {
 public:
  ~Kept() {
    for (Free*& list : lists_)
      while (list != nullptr) std::free(pop(list));
  }
  void* take(SizeClass size) {
    Free*& list = lists_[size.index];
    if (list == nullptr) return allocate(size.bytes);
    bytes_ -= size.bytes;
    return pop(list);
  }
  void give_back(void* memory, SizeClass size) noexcept {
    if (bytes_ + size.bytes > kKeptBytesMax) return std::free(memory);
    bytes_ += size.bytes;
    lists_[size.index] = new (memory) Free{lists_[size.index]};
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
  std::size_t bytes_ = 0;
};

thread_local constinit Kept kept;

bool is_kept(std::size_t bytes) {
  return kKeeps && bytes != 0 && bytes <= kBytesMax;
}

}  // namespace

std::size_t recycled_size(std::size_t bytes) {
  return is_kept(bytes) ? class_of(bytes).bytes : bytes;
}

void* take_memory(std::size_t bytes) {
  return is_kept(bytes) ? kept.take(class_of(bytes)) : allocate(bytes);
}

void give_back_memory(void* memory, std::size_t bytes) noexcept {
  if (memory == nullptr) return;
  is_kept(bytes) ? kept.give_back(memory, class_of(bytes)) : std::free(memory);
}

}  // namespace rlm
