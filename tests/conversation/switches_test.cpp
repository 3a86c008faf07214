// One conversation, several models: whoever answers which request, no provider refuses what
// follows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/conversation/two_models.hpp"
#include "tests/support/agent_client.hpp"

namespace rlm::test {
namespace {

/// The first refusal of a conversation; empty when it came to its end.
std::string refusal_of(AgentClient& client, TwoModels& models) {
  while (!client.is_done()) {
    const std::string body = client.body();
    const Served served = models.serve(body, client.wish());
    if (served.response.empty()) return served.refusal + "\n" + body;
    client.take(served.response);
  }
  return {};
}

TEST(Switches, AThousandConversationsAreNeverRefused) {
  int drafted = 0;
  int verified = 0;
  int switches = 0;
  int switches_in_loops = 0;
  std::map<std::string, int> ineligible;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    AgentClient client(seed, "sim-verify");
    TwoModels models(seed);
    ASSERT_EQ(refusal_of(client, models), "") << "seed " << seed;
    drafted += models.drafted();
    verified += models.verified();
    switches += models.switches();
    switches_in_loops += models.switches_in_loops();
    for (const auto& [why, count] : models.ineligible()) ineligible[why] += count;
  }
  // Not a walk around the danger: both models answer, and take turns within loops too.
  EXPECT_GT(drafted, 1000);
  EXPECT_GT(verified, 2000);
  EXPECT_GT(switches, 1000);
  EXPECT_GT(switches_in_loops, 200);
  EXPECT_GT(ineligible["thinking_loop"], 100);
  EXPECT_GT(ineligible["thinking_required"], 100);
  RecordProperty("drafted", drafted);
  RecordProperty("verified", verified);
  RecordProperty("switches", switches);
  RecordProperty("switches_in_loops", switches_in_loops);
}

struct BrokenCase {
  const char* name;
  Broken broken;
  const char* refusal;
};

class BrokenRule : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenRule, IsRefused) {
  std::string seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    AgentClient client(seed, "sim-verify");
    TwoModels models(seed, GetParam().broken);
    const std::string refusal = refusal_of(client, models);
    if (refusal.find(GetParam().refusal) != std::string::npos) return;
    if (!refusal.empty()) seen += refusal.substr(0, refusal.find('\n')) + "\n";
  }
  FAIL() << "nobody said: " << GetParam().refusal << "\nbut:\n" << seen;
}

INSTANTIATE_TEST_SUITE_P(
    Switches, BrokenRule,
    testing::Values(
        BrokenCase{"ThinkingSentToTheDraft", Broken::ThinkingSentToDraft,
                   "draft: The `content[].thinking` in the thinking mode must be passed back"},
        BrokenCase{"SystemEntriesSentToTheDraft", Broken::ThinkingSentToDraft,
                   ".role: Input should be 'user' or 'assistant'"},
        BrokenCase{"ADraftsThinkingDelivered", Broken::DraftThinkingDelivered,
                   "Invalid `signature` in `thinking` block"},
        BrokenCase{"AVerdictsThinkingDelivered", Broken::VerdictThinkingDelivered,
                   "Invalid `signature` in `thinking` block"},
        BrokenCase{"ThinkingTakenFromALoop", Broken::ThinkingDropped,
                   "Expected `thinking` or `redacted_thinking`, but found"},
        BrokenCase{"ADraftsRepeatedIdsKept", Broken::DraftIdsKept, "`tool_use` ids must be unique"},
        BrokenCase{"ADraftsMalformedIdsKept", Broken::DraftIdsKept,
                   "String should match pattern '^[a-zA-Z0-9_-]+$'"},
        BrokenCase{"AHistoryWrittenAnew", Broken::HistoryAltered,
                   "Invalid `signature` in `thinking` block"},
        BrokenCase{"ALoopThatMustThinkBegunByADraft", Broken::EligibilityIgnored,
                   "Expected `thinking` or `redacted_thinking`, but found `tool_use`"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace rlm::test
