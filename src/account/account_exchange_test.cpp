#include "account/account_exchange.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace rlm::account {
namespace {

// Prices of the paper in nano-dollars a token.
constexpr std::int64_t kDraftIn = 1'740, kDraftOut = 3'480;
constexpr std::int64_t kIn = 5'500, kWrite = 6'875, kRead = 550, kOut = 27'500;
const VerifyModel kVerify{.endpoint = "big", .model = "paper-verify"};

/// A prompt of `blocks` blocks of 1,000 bytes (and tokens), with a breakpoint on the last.
RequestFacts prompt(int blocks) {
  RequestFacts facts;
  std::uint64_t hash = 17;
  for (int i = 0; i < blocks; ++i) {
    hash = hash * 1'000'003 + static_cast<std::uint64_t>(i) + 1;
    facts.prompt_bytes += 1'000;
    facts.prefix.push_back({hash, facts.prompt_bytes, false, false});
  }
  facts.prefix.back().breakpoint = true;
  return facts;
}

CallRecord call(CallRole role, Usage usage, CallEnd end = CallEnd::Complete) {
  CallRecord made;
  made.role = role;
  made.end = end;
  made.endpoint = role == CallRole::Draft ? "fast" : "big";
  made.model = role == CallRole::Draft ? "paper-draft" : "paper-verify";
  made.usage = usage;
  made.status = 200;
  return made;
}

struct Accounting : testing::Test {
  std::shared_ptr<const money::PriceTable> prices{std::shared_ptr<void>(),
                                                  &money::PriceTable::built_in()};
  Accountant accountant{prices};
  int minute = 0;

  ExchangeRecord settle(Verdict verdict, std::vector<CallRecord> calls, const RequestFacts& facts,
                        Tokens delivered, VerifyModel verify = kVerify) {
    ExchangeRecord record;
    record.started = {1'790'000'000'000 + minute * 60'000};
    record.session = "s";
    record.verdict = verdict;
    record.calls = std::move(calls);
    record.seen.output = delivered;
    accountant.settle(record, facts, verify);
    return record;
  }
};

TEST_F(Accounting, PricesEachCallAndAddsThemUp) {
  const auto record =
      settle(Verdict::Enhanced,
             {call(CallRole::Draft, {.input = 1'000, .output = 100}, CallEnd::Failed),
              call(CallRole::Draft, {.input = 1'000, .output = 200}),
              call(CallRole::Verify, {.input = 10, .cache_read = 1'000, .output = 50},
                   CallEnd::Cancelled)},
             prompt(1), 50);
  EXPECT_EQ(record.calls[0].cost.value, 1'000 * kDraftIn + 100 * kDraftOut);
  EXPECT_EQ(record.calls[1].cost.value, 1'000 * kDraftIn + 200 * kDraftOut);
  EXPECT_EQ(record.calls[2].cost.value, 10 * kIn + 1'000 * kRead + 50 * kOut);
  EXPECT_EQ(record.cost.value,
            record.calls[0].cost.value + record.calls[1].cost.value + record.calls[2].cost.value);
  EXPECT_EQ(record.calls[0].price_version, "2026-01-01");
}

TEST_F(Accounting, ADirectExchangeSavesNothing) {
  const auto record =
      settle(Verdict::Direct, {call(CallRole::Direct, {.cache_write_5m = 2'000, .output = 300})},
             prompt(2), 300);
  EXPECT_EQ(record.cost.value, 2'000 * kWrite + 300 * kOut);
  EXPECT_EQ(record.saved().value, 0);
}

TEST_F(Accounting, WorkThatNoClientWaitedForCostsAndSavesNothing) {
  ExchangeRecord record;
  record.started = {1'790'000'000'000};
  record.session = "s";
  record.occasion = Occasion::Shadow;
  record.verdict = Verdict::Skipped;
  record.calls = {call(CallRole::Shadow, {.input = 1'000, .output = 100})};
  accountant.settle(record, prompt(1), kVerify);
  EXPECT_EQ(record.cost.value, 1'000 * kIn + 100 * kOut);
  EXPECT_EQ(record.baseline.value, 0);
  EXPECT_EQ(accountant.session_count(), 0u);
}

TEST_F(Accounting, ACallWhoseCacheAReadKeptAliveIsHeldAgainstTheColdOne) {
  const Usage written{.cache_write_5m = 2'000, .output = 300};
  const Usage read{.cache_read = 2'000, .output = 300};
  settle(Verdict::Direct, {call(CallRole::Direct, written)}, prompt(2), 300);
  minute = 4;
  ExchangeRecord keep;
  keep.started = {1'790'000'000'000 + minute * 60'000};
  keep.session = "s";
  keep.occasion = Occasion::KeepAlive;
  keep.calls = {call(CallRole::KeepAlive, {.cache_read = 2'000})};
  accountant.settle(keep, prompt(2), kVerify);
  EXPECT_EQ(keep.saved().value, -2'000 * kRead);
  minute = 8;
  const auto record = settle(Verdict::Direct, {call(CallRole::Direct, read)}, prompt(2), 300);
  EXPECT_EQ(record.cost.value, 2'000 * kRead + 300 * kOut);
  EXPECT_EQ(record.baseline.value, 2'000 * kWrite + 300 * kOut);
}

TEST_F(Accounting, AFallbackLosesWhatTheDraftCost) {
  const auto record =
      settle(Verdict::Fallback,
             {call(CallRole::Draft, {.input = 2'000, .output = 10}, CallEnd::Failed),
              call(CallRole::Direct, {.input = 500}, CallEnd::Failed),
              call(CallRole::Direct, {.cache_write_5m = 2'000, .output = 300})},
             prompt(2), 300);
  EXPECT_EQ(record.baseline.value, 2'000 * kWrite + 300 * kOut);
  EXPECT_EQ(record.saved().value, -(2'000 * kDraftIn + 10 * kDraftOut + 500 * kIn));
}

TEST_F(Accounting, AFallbackBehindAVerdictIsComparedWithTheCacheThatTheVerdictMet) {
  VerifyModel verify = kVerify;
  verify.suffix_bytes = 500;
  const auto record =
      settle(Verdict::Fallback,
             {call(CallRole::Draft, {.input = 2'000, .output = 100}),
              call(CallRole::Verify, {.input = 500, .cache_write_5m = 2'000, .output = 30}),
              call(CallRole::Direct, {.cache_read = 2'000, .output = 300})},
             prompt(2), 300, verify);
  EXPECT_EQ(record.baseline.value, 2'000 * kWrite + 300 * kOut);
  EXPECT_EQ(record.saved().value,
            -(2'000 * kDraftIn + 100 * kDraftOut + 500 * kIn + 30 * kOut + 2'000 * kRead));
}

TEST_F(Accounting, ASkippedExchangeIsComparedWithAWarmCache) {
  const auto draft = call(CallRole::Draft, {.input = 2'000, .output = 100});
  EXPECT_EQ(settle(Verdict::Skipped, {draft}, prompt(2), 100).baseline.value,
            2'000 * kWrite + 100 * kOut);
  const auto longer = call(CallRole::Draft, {.input = 3'000, .output = 100});
  EXPECT_EQ(settle(Verdict::Skipped, {longer}, prompt(3), 100).baseline.value,
            2'000 * kRead + 1'000 * kWrite + 100 * kOut);
  minute = 5;
  EXPECT_EQ(settle(Verdict::Skipped, {longer}, prompt(3), 100).baseline.value,
            3'000 * kWrite + 100 * kOut);
}

TEST_F(Accounting, AVerdictCallCountsThePromptWithoutItsSuffix) {
  VerifyModel verify = kVerify;
  verify.suffix_bytes = 500;
  const auto record =
      settle(Verdict::Accepted,
             {call(CallRole::Draft, {.input = 1'700, .output = 100}),
              call(CallRole::Verify, {.input = 500, .cache_write_5m = 2'000, .output = 4})},
             prompt(2), 90, verify);
  EXPECT_EQ(record.baseline.value, 2'000 * kWrite + 90 * kOut);
}

TEST_F(Accounting, ADirectExchangeAfterDraftedOnesIsComparedWithTheCacheThatTheyLeftCold) {
  settle(Verdict::Skipped, {call(CallRole::Draft, {.input = 2'000, .output = 100})}, prompt(2),
         100);
  const auto cold = call(CallRole::Direct, {.cache_write_5m = 3'000, .output = 10});
  EXPECT_EQ(settle(Verdict::Direct, {cold}, prompt(3), 10).baseline.value,
            2'000 * kRead + 1'000 * kWrite + 10 * kOut);
  const auto warm =
      call(CallRole::Direct, {.cache_write_5m = 1'000, .cache_read = 3'000, .output = 10});
  EXPECT_EQ(settle(Verdict::Direct, {warm}, prompt(4), 10).saved().value, 0);
}

TEST_F(Accounting, AVerdictCallKeepsTheRealCacheWarmForADirectOne) {
  settle(Verdict::Accepted,
         {call(CallRole::Draft, {.input = 2'000, .output = 100}),
          call(CallRole::Verify, {.cache_write_5m = 2'000, .output = 4})},
         prompt(2), 100);
  const auto warm =
      call(CallRole::Direct, {.cache_write_5m = 1'000, .cache_read = 2'000, .output = 10});
  EXPECT_EQ(settle(Verdict::Direct, {warm}, prompt(3), 10).saved().value, 0);
}

TEST_F(Accounting, AFailedExchangeHasNoBaselineUnlessADirectCallWasBilled) {
  const auto draft = call(CallRole::Draft, {.input = 2'000, .output = 100});
  EXPECT_EQ(settle(Verdict::Failed, {draft}, prompt(2), 0).baseline.value, 0);
  EXPECT_EQ(settle(Verdict::Failed, {}, prompt(2), 0).baseline.value, 0);
  const auto cut = call(CallRole::Direct, {.input = 2'000, .output = 7}, CallEnd::Cancelled);
  EXPECT_EQ(settle(Verdict::Failed, {cut}, prompt(2), 0).baseline.value, 2'000 * kIn + 7 * kOut);
  const auto verify = call(CallRole::Verify, {.input = 2'000}, CallEnd::Failed);
  EXPECT_EQ(settle(Verdict::Failed, {draft, verify}, prompt(2), 0).baseline.value, 0);
}

TEST_F(Accounting, CountingTokensIsFree) {
  const auto record =
      settle(Verdict::Direct, {call(CallRole::Count, {.input = 1'000})}, prompt(1), 0);
  EXPECT_EQ(record.cost.value, 0);
  EXPECT_EQ(record.baseline.value, 0);
}

TEST_F(Accounting, AModelWithoutAPriceIsFreeAndCounted) {
  auto unknown = call(CallRole::Draft, {.input = 1'000, .output = 100});
  unknown.model = "nobody-knows";
  const auto record =
      settle(Verdict::Skipped, {unknown}, prompt(1), 100, {.endpoint = "big", .model = "nor-this"});
  EXPECT_EQ(record.cost.value, 0);
  EXPECT_EQ(record.baseline.value, 0);
  EXPECT_EQ(record.calls[0].price_version, "");
  EXPECT_EQ(accountant.unpriced(), 2u);
}

TEST_F(Accounting, ARegionalEndpointMultipliesBothSides) {
  Accountant regional(prices, {.baseline = {}, .per_mille_of = {{"big", 1'100}}});
  ExchangeRecord record;
  record.started = {1'790'000'000'000};
  record.verdict = Verdict::Skipped;
  record.calls = {call(CallRole::Verify, {.output = 10})};
  record.seen.output = 10;
  regional.settle(record, {}, kVerify);
  EXPECT_EQ(record.cost.value, 10 * kOut * 11 / 10);
  EXPECT_EQ(record.baseline.value, 10 * kOut * 11 / 10);
}

TEST_F(Accounting, ARowForOneEndpointGoesBeforeTheModels) {
  money::PriceTable table = money::PriceTable::built_in();
  money::Price own = *table.find("paper-draft", {1'790'000'000'000});
  own.match = "fast/paper-draft";
  own.output = 1'000'000;
  table.rows().push_back(own);
  Accountant mine(std::make_shared<money::PriceTable>(table));
  ExchangeRecord record;
  record.started = {1'790'000'000'000};
  record.calls = {call(CallRole::Draft, {.output = 5})};
  mine.settle(record, {}, kVerify);
  EXPECT_EQ(record.cost.value, 5'000);
}

TEST_F(Accounting, SessionsAreBounded) {
  Accountant small(prices, {.baseline = {.sessions_max = 32}, .per_mille_of = {}});
  for (int i = 0; i < 1'000; ++i) {
    ExchangeRecord record;
    record.started = {1'790'000'000'000};
    record.session = "session " + std::to_string(i);
    record.verdict = Verdict::Skipped;
    small.settle(record, prompt(1), kVerify);
  }
  EXPECT_LE(small.session_count(), 32u);
  EXPECT_GT(small.session_count(), 16u);
}

TEST_F(Accounting, ManyThreadsMaySettleAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<std::int64_t> sum{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        ExchangeRecord record;
        record.started = {1'790'000'000'000};
        record.session = std::to_string((t + i) % 7);
        record.verdict = Verdict::Direct;
        record.calls = {call(CallRole::Direct, {.input = 1})};
        accountant.settle(record, prompt(1), kVerify);
        sum += record.cost.value;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum, 2'000 * kIn);
}

}  // namespace
}  // namespace rlm::account
