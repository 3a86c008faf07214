#include "money/charged_usage.hpp"

#include <gtest/gtest.h>

namespace rlm::money {
namespace {

constexpr Usage kExpected{.input = 10, .cache_write_5m = 20, .cache_read = 300, .output = 77};
constexpr Usage kPrompt{.input = 10, .cache_write_5m = 20, .cache_read = 300};

Usage with_output(Usage usage, Tokens output) {
  usage.output = output;
  return usage;
}

struct ChargedCase {
  const char* name;
  CallEnd end;
  int status;
  const char* error;
  bool sent;
  bool streamed;
  Usage told;
  Usage charged;
};

class ChargedUsage : public testing::TestWithParam<ChargedCase> {};

TEST_P(ChargedUsage, IsWhatTheProviderCharges) {
  const ChargedCase& c = GetParam();
  CallRecord record;
  record.end = c.end;
  record.status = c.status;
  record.error = c.error;
  record.usage = c.told;
  const Usage charged = charged_usage({record, c.sent, c.streamed, 3'500}, kExpected);
  EXPECT_EQ(charged, c.charged);
}

constexpr Usage kTold{.input = 5, .cache_read = 40, .output = 9, .reported = true};
constexpr Usage kStarted{.input = 5, .cache_read = 40, .output = 3};
constexpr auto kComplete = CallEnd::Complete;
constexpr auto kCancelled = CallEnd::Cancelled;
constexpr auto kFailed = CallEnd::Failed;

INSTANTIATE_TEST_SUITE_P(
    Money, ChargedUsage,
    testing::Values(
        ChargedCase{"AsToldOfAWholeAnswer", kComplete, 200, "", true, true, kTold, kTold},
        ChargedCase{"AsToldThoughItWasCutBehind", kFailed, 200, "protocol", true, true, kTold,
                    kTold},
        ChargedCase{"ThePromptAsToldAndTheOutputSoFar", kCancelled, 200, "cancelled", true, true,
                    kStarted, kStarted},
        ChargedCase{"TheSameOfAStreamThatTheUpstreamCut", kFailed, 200, "protocol", true, true,
                    kStarted, kStarted},
        ChargedCase{"NothingThatWasNotSent", kCancelled, 0, "cancelled", false, true, {}, {}},
        ChargedCase{
            "NothingBehindAConnectThatTimedOut", kFailed, 0, "timeout", false, true, {}, {}},
        ChargedCase{"ThePromptThatWasReadBeforeTheClientLeft",
                    kCancelled,
                    0,
                    "cancelled",
                    true,
                    true,
                    {},
                    kPrompt},
        ChargedCase{"ThePromptBehindATimeout", kFailed, 0, "timeout", true, true, {}, kPrompt},
        ChargedCase{"AWholeAnswerThatNobodyWaitsFor",
                    kCancelled,
                    0,
                    "cancelled",
                    true,
                    false,
                    {},
                    with_output(kPrompt, 77)},
        ChargedCase{"NothingWhereTheUpstreamGaveUpUnanswered",
                    kFailed,
                    0,
                    "unreachable",
                    true,
                    true,
                    {},
                    {}},
        ChargedCase{"NothingForABrokenHead", kFailed, 0, "protocol", true, true, {}, {}},
        ChargedCase{"NothingForAnErrorStatus", kFailed, 529, "upstream_status", true, true, {}, {}},
        ChargedCase{"NothingForAnErrorStatusWhoseBodyNobodyAwaited",
                    kCancelled,
                    500,
                    "cancelled",
                    true,
                    true,
                    {},
                    {}},
        ChargedCase{"NothingForAnErrorEventInPlaceOfAnAnswer",
                    kFailed,
                    200,
                    "upstream_status",
                    true,
                    true,
                    {},
                    {}},
        ChargedCase{"NothingForAnErrorInAWholeGoodAnswer",
                    kFailed,
                    200,
                    "upstream_status",
                    true,
                    false,
                    with_output({}, 30),
                    {}},
        ChargedCase{"WhatWasMadeBeforeAnErrorEvent", kFailed, 200, "upstream_status", true, true,
                    with_output({}, 30), with_output(kPrompt, 30)},
        ChargedCase{"ThePromptOfAnAnswerThatHadOnlyItsHead",
                    kCancelled,
                    200,
                    "cancelled",
                    true,
                    true,
                    {},
                    kPrompt},
        ChargedCase{"ThePromptOfOneThatTheUpstreamCutBehindItsHead",
                    kFailed,
                    200,
                    "protocol",
                    true,
                    true,
                    {},
                    kPrompt},
        ChargedCase{"TheTextThatCameOfAStreamWhosePromptIsToldLast", kCancelled, 200, "cancelled",
                    true, true, with_output({}, 30), with_output(kPrompt, 30)},
        ChargedCase{"ThePromptOfAnUpstreamThatTellsNone", kComplete, 200, "", true, false,
                    with_output({}, 30), with_output(kPrompt, 30)}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(ChargedUsage, GoesByTheBytesWhereNothingWasExpected) {
  CallRecord record;
  record.end = CallEnd::Cancelled;
  EXPECT_EQ(charged_usage({record, true, true, 3'500}, {}), Usage{.input = 1'000});
  EXPECT_EQ(usage_of_bytes(1).input, 1);
  EXPECT_EQ(usage_of_bytes(0), Usage{});
}

TEST(ChargedUsage, CountingTokensIsFree) {
  CallRecord record;
  record.role = CallRole::Count;
  record.end = CallEnd::Cancelled;
  EXPECT_EQ(charged_usage({record, true, true, 3'500}, kExpected), Usage{});
}

TEST(ExpectedUse, IsOfTheModelThatIsAsked) {
  const ExpectedUse use{{.input = 1}, {.input = 2}, 3};
  EXPECT_EQ(use.of(CallRole::Draft).input, 1);
  EXPECT_EQ(use.of(CallRole::Direct).input, 2);
  EXPECT_EQ(use.of(CallRole::Verify).input, 5) << "the verdict's message stands behind the prompt";
  EXPECT_EQ(use.of(CallRole::Digest), Usage{}) << "a prompt of our own";
}

}  // namespace
}  // namespace rlm::money
