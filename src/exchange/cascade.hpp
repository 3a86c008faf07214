#pragma once
// Which models stand behind a name that a client asks for.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/claude_rules.hpp"
#include "draft/live_guard.hpp"
#include "draft/tool_risk.hpp"
#include "exchange/audit_policy.hpp"
#include "exchange/keep_alive_policy.hpp"
#include "exchange/shadow_policy.hpp"
#include "route/choose_plan.hpp"
#include "upstream/endpoint.hpp"
#include "verify/verdict_prompt.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::exchange {

enum class OnVerifyFailure { Error, ServeDraft };

/// One `[[cascade]]`: requests for a matching model are planned over this pair.
struct Cascade {
  std::string name;                // "cascade 1", or as configured
  std::vector<std::string> match;  // globs over the model that the client asks for
  std::size_t draft = 0;           // positions in RoutingTable::endpoints
  std::size_t verify = 0;
  route::RoutePolicy policy;
  route::ClassNames classes;
  verify::VerdictPrompt prompt;  // on an answer; calls_prompt on tool calls, the others on a turn
  /// In place of `prompt` where that is cheaper (route::cheaper_form); absent: never.
  std::optional<verify::VerdictPrompt> brief_prompt = verify::default_brief_prompt();
  verify::VerdictPrompt calls_prompt = verify::default_calls_prompt();
  verify::VerdictPrompt turn_prompt = verify::default_turn_prompt();
  verify::VerdictPrompt digest_prompt = verify::default_digest_prompt();
  OnVerifyFailure on_verify_failure = OnVerifyFailure::Error;
  draft::ToolRules tools;
  draft::HoldBackConfig hold_back;
  ShadowPolicy shadow;
  AuditPolicy audits;
  KeepAlivePolicy keep_alive;
};

/// Tokens of a draft's text before it may leave; -1: all of it.
Tokens held_back(const Cascade& cascade);

/// Immutable after loading; shared by all workers.
struct RoutingTable {
  std::vector<upstream::EndpointConfig> endpoints;
  std::vector<Cascade> cascades;
  /// Where a model that no cascade and no endpoint names goes, unchanged; -1: it is not found.
  int passthrough = -1;

  /// Where the endpoint of this name stands; there must be one.
  std::size_t position_of(std::string_view endpoint) const;
  /// The first cascade that matches; null when none does.
  const Cascade* find_cascade(std::string_view model) const;
  /// The endpoint for a direct call of `model`: its cascade's verify model, else an endpoint with
  /// this model id or name, else the pass-through; -1: none.
  int find_endpoint(std::string_view model) const;
  /// Whether each endpoint that may answer a direct call of `model` speaks `dialect`.
  bool is_spoken(std::string_view model, Dialect dialect) const;
  /// What the model takes that answers a direct call of `model`, by its upstream's name for it.
  /// Where the upstream speaks an OpenAI dialect, all: its translation leaves out what it refuses.
  dialect::ClaudeRules rules_of(std::string_view model) const;
  /// What of the draft model's request, as wire::draft_body makes it, no endpoint of the model has
  /// words for (upstream::what_dialect_lacks), told of the first one; empty: nothing. `index` is
  /// scratch.
  std::string_view lack_of_draft(const Cascade& cascade, const Buffer& draft_body,
                                 wire::JsonIndex& index) const;
};

/// `*` stands for any text, `?` for one character; the whole name must match.
bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace rlm::exchange
