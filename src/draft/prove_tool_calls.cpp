#include "draft/prove_tool_calls.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "draft/asked_calls.hpp"
#include "draft/call_context.hpp"
#include "draft/tool_schema.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/draft_block.hpp"

namespace rlm::draft {
namespace {

using wire::JsonValue;
using Cause = std::optional<std::string>;

constexpr std::size_t kCallsMax = 64;
constexpr std::size_t kIdBytesMax = 128;

Cause why_not_allowed_to_call(const std::vector<DraftedCall>& calls, const ToolChoice& choice) {
  if (calls.empty()) return "no_tool_call";
  if (!choice.allowed) return "tool_choice";
  if (calls.size() > (choice.parallel ? kCallsMax : 1)) return "parallel";
  for (const DraftedCall& call : calls)
    if (!choice.only.empty() && call.block->name != choice.only) return "tool_choice";
  return std::nullopt;
}

Cause why_not_valid_call(DraftedCall& call, const SessionFacts& session, const ToolRules& rules) {
  const OfferedTool* tool = session.find_tool(call.block->name);
  if (tool == nullptr) return "unknown_tool";
  // A tool that the provider defines has no schema here to prove anything by.
  if (tool->schema.empty()) return "schema:invalid";
  if (auto why = why_not_valid(call.block->text, tool->schema)) return why;
  if (!call.read_input()) return "schema:bad_input";
  call.risk = risk_of_tool(call.block->name, call.input, session.working_directory(), rules);
  if (!rules.allows(call.risk)) return "risk:" + std::string(name_of(call.risk));
  return std::nullopt;
}

Cause why_not_proven(std::vector<DraftedCall>& calls, const SessionFacts& session,
                     const ToolRules& rules, std::string_view user_text) {
  if (auto why = why_not_allowed_to_call(calls, session.choice())) return why;
  for (DraftedCall& call : calls)
    if (auto why = why_not_valid_call(call, session, rules)) return why;
  if (auto why = why_in_conflict(calls, session)) return why;
  for (const DraftedCall& call : calls) {
    if (auto why = why_not_in_place(call, session)) return why;
    if (is_repeated(call, session, rules)) return "repeated_call";
  }
  if (session.errors_in_turn() >= kErrorsMax) return "recover";
  if (rules.checks_count && !user_text.empty()) {
    std::vector<std::string_view> inputs;
    for (const DraftedCall& call : calls) inputs.push_back(call.block->text);
    if (const auto why = why_too_few(user_text, inputs)) return std::string(*why);
  }
  return std::nullopt;
}

}  // namespace

tl::expected<Risk, std::string> prove_calls(const Answer& draft, const SessionFacts& session,
                                            const ToolRules& rules, std::string_view user_text) {
  std::vector<DraftedCall> calls;
  for (const ContentBlock& block : draft.content)
    if (block.kind == ContentBlock::Kind::ToolUse) calls.emplace_back(block);
  if (auto why = why_not_proven(calls, session, rules, user_text))
    return tl::unexpected(std::move(*why));
  Risk risk = Risk::None;
  for (const DraftedCall& call : calls) risk = std::max(risk, call.risk);
  return risk;
}

std::string_view asked_now(const RequestFacts& facts) {
  return facts.ends_with_tool_result ? std::string_view() : facts.last_user_text;
}

int give_fresh_ids(Answer& draft, const SessionFacts& session) {
  std::unordered_set<std::string> used;
  int changed = 0;
  for (ContentBlock& block : draft.content) {
    if (block.kind != ContentBlock::Kind::ToolUse) continue;
    while (!wire::is_tool_id(block.id, kIdBytesMax) || session.has_id(block.id) ||
           !used.insert(block.id).second) {
      block.id = "toolu_" + wire::new_message_id().substr(4);
      ++changed;
    }
  }
  return changed;
}

}  // namespace rlm::draft
