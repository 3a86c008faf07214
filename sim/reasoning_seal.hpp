#pragma once
// Encrypted reasoning: opaque to the client, and known again when it comes back.

#include <cstdint>
#include <string>
#include <string_view>

namespace rlm::sim {

/// `nonce`: hex digits.
std::string encrypted_reasoning(std::uint64_t seed, std::string_view nonce);
std::string reasoning_id(std::string_view nonce);
/// True when it was made here, for this item; an empty id belongs to any.
bool is_own_reasoning(std::uint64_t seed, std::string_view encrypted, std::string_view id);

}  // namespace rlm::sim
