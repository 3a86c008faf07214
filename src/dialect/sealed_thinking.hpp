#pragma once
// Thinking of Anthropic's models inside a reasoning item of the Responses API: opaque to the
// client, which brings it back as it was.

#include <optional>
#include <string>
#include <string_view>

namespace rlm::dialect {

/// The value of encrypted_content for a thinking block; the parts are insides of JSON strings. It
/// is coded, not encrypted: the signature within is what the provider checks.
std::string seal_thinking(std::string_view thinking, std::string_view signature);
/// The same of a redacted_thinking block.
std::string seal_redacted_thinking(std::string_view data);

/// The block within; none for what these did not make (another provider's reasoning, an unknown
/// version).
std::optional<std::string> unseal_thinking(std::string_view sealed);

}  // namespace rlm::dialect
