#include "route/turn_driver.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rlm::route {
namespace {

/// What happens in a turn, one letter each: u the user says something; r a result, f a failed one;
/// after which the draft model makes a call: n a new one, s the same as before, i one that brings
/// nothing.
struct DriveCase {
  const char* name;
  std::string story;
  std::string drivers;  // of each request: D or V
  std::string_view reason;
};

TurnRules small() {
  TurnRules rules;
  rules.errors_max = 2;
  rules.repeats_max = 2;
  rules.idle_calls_max = 3;
  rules.calls_max = 6;
  rules.money_max = NanoUsd{1'000};
  return rules;
}

class TurnDriverTable : public testing::TestWithParam<DriveCase> {};

TEST_P(TurnDriverTable, GivesTheWheelAsTheStoryGoes) {
  TurnDriver turns;
  std::string drivers;
  int failed = 0;
  Wheel wheel;
  std::uint64_t fresh = 100;
  for (const char c : GetParam().story) {
    failed = c == 'u' ? 0 : failed + (c == 'f' ? 1 : 0);
    const TurnRequest request{"s", c == 'u', failed, UnixMs{1}};
    if (c == 'u' || c == 'r' || c == 'f') {
      wheel = turns.drive(request, small(), true);
      drivers += wheel.driver == Driver::Draft ? 'D' : 'V';
    }
    if (c == 'n') turns.stepped("s", {++fresh, true, NanoUsd{10}});
    if (c == 's') turns.stepped("s", {7, true, NanoUsd{10}});
    if (c == 'i') turns.stepped("s", {++fresh, false, NanoUsd{10}});
    if (c == '$') turns.stepped("s", {++fresh, true, NanoUsd{990}});
  }
  EXPECT_EQ(drivers, GetParam().drivers);
  EXPECT_EQ(wheel.reason, GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    TurnDriver, TurnDriverTable,
    testing::Values(DriveCase{"AQuietTurn", "unrnrnr", "DDDD", "driving"},
                    DriveCase{"OneErrorIsForgiven", "unfnrnr", "DDDD", "driving"},
                    DriveCase{"TwoErrorsHandOver", "unfnrnfnr", "DDDVV", "errors"},
                    DriveCase{"TheSameCallTwiceIsFine", "usrsrnr", "DDDD", "driving"},
                    DriveCase{"AThirdTimeIsNot", "usrnrsrsr", "DDDDV", "repeated_call"},
                    DriveCase{"NothingNewForLong", "uiririr", "DDDV", "no_progress"},
                    DriveCase{"NewsInBetween", "uirirnrir", "DDDDD", "driving"},
                    DriveCase{"TooManyCalls", "unrnrnrnrnrnr", "DDDDDDV", "call_budget"},
                    DriveCase{"TooMuchMoney", "unr$r", "DDV", "money_budget"},
                    DriveCase{"TheUsersNextTextBeginsAnew", "unfnfnrunr", "DDVVDD", "driving"},
                    DriveCase{"ATurnWhoseBeginningWasNotSeen", "r", "V", "joined_late"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TurnRequest request(std::string_view session, bool opens, std::int64_t now = 1) {
  return {session, opens, 0, UnixMs{now}};
}

TEST(TurnDriver, ARequestThatIsSentAgainCountsItsErrorsOnce) {
  TurnDriver turns;
  turns.drive(request("s", true), {}, true);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(turns.drive({"s", false, 1, UnixMs{1}}, {}, true).driver, Driver::Draft);
}

TEST(TurnDriver, LeavesTheWheelWithTheVerifyModelWhereItIsNotOffered) {
  TurnDriver turns;
  EXPECT_EQ(turns.drive(request("s", true), {}, false).reason, "not_offered");
  EXPECT_EQ(turns.drive(request("s", false), {}, true).driver, Driver::Verify);
  EXPECT_EQ(turns.drive(request("", true), {}, true).reason, "unknown_session");
  EXPECT_EQ(turns.size(), 1u);
}

TEST(TurnDriver, KeepsSubAgentsApart) {
  TurnDriver turns;
  turns.drive(request("s", true), {}, true);
  turns.drive(request("s/a", true), {}, true);
  turns.hand_over("s/a", "not_proven");
  EXPECT_EQ(turns.drive(request("s", false), {}, true).driver, Driver::Draft);
  const Wheel wheel = turns.drive(request("s/a", false), {}, true);
  EXPECT_EQ(wheel.driver, Driver::Verify);
  EXPECT_EQ(wheel.reason, "not_proven");
  EXPECT_TRUE(wheel.handed_over);
}

TEST(TurnDriver, KeepsTheFirstReasonOfAHandOver) {
  TurnDriver turns;
  turns.drive(request("s", true), {}, true);
  turns.hand_over("s", "not_proven");
  turns.hand_over("s", "draft_timeout");
  EXPECT_EQ(turns.drive(request("s", false), {}, true).reason, "not_proven");
}

TEST(TurnDriver, ForgetsTheLongestUnusedTurnBeyondItsBound) {
  TurnDriverConfig config;
  config.turns_max = 2;
  TurnDriver turns(config);
  for (const char* session : {"a", "b"}) turns.drive(request(session, true), {}, true);
  turns.drive(request("a", false), {}, true);
  turns.drive(request("c", true), {}, true);
  EXPECT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns.drive(request("a", false), {}, true).driver, Driver::Draft);
  EXPECT_EQ(turns.drive(request("b", false), {}, true).reason, "joined_late");
}

TEST(TurnDriver, ForgetsATurnThatNobodyContinues) {
  TurnDriverConfig config;
  config.life = Milliseconds(1000);
  TurnDriver turns(config);
  turns.drive(request("a", true, 1), {}, true);
  EXPECT_EQ(turns.drive(request("a", false, 1000), {}, true).driver, Driver::Draft);
  EXPECT_EQ(turns.drive(request("a", false, 2000), {}, true).reason, "joined_late");
  EXPECT_EQ(turns.size(), 0u);
}

}  // namespace
}  // namespace rlm::route
