#include <gtest/gtest.h>

#include <thread>

#include "route/test_conversation.hpp"

namespace rlm::route {
namespace {

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

TEST(Router, RacesAPlanThatWasAskedForAsARaceAndNoOther) {
  Conversation conversation(RoutePolicy::Preset::Paper);
  CascadeView view = conversation.view();
  view.race_forced = true;
  for (const Plan plan : {Plan::DraftOnly, Plan::DraftVerify, Plan::Direct}) {
    const Routed routed =
        conversation.router.route(conversation.facts(), conversation.features, view, plan, kStart);
    EXPECT_EQ(routed.raced, plan != Plan::Direct);
    EXPECT_EQ(routed.decision.reason, routed.raced ? "forced,raced" : "forced");
    EXPECT_GT(routed.question.verify.prompt.usage.prompt(), 0) << "known should it be stopped";
  }
}

TEST(Router, DraftsNothingThatTheDraftModelsDialectCannotSay) {
  using Preset = RoutePolicy::Preset;
  for (const Preset preset : {Preset::Balanced, Preset::Paper})
    for (const bool forced : {false, true}) {
      Conversation conversation(preset);
      CascadeView view = conversation.view();
      const auto route = [&] {
        return conversation.router.route(conversation.facts(), conversation.features, view,
                                         forced ? std::optional(Plan::DraftOnly) : std::nullopt,
                                         kStart);
      };
      EXPECT_NE(route().decision.plan, Plan::Direct);
      view.draft_lacks = [] { return std::string_view("tool_names"); };
      EXPECT_EQ(route().decision, (Decision{Plan::Direct, "tool_names"}));
      view.draft_lacks = [] { return std::string_view(); };
      EXPECT_NE(route().decision.plan, Plan::Direct);
    }
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
