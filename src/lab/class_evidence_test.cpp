#include "lab/class_evidence.hpp"

#include <gtest/gtest.h>

#include "lab/test_ledgers.hpp"
#include "lab/usage_timeline.hpp"

namespace rlm::lab {
namespace {

std::map<std::string, ClassEvidence> evidence_after(int good, int bad, std::int64_t ppm = 100'000) {
  LedgerHistory history;
  for (int i = good + bad - 1; i >= 0; --i) {
    const auto client = direct_chat(i, Plan::Shadow);
    history.add(tried_chat(client, i < bad ? Judgement::Rewritten : Judgement::Accepted, ppm));
    history.add(client);
  }
  return evidence_of(history.exchanges(), {});
}

TEST(ClassEvidence, IsProvenByAsManyLabelsAsTheProxyAsksFor) {
  const auto few = evidence_after(174, 0);
  EXPECT_FALSE(few.at("chat/simple").is_proven());
  EXPECT_EQ(labels_to_trust(few.at("chat/simple")), 1);
  EXPECT_TRUE(evidence_after(175, 0).at("chat/simple").is_proven());
  EXPECT_GT(*labels_to_trust(evidence_after(174, 1).at("chat/simple")), 1);
}

TEST(ClassEvidence, IsRefutedOnlyWhenTheLabelsSaySo) {
  EXPECT_FALSE(is_refuted(evidence_after(20, 1).at("chat/simple"), .02));
  EXPECT_TRUE(is_refuted(evidence_after(20, 5).at("chat/simple"), .02));
}

TEST(ClassEvidence, ADraftThatWasRefusedIsNoLabel) {
  LedgerHistory history;
  const auto client = direct_chat(1, Plan::Shadow);
  auto tried = tried_chat(client, Judgement::Different, 100'000);
  tried.verdict = Verdict::Fallback;
  history.add(tried);
  history.add(client);
  const auto classes = evidence_of(history.exchanges(), {});
  EXPECT_EQ(classes.at("chat/simple").refused, 1);
  EXPECT_EQ(classes.at("chat/simple").labels(), 0);
}

TEST(ClassEvidence, ATryThatWasAskedForCountsAsTheOthersDo) {
  LedgerHistory history;
  for (int i = 399; i >= 0; --i) {
    const auto client = direct_chat(i, Plan::Shadow);
    history.add(tried_chat(client, Judgement::Accepted, i == 0 ? 100'000 : 1'000'000));
    history.add(client);
  }
  // 399 labels that were certain stand for a tenth of one that was drawn.
  EXPECT_FALSE(evidence_of(history.exchanges(), {}).at("chat/simple").is_proven());
}

TEST(UsageTimeline, HoldsEveryExchangeAndAllItsMoneyOnce) {
  LedgerHistory history;
  NanoUsd all;
  for (int i = 999; i >= 0; --i) {
    auto client = direct_chat(i, Plan::Shadow);
    client.started.value += i * 61'000;
    const auto tried = tried_chat(client, Judgement::Accepted, 100'000);
    history.add(tried);
    history.add(client);
    all += tried.cost + client.cost;
  }
  const UsageTimeline timeline = timeline_of(history.exchanges(), 48);
  EXPECT_LE(timeline.parts.size(), 48u);
  EXPECT_GE(timeline.parts.size(), 40u);
  std::int64_t exchanges = 0;
  NanoUsd cost;
  for (const auto& part : timeline.parts) {
    exchanges += part.exchanges();
    cost += part.cost;
  }
  EXPECT_EQ(exchanges, 1'000);
  EXPECT_EQ(cost, all);
  EXPECT_TRUE(timeline_of({}, 48).parts.empty());
}

}  // namespace
}  // namespace rlm::lab
