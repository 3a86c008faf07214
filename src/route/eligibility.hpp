#pragma once
// Whether a draft may be tried at all, before any cost is looked at; each refusal has a name.

#include <optional>
#include <string_view>

#include "domain/request.hpp"
#include "route/features.hpp"

namespace rlm::route {

/// What a draft endpoint can do beyond text. Defaults suit DeepSeek's Anthropic endpoint.
struct DraftAbilities {
  bool images = false;
  bool documents = false;
  bool structured_output = false;
  bool stop_sequences = true;
  /// Largest prompt in bytes (≈ 3.5 bytes a token); larger ones go to the verify model.
  std::size_t prompt_bytes_max = 3'000'000;
};

/// The name of the reason why no draft may be tried, e.g. "safety_gate", "images", "server_tools", "structured_output", "citations",
/// "documents", "unknown_blocks", "safeguards", "thinking_loop", "cache_prewarm", "assistant_prefill", "ends_with_system", "prompt_too_long",
/// "stop_sequences"; nothing when it may.
std::optional<std::string_view> why_not_draft(const RequestFacts& facts, const Features& features,
                                              const DraftAbilities& draft);

}  // namespace rlm::route
