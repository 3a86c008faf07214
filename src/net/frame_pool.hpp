#pragma once
// Memory of coroutine frames, kept for the next ones: a request is some ten frames deep, and each
// would be a call of malloc and one of free.

#include <cstddef>

namespace rlm::net {

/// As operator new; of a frame given back earlier on this thread when there is one of this size.
void* take_frame(std::size_t bytes);
/// Keeps the frame for this thread, which need not be the one that took it; `bytes` as it was
/// taken.
void give_back_frame(void* frame, std::size_t bytes) noexcept;

}  // namespace rlm::net
