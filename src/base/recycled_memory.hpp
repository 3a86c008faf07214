#pragma once
// Memory that each request takes and gives back: coroutine frames and buffers. Kept per thread, the
// last one first, so that it is in the cache and costs no search.

#include <cstddef>

namespace rlm {

/// What is given for `bytes`: a little more.
std::size_t recycled_size(std::size_t bytes);
/// At least `bytes`, aligned as by malloc. Throws std::bad_alloc.
void* take_memory(std::size_t bytes);
/// Keeps it for this thread, which need not be the one that took it. `bytes` as it was taken, or
/// what recycled_size() gave for that.
void give_back_memory(void* memory, std::size_t bytes) noexcept;

}  // namespace rlm
