#pragma once
// What bytes are, by their first ones: what a server says of them counts for nothing.

#include <string_view>

namespace rlm::fetch {

/// "image/jpeg", "image/png", "image/gif", "image/webp" or "application/pdf", which is what
/// Anthropic's API takes; empty for anything else.
std::string_view media_type_of(std::string_view bytes);

}  // namespace rlm::fetch
