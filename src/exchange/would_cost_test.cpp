#include "exchange/would_cost.hpp"

#include <gtest/gtest.h>

namespace rlm::exchange {
namespace {

// Nano-dollars a token.
constexpr std::int64_t kIn = 5'000, kWrite = 6'250, kRead = 500, kOut = 25'000;
constexpr Tokens kSuffix = 300;

NanoUsd price(const Usage& usage) {
  return {usage.input * kIn + usage.cache_write_5m * kWrite + usage.cache_read * kRead +
          usage.output * kOut};
}

CallRecord direct_call() {
  CallRecord call;
  call.role = CallRole::Direct;
  call.usage = {.input = 10, .cache_write_5m = 2'000, .cache_read = 8'000, .output = 400};
  call.cost = price(call.usage);
  return call;
}

CallRecord tried_call(CallRole role, Usage usage, std::int64_t cost) {
  CallRecord call;
  call.role = role;
  call.usage = usage;
  call.cost = {cost};
  return call;
}

ExchangeRecord tried(Plan plan, Verdict verdict, bool judged) {
  ExchangeRecord record;
  record.plan = plan;
  record.verdict = verdict;
  record.calls.push_back(tried_call(CallRole::Draft, {.input = 10'000, .output = 400}, 700'000));
  // It came behind the direct call, and so read everything.
  if (judged)
    record.calls.push_back(
        tried_call(CallRole::Verify, {.input = 310, .cache_read = 10'000, .output = 4}, 9'999));
  return record;
}

struct WouldCase {
  const char* name;
  ExchangeRecord record;
  std::int64_t nano;
};

constexpr std::int64_t kDraft = 700'000;
constexpr std::int64_t kPrompt = 10 * kIn + 2'000 * kWrite + 8'000 * kRead;
constexpr std::int64_t kDirect = kPrompt + 400 * kOut;

class WouldCost : public testing::TestWithParam<WouldCase> {};

TEST_P(WouldCost, IsWhatThePlanWouldHaveBought) {
  EXPECT_EQ(would_cost(GetParam().record, direct_call(), kSuffix, price).value, GetParam().nano);
}

INSTANTIATE_TEST_SUITE_P(
    Shadow, WouldCost,
    testing::Values(
        WouldCase{"AnUnseenDraft", tried(Plan::DraftOnly, Verdict::Skipped, false), kDraft},
        WouldCase{"AnUnseenDraftWhateverItsLabelCost",
                  tried(Plan::DraftOnly, Verdict::Skipped, true), kDraft},
        WouldCase{"AProvenCall", tried(Plan::DraftValidate, Verdict::Validated, false), kDraft},
        WouldCase{"ARefusedDraft", tried(Plan::DraftValidate, Verdict::Fallback, false),
                  kDraft + kDirect},
        WouldCase{"AVerdictThatMeetsTheCacheFirst",
                  tried(Plan::DraftVerify, Verdict::Accepted, true),
                  kDraft + kPrompt + kSuffix* kIn + 4 * kOut},
        WouldCase{"ARewriteOfTheAnswersLength", tried(Plan::DraftVerify, Verdict::Enhanced, true),
                  kDraft + kPrompt + kSuffix* kIn + 400 * kOut},
        WouldCase{
            "AnEditThatDoesNotApply", tried(Plan::DraftVerify, Verdict::Fallback, true),
            kDraft + kPrompt + kSuffix* kIn + 4 * kOut + 10 * kIn + 10'000 * kRead + 400 * kOut}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace rlm::exchange
