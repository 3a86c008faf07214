#include "route/eligibility.hpp"

namespace rlm::route {
namespace {

// What a verdict call brings instead of a draft is words, which nothing holds to the form.
bool may_be_rewritten(Plan plan) {
  return plan == Plan::DraftVerify || plan == Plan::DraftTurn;
}

bool can_keep_form(const RequestFacts& facts, const DraftAbilities& draft, Plan plan) {
  return draft.structured_output && !may_be_rewritten(plan) &&
         facts.structured_schema.size() < kWantedSchemaBytesMax;
}

}  // namespace

std::optional<std::string_view> why_not_draft(const RequestFacts& facts, const Features& features,
                                              const DraftAbilities& draft, Plan plan) {
  if (features.safety_gate) return "safety_gate";
  if (facts.max_tokens == 0) return "cache_prewarm";
  if (facts.has_safeguards) return "safeguards";
  if (facts.loop_has_thinking) return "thinking_loop";
  if (facts.thinking == Thinking::Enabled && facts.tool_count > 0 && plan != Plan::DraftOnly)
    return "thinking_required";
  if (facts.is_bound_to_provider) return "bound_to_provider";
  if (facts.has_server_tools) return "server_tools";
  if (facts.has_citations) return "citations";
  if (facts.has_other_blocks) return "unknown_blocks";
  if (facts.has_images && !draft.images) return "images";
  if (facts.has_documents && !draft.documents) return "documents";
  if (facts.has_url_sources && !draft.url_sources) return "url_sources";
  if (facts.wants_structured_output && !can_keep_form(facts, draft, plan))
    return "structured_output";
  if (!facts.stop_sequences.empty() && !draft.stop_sequences) return "stop_sequences";
  if (facts.last_speaker == Role::Assistant) return "assistant_prefill";
  if (facts.last_role == Role::System && plan == Plan::DraftVerify) return "ends_with_system";
  if (facts.must_call_tool && plan == Plan::DraftVerify) return "tool_choice";
  if (facts.prompt_bytes > draft.prompt_bytes_max) return "prompt_too_long";
  const bool calls_tools = plan == Plan::DraftValidate || plan == Plan::DraftTurn;
  if (calls_tools && facts.tool_count == 0) return "no_tools";
  if (plan == Plan::DraftValidate && facts.last_tool_failed) return "recover";
  return std::nullopt;
}

}  // namespace rlm::route
