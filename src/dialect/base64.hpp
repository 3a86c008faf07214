#pragma once
// Base64 as JSON carries bytes (RFC 4648 §4).

#include <string>
#include <string_view>

namespace rlm::dialect {

/// Appends `bytes` in base64, padded.
void append_base64(std::string& out, std::string_view bytes);

/// Appends what `text` stands for; padding may be missing. False, and an unspecified tail of `out`,
/// when it is no base64.
bool append_from_base64(std::string& out, std::string_view text);

}  // namespace rlm::dialect
