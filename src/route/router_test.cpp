#include "route/router.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace rlm::route {
namespace {

constexpr UnixMs kStart{1'790'000'000'000};

// The list prices of cascade.md §3.
const char* const kPrices = R"([
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

TEST(Router, LeavesOtherPresetsToTheirRulesAndLearnsNothingOfThem) {
  Conversation talk(RoutePolicy::Preset::Paper);
  const Routed routed = talk.route();
  EXPECT_EQ(routed.decision, (Decision{Plan::DraftOnly, "simple"}));
  EXPECT_EQ(talk.serve(routed).prompt, 0);
  EXPECT_EQ(talk.router.session_count(), 0u);
}

TEST(Router, ForecastsASessionToTheToken) {
  Conversation talk(RoutePolicy::Preset::Balanced);
  talk.serve(talk.route());
  for (int turn = 0; turn < 10; ++turn) {
    const auto miss = talk.serve(talk.route());
    EXPECT_GT(miss.prompt, 0);
    EXPECT_EQ(miss.off, 0) << "turn " << turn;
  }
}

TEST(Router, DraftsAColdChatUnderBalancedButNotUnseenUnderSafe) {
  Conversation balanced(RoutePolicy::Preset::Balanced);
  EXPECT_EQ(balanced.route().decision, (Decision{Plan::DraftOnly, "cheapest"}));
  Conversation safe(RoutePolicy::Preset::Safe);
  EXPECT_NE(safe.route().decision.plan, Plan::DraftOnly);
  EXPECT_EQ(safe.route().decision.reason, "probation");
}

TEST(Router, StaysWithTheModelWhoseCacheIsWarmWhenASessionIsNearItsEnd) {
  Conversation talk(RoutePolicy::Preset::Balanced, TurnKind::Side);
  talk.blocks = 100;
  talk.policy.preset = RoutePolicy::Preset::Safe;
  talk.serve(talk.route(Plan::Direct));
  talk.policy.preset = RoutePolicy::Preset::Balanced;
  const Routed routed = talk.route();
  EXPECT_EQ(routed.decision, (Decision{Plan::Direct, "cheapest"}));
  EXPECT_GT(routed.choice.alternatives[1].bill, routed.choice.alternatives[0].bill);
}

TEST(Router, ToolTurnsAreDirectUntilTheirClassIsTrusted) {
  Conversation talk(RoutePolicy::Preset::Balanced, TurnKind::Ask);
  EXPECT_EQ(talk.route().decision, (Decision{Plan::Direct, "probation"}));
  talk.policy.quality.set(TurnKind::Ask, Trust::Trusted);
  EXPECT_EQ(talk.route().decision.plan, Plan::DraftValidate);
  talk.policy.quality.set(TurnKind::Continue, Risk::Read, Trust::Trusted);
  EXPECT_EQ(talk.route().decision, (Decision{Plan::DraftTurn, "cheapest"}));
  talk.policy.quality.can_validate = false;
  EXPECT_EQ(talk.route().decision, (Decision{Plan::Direct, "not_available"}));
  talk.policy.quality = quality_of(RoutePolicy::Preset::MaxSavings);
  talk.policy.quality.can_validate = true;
  talk.features.turn = TurnKind::Recover;
  EXPECT_EQ(talk.route().decision, (Decision{Plan::Direct, "recover"}));
}

/// An agent whose turns may be drafted.
struct Agent : Conversation {
  Agent() : Conversation(RoutePolicy::Preset::Balanced, TurnKind::Ask) {
    policy.quality.set(TurnKind::Ask, Trust::Trusted);
    policy.quality.set(TurnKind::Continue, Trust::Trusted);
  }
  /// The request at hand ends so; its turn goes on.
  void ends(const Routed& routed, Verdict verdict, std::string reason = "driving") {
    ExchangeRecord record;
    record.started = now;
    record.plan = routed.decision.plan;
    record.verdict = verdict;
    record.reason = std::move(reason);
    if (verdict == Verdict::Validated) step = TurnStep{++calls_made, true, NanoUsd{}};
    record.calls = {call(CallRole::Draft, {.input = 100})};
    router.learn(routed, facts(), view(), {record, 0, step});
    step.reset();
    now.value += 5'000;
    ++blocks;
    features.turn = TurnKind::Continue;
  }
  std::uint64_t calls_made = 0;
};

TEST(Router, TellsOnceWhichDraftedCallsCameBackAsAnError) {
  Conversation talk(RoutePolicy::Preset::Balanced, TurnKind::Ask);
  const Routed drafted = talk.route();
  ExchangeRecord record;
  record.id = "exc_drafted";
  record.started = talk.now;
  const Outcome outcome{record, 0, std::nullopt, true};
  talk.router.learn(drafted, talk.facts(), talk.view(), outcome);
  talk.last_tool_failed = true;
  EXPECT_EQ(talk.route().failed_draft, "exc_drafted");
  EXPECT_EQ(talk.route().failed_draft, "") << "the same request once more";
}

TEST(Router, TheDraftModelDrivesATurnToItsEnd) {
  Agent agent;
  agent.ends(agent.route(), Verdict::Validated);
  for (int call = 0; call < 5; ++call) {
    const Routed routed = agent.route();
    EXPECT_EQ(routed.decision, (Decision{Plan::DraftTurn, "driving"}));
    EXPECT_GT(routed.question.verify.prompt.usage.prompt(), 0) << "what judging it will cost";
    agent.ends(routed, Verdict::Validated);
  }
}

TEST(Router, ATurnThatWasHandedOverStaysWithTheVerifyModelUntilTheUserSpeaksAgain) {
  Agent agent;
  agent.ends(agent.route(), Verdict::Fallback, "cheapest,not_proven:schema:type");
  for (int call = 0; call < 2; ++call) {
    const Routed routed = agent.route();
    EXPECT_EQ(routed.decision, (Decision{Plan::Direct, "handed_over:not_proven:schema:type"}));
    agent.ends(routed, Verdict::Direct);
  }
  agent.features.turn = TurnKind::Ask;
  EXPECT_EQ(agent.route().decision, (Decision{Plan::DraftTurn, "cheapest"}));
}

TEST(Router, ErrorsOfToolsHandATurnOver) {
  Agent agent;
  agent.ends(agent.route(), Verdict::Validated);
  agent.features.turn = TurnKind::Recover;
  agent.failed_results = 1;
  const Routed forgiven = agent.route();
  EXPECT_EQ(forgiven.decision, (Decision{Plan::DraftTurn, "driving"}));
  agent.ends(forgiven, Verdict::Validated);
  agent.failed_results = 2;
  EXPECT_EQ(agent.route().decision, (Decision{Plan::Direct, "handed_over:errors"}));
}

TEST(Router, WhatTheDraftModelCannotReadHandsATurnOver) {
  Agent agent;
  agent.ends(agent.route(), Verdict::Validated);
  agent.has_images = true;
  EXPECT_EQ(agent.route().decision, (Decision{Plan::Direct, "images"}));
  agent.has_images = false;
  EXPECT_EQ(agent.route().decision, (Decision{Plan::Direct, "handed_over:images"}));
}

TEST(Router, ATurnWhoseBeginningWasNotSeenGoesCallByCall) {
  Agent agent;
  agent.features.turn = TurnKind::Continue;
  EXPECT_EQ(agent.route().decision, (Decision{Plan::DraftValidate, "cheapest"}));
}

TEST(Router, ATurnThatIsAskedForByHeaderKnowsItsPricesButHasNoWheel) {
  Agent agent;
  agent.policy.preset = RoutePolicy::Preset::Paper;
  const Routed routed = agent.route(Plan::DraftTurn);
  EXPECT_EQ(routed.decision, (Decision{Plan::DraftTurn, "forced"}));
  EXPECT_NE(routed.question.verify.rate.price, nullptr);
}

TEST(Router, AnUnpricedModelMeansDirect) {
  Conversation talk(RoutePolicy::Preset::MaxSavings);
  talk.draft_model = "nobody-knows-it";
  const Routed routed = talk.route();
  EXPECT_EQ(routed.decision, (Decision{Plan::Direct, "no_price"}));
  EXPECT_FALSE(routed.choice.priced);
  EXPECT_GT(talk.serve(routed).prompt, 0) << "the verify model's caches are learned all the same";
}

TEST(Router, NeverDraftsASafetyGateNorLearnsFromIt) {
  Conversation talk(RoutePolicy::Preset::MaxSavings, TurnKind::Side);
  talk.features.safety_gate = true;
  const Routed routed = talk.route();
  EXPECT_EQ(routed.decision, (Decision{Plan::Direct, "safety_gate"}));
  EXPECT_EQ(talk.serve(routed).prompt, 0);
}

TEST(Router, GivesUpDraftingAClassWhoseDraftsFail) {
  Conversation talk(RoutePolicy::Preset::Balanced);
  ASSERT_EQ(talk.route().decision.plan, Plan::DraftOnly);
  ExchangeRecord record;
  record.started = talk.now;
  record.plan = Plan::DraftOnly;
  record.verdict = Verdict::Fallback;
  record.calls = {talk.call(CallRole::Draft, {.input = 40'000}),
                  talk.call(CallRole::Direct, {.cache_write_5m = 40'000})};
  for (int i = 0; i < 400; ++i)
    talk.router.learn(talk.route(), talk.facts(), talk.view(), {record});
  EXPECT_EQ(talk.route().decision, (Decision{Plan::Direct, "cheapest"}));
}

TEST(Router, NamesAChangeOfASessionsPrefixButNotBetweenItsKindsOfPrompt) {
  Conversation talk(RoutePolicy::Preset::Balanced, TurnKind::Ask);
  talk.serve(talk.route());
  EXPECT_EQ(talk.route().prefix_change, std::nullopt);
  talk.features.turn = TurnKind::Chat;  // a small question without tools, in between
  talk.features.session = "s";
  EXPECT_EQ(talk.route().prefix_change, std::nullopt);
  RequestFacts changed = talk.facts();
  for (auto& mark : changed.prefix) mark.hash += 5;
  const Routed routed =
      talk.router.route(changed, talk.features, talk.view(), std::nullopt, talk.now);
  ASSERT_TRUE(routed.prefix_change);
  EXPECT_EQ(routed.prefix_change->name(), "prefix_system");
}

TEST(Router, TellsClassesApartByThePapersRule) {
  Features features;
  features.turn = TurnKind::Chat;
  features.user_text = "hello";
  features.user_characters = 5;
  EXPECT_EQ(name_of(class_of(features, {})), "chat/simple");
  features.user_text = "please refactor";
  EXPECT_EQ(name_of(class_of(features, {})), "chat/complex");
  features.user_text = "";
  features.user_characters = 1'500;
  EXPECT_EQ(name_of(class_of(features, {})), "chat/complex");
}

TEST(Router, ServesThreadsThatShareASession) {
  Conversation shared(RoutePolicy::Preset::Balanced);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&shared] {
      const RequestFacts facts = shared.facts();
      ExchangeRecord record;
      record.started = kStart;
      record.plan = Plan::DraftOnly;
      record.verdict = Verdict::Skipped;
      record.calls = {shared.call(CallRole::Draft, {.input = 40'000})};
      for (int i = 0; i < 200; ++i) {
        const Routed routed =
            shared.router.route(facts, shared.features, shared.view(), std::nullopt, kStart);
        shared.router.learn(routed, facts, shared.view(), {record});
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(shared.router.session_count(), 1u);
}

}  // namespace
}  // namespace rlm::route
