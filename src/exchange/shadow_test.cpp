#include "exchange/shadow.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "exchange/shadow_work.hpp"

namespace rlm::exchange {
namespace {

struct TryCase {
  const char* name;
  Decision would;
  route::TurnKind turn;
  std::function<void(RequestFacts&)> change;
  std::optional<Plan> tried;
};

class PlanToTry : public testing::TestWithParam<TryCase> {};

TEST_P(PlanToTry, IsTheCascadesOwnOrWhatSuitsTheRequest) {
  RequestFacts facts;
  facts.last_role = facts.last_speaker = Role::User;
  facts.max_tokens = 1'000;
  route::Features features;
  features.turn = GetParam().turn;
  facts.tool_count = route::fits(features.turn, Plan::DraftValidate) ? 3 : 0;
  GetParam().change(facts);
  EXPECT_EQ(plan_to_try(GetParam().would, facts, features, {}), GetParam().tried);
}

const auto nothing = [](RequestFacts&) {};
using route::TurnKind;

INSTANTIATE_TEST_SUITE_P(
    Shadow, PlanToTry,
    testing::Values(
        TryCase{"ItsOwn", {Plan::DraftOnly, "cheapest"}, TurnKind::Chat, nothing, Plan::DraftOnly},
        TryCase{"ItsOwnForTools",
                {Plan::DraftValidate, "cheapest"},
                TurnKind::Continue,
                nothing,
                Plan::DraftValidate},
        TryCase{"ProbationOfATurnWithTools",
                {Plan::Direct, "probation"},
                TurnKind::Ask,
                nothing,
                Plan::DraftValidate},
        TryCase{"AWholeTurnIsTriedCallByCall",
                {Plan::DraftTurn, "cheapest"},
                TurnKind::Ask,
                nothing,
                Plan::DraftValidate},
        TryCase{
            "ColdCaches", {Plan::Direct, "cheapest"}, TurnKind::Chat, nothing, Plan::DraftVerify},
        TryCase{"WithoutAPriceNothing",
                {Plan::Direct, "no_price"},
                TurnKind::Chat,
                nothing,
                std::nullopt},
        TryCase{"NotWhatTheDraftModelCannotSee",
                {Plan::Direct, "images"},
                TurnKind::Chat,
                [](RequestFacts& facts) { facts.has_images = true; },
                std::nullopt},
        TryCase{"NotWithSafeguards",
                {Plan::Direct, "safeguards"},
                TurnKind::Ask,
                [](RequestFacts& facts) { facts.has_safeguards = true; },
                std::nullopt},
        TryCase{"NotBehindAFailedTool",
                {Plan::Direct, "recover"},
                TurnKind::Recover,
                [](RequestFacts& facts) { facts.last_tool_failed = true; },
                std::nullopt}),
    [](const auto& tested) { return std::string(tested.param.name); });

constexpr std::string_view kStream =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","
    "\"model\":\"m\",\"usage\":{\"input_tokens\":1}}}\n\n"
    ": ping\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
    "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
    "\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n"
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
    "\"end_turn\"},\"usage\":{\"output_tokens\":1}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

TEST(DeliveredAnswer, IsReadFromAStreamAndFromAWholeBody) {
  wire::JsonIndex index;
  const auto streamed = answer_in(kStream, index);
  ASSERT_TRUE(streamed);
  EXPECT_EQ(streamed->text(), "hi");
  const auto whole = answer_in(
      R"( {"type":"message","id":"m","model":"m","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}})",
      index);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->text(), "hi");
}

TEST(DeliveredAnswer, IsNoneWhenItIsNotWhole) {
  wire::JsonIndex index;
  EXPECT_FALSE(answer_in("", index));
  EXPECT_FALSE(answer_in("{\"type\":\"message\"", index));
  EXPECT_FALSE(answer_in(kStream.substr(0, kStream.size() - 50), index));
  EXPECT_FALSE(answer_in("data: nonsense\n\n", index));
}

}  // namespace
}  // namespace rlm::exchange
