#pragma once
// A conversation between two models, for tests of the router.

#include <memory>

#include "route/router.hpp"

namespace rlm::route {

inline constexpr UnixMs kStart{1'790'000'000'000};

// The list prices of cascade.md §3.
inline constexpr const char* kPrices = R"([
  {"match": "draft-model", "valid_from": "2026-01-01", "input": 1.74, "cache_write_5m": 1.74,
   "cache_write_1h": 1.74, "cache_read": 0.145, "output": 3.48, "cache_minimum": 0, "source": "t"},
  {"match": "verify-model", "valid_from": "2026-01-01", "input": 5.5, "cache_write_5m": 6.875,
   "cache_write_1h": 11, "cache_read": 0.55, "output": 27.5, "source": "t"}])";

/// A conversation of an agent; every turn adds blocks and moves the breakpoint.
struct Conversation {
  Router router{std::make_shared<money::RateBook>(
                    std::make_shared<const money::PriceTable>(*money::PriceTable::parse(kPrices))),
                nullptr};
  std::string name = "cascade 1";
  ClassNames classes{"cheap", name};
  RoutePolicy policy;
  std::string draft_model = "draft-model";
  Features features;
  UnixMs now = kStart;
  int blocks = 20;
  int failed_results = 0;
  bool has_images = false;
  bool last_tool_failed = false;
  std::optional<TurnStep> step;

  explicit Conversation(RoutePolicy::Preset preset, TurnKind turn = TurnKind::Chat) {
    policy.preset = preset;
    policy.quality = quality_of(preset);
    policy.quality.can_validate = true;
    features.turn = turn;
    features.session = "s";
    features.user_text = "what is this?";
    features.user_characters = 13;
  }

  CascadeView view() const {
    return {name, policy, {"cheap", draft_model}, {"dear", "verify-model"}, classes, 700};
  }

  RequestFacts facts() const {
    RequestFacts facts;
    facts.last_role = facts.last_speaker = Role::User;
    facts.max_tokens = 32'000;
    facts.failed_results = failed_results;
    facts.has_images = has_images;
    facts.last_tool_failed = last_tool_failed;
    facts.tool_count = fits(features.turn, Plan::DraftValidate) ? 12 : 0;
    std::uint64_t hash = 7;
    for (int i = 0; i < blocks; ++i) {
      facts.prompt_bytes += 7'000;
      hash = hash * 1'000'003 + static_cast<std::uint64_t>(i);
      facts.prefix.push_back({hash, facts.prompt_bytes, i + 1 == blocks, false, i - 2});
    }
    return facts;
  }

  Routed route(std::optional<Plan> forced = std::nullopt) {
    return router.route(facts(), features, view(), forced, now);
  }

  CallRecord call(CallRole role, Usage usage) const {
    CallRecord made;
    made.role = role;
    made.end = CallEnd::Complete;
    made.usage = usage;
    made.usage.output = 300;
    made.usage.reported = true;
    return made;
  }

  /// The exchange goes as it was planned, and each model bills what was expected of it.
  ForecastMiss serve(const Routed& routed) {
    ExchangeRecord record;
    record.started = now;
    record.plan = routed.decision.plan;
    record.verdict = Verdict::Direct;
    const Tokens prompt = blocks * 2'000;
    if (record.plan == Plan::Direct) {
      record.calls.push_back(call(CallRole::Direct, verify_cache_.sent(prompt)));
    } else {
      record.verdict = Verdict::Skipped;
      record.calls.push_back(call(CallRole::Draft, draft_cache_.sent(prompt)));
    }
    if (record.plan == Plan::DraftVerify) {
      record.verdict = Verdict::Accepted;
      record.calls.push_back(call(CallRole::Verify, verify_cache_.sent(prompt)));
    }
    const auto miss = router.learn(routed, facts(), view(), {record, 0, step});
    now.value += 20'000;
    ++blocks;
    return miss;
  }

 private:
  /// A provider that keeps all it was sent.
  struct Provider {
    bool automatic;
    Tokens known = 0;
    Usage sent(Tokens prompt) {
      Usage usage{.cache_read = known};
      (automatic ? usage.input : usage.cache_write_5m) = prompt - known;
      known = prompt;
      return usage;
    }
  };
  Provider draft_cache_{true};
  Provider verify_cache_{false};
};

}  // namespace rlm::route
