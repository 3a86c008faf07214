#pragma once
// Hashes and encodings that credentials are made of.

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

/// Base64 with the URL alphabet and without padding (RFC 4648 §5), as JSON web tokens use it.
std::string base64url(std::string_view bytes);

/// All but unreserved characters (RFC 3986 §2.3) as %XX; '/' stays when `keep_slash`.
std::string percent_encoded(std::string_view text, bool keep_slash = false);

}  // namespace rlm::credential
