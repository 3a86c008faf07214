#pragma once
// Whether a draft may be tried at all, before any cost is looked at; each refusal has a name.

#include <cstddef>
#include <optional>
#include <string_view>

#include "domain/plan.hpp"
#include "domain/request.hpp"
#include "route/features.hpp"

namespace rlm::route {

/// What a draft endpoint can do beyond text. Defaults suit DeepSeek's Anthropic endpoint.
struct DraftAbilities {
  bool images = false;
  bool documents = false;
  /// Images and documents by URL: taken by the endpoint, or fetched for it.
  bool url_sources = true;
  bool structured_output = false;
  bool stop_sequences = true;
  /// Largest prompt in bytes (≈ 3.5 bytes a token); larger ones go to the verify model.
  std::size_t prompt_bytes_max = 3'000'000;
};

/// The name of the first reason why `plan`, a drafted one, may not be tried; nothing when it may.
/// In this order:
/// - "safety_gate": the answer decides whether a tool may run;
/// - "cache_prewarm": max_tokens 0, which only fills the verify model's cache;
/// - "safeguards": the answer must carry safeguard_results, which nobody may invent;
/// - "thinking_loop": a tool loop with thinking stays with the model that began it (cascade.md §8);
/// - "thinking_required": with thinking `enabled` a tool loop must begin with the verify model's
///   thinking, which neither a drafted call nor a rewrite brings; a draft that can only talk may be
///   tried;
/// - "bound_to_provider": the history is kept by the provider (a message thread), or only it can
///   reach what the request names (container, MCP servers, place of inference);
/// - "server_tools", "citations", "unknown_blocks": what only the verify model's maker knows;
/// - "images", "documents", "url_sources", "structured_output", "stop_sequences": what the draft
///   model lacks; "structured_output" also for a schema too long to be checked, and for a plan that
///   may end in the verify model's rewrite, which no schema holds;
/// - "assistant_prefill": the last speaker is the assistant, whose text must be continued;
/// - "ends_with_system": no user message, so no verdict call, may follow a system entry
///   (anthropic-messages.md §5); a plan without a verdict call may be tried;
/// - "tool_choice": draft_verify, and the client demands a tool call, which a verdict is not;
/// - "prompt_too_long";
/// - "no_tools": draft_validate or draft_turn, and the request offers nothing to call;
/// - "recover": draft_validate, and the last tool result is an error: that goes to the verify
/// model.
std::optional<std::string_view> why_not_draft(const RequestFacts& facts, const Features& features,
                                              const DraftAbilities& draft, Plan plan);

}  // namespace rlm::route
