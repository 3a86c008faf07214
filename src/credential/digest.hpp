#pragma once
// Hashes that credentials are made of.

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace rlm::credential {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 of the segments behind each other.
Sha256 sha256(std::span<const std::string_view> segments);
/// HMAC-SHA-256.
Sha256 hmac_sha256(std::string_view key, std::string_view text);

/// Lower-case hexadecimal.
std::string hex(const Sha256& hash);
inline std::string_view bytes_of(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace rlm::credential
