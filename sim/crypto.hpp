#pragma once
// Hashes, signatures and encodings of the cloud providers, apart from the proxy's own.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rlm::sim {

/// Raw bytes, 32 of them.
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// Lower case.
std::string hex(std::string_view bytes);
/// zlib's polynomial.
std::uint32_t crc32_of(std::string_view bytes);

std::string base64(std::string_view bytes);
/// RFC 4648 §5 without padding; nothing for other characters or padding.
std::optional<std::string> base64url_decoded(std::string_view text);
/// "%3A" is ":"; a broken escape stays as it is. `form`: "+" is a blank.
std::string percent_decoded(std::string_view text, bool form = false);

/// True when `pem` is a public key or a certificate.
bool is_public_key(const std::string& pem);
/// True when `signature` (raw bytes) is RS256 of `text` by the owner of `pem`.
bool verifies_rs256(const std::string& pem, std::string_view text, std::string_view signature);

}  // namespace rlm::sim
