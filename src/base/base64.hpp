#pragma once
// Base64 (RFC 4648), as JSON, headers and tokens carry bytes.

#include <string>
#include <string_view>

namespace rlm {

/// Appends `bytes` in base64, padded.
void append_base64(std::string& out, std::string_view bytes);

/// Appends what `text` stands for; padding may be missing. False, and an unspecified tail of `out`,
/// when it is no base64.
bool append_from_base64(std::string& out, std::string_view text);

/// `bytes` with the alphabet of URLs and without padding (RFC 4648 §5).
std::string base64url(std::string_view bytes);

}  // namespace rlm
