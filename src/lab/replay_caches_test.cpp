#include "lab/replay_caches.hpp"

#include <gtest/gtest.h>

#include "lab/test_sessions.hpp"

namespace rlm::lab {
namespace {

TEST(VerifyCache, ReadsWhatOtherSessionsLeftAtItsFirstCall) {
  const SessionThread thread = thread_of({call_at(0, 10'000, 4'000, 7)});
  VerifyCache cache({}, thread.first_read());
  Bill bill;
  cache.serve(thread.calls[0], 7, Purpose::Verify, bill);
  const Usage& usage = bill.usage(Purpose::Verify);
  EXPECT_EQ(usage.cache_read, 4'000);
  EXPECT_EQ(usage.cache_write_5m, 6'000);
  EXPECT_EQ(usage.output, 7);
}

TEST(VerifyCache, PaysTheLoggedUncachedInputAsInput) {
  auto call = call_at(0, 10'000, 0, 1);
  call.cache_write_5m = 9'998;
  call.input = 2;
  VerifyCache cache({}, 0);
  Bill bill;
  cache.serve(call, 1, Purpose::Verify, bill);
  EXPECT_EQ(bill.usage(Purpose::Verify).input, 2);
  EXPECT_EQ(bill.usage(Purpose::Verify).cache_write_5m, 9'998);
}

struct IdleCase {
  const char* name;
  CacheRules rules;
  double idle_s;
  Tokens read;
  int keep_alives;
};

class VerifyCacheIdle : public testing::TestWithParam<IdleCase> {};

TEST_P(VerifyCacheIdle, HoldsUntilItsTtlAndItsKeepAlivesAreOver) {
  const IdleCase& given = GetParam();
  const SessionThread thread =
      thread_of({call_at(0, 10'000, 4'000, 1), call_at(1 + given.idle_s, 12'000, 10'000, 1)});
  VerifyCache cache(given.rules, thread.first_read());
  Bill bill;
  cache.see(thread.calls[0]);
  cache.serve(thread.calls[0], 1, Purpose::Verify, bill);
  cache.see(thread.calls[1]);
  EXPECT_EQ(cache.readable(thread.calls[1]), given.read);
  cache.serve(thread.calls[1], 1, Purpose::Redo, bill);
  EXPECT_EQ(bill.usage(Purpose::Redo).cache_read, given.read);
  EXPECT_EQ(bill.calls(Purpose::KeepAlive), given.keep_alives);
  EXPECT_EQ(bill.usage(Purpose::KeepAlive).cache_read, 10'000 * given.keep_alives);
}

INSTANTIATE_TEST_SUITE_P(ReplayCaches, VerifyCacheIdle,
                         testing::Values(IdleCase{"Warm", {}, 300, 10'000, 0},
                                         IdleCase{"Expired", {}, 301, 0, 0},
                                         IdleCase{"HourWarm", {true, false}, 3'600, 10'000, 0},
                                         IdleCase{"HourExpired", {true, false}, 3'601, 4'000, 0},
                                         IdleCase{"NotYetKeptAlive", {false, true}, 269, 10'000, 0},
                                         IdleCase{"KeptAliveOnce", {false, true}, 539, 10'000, 1},
                                         IdleCase{"KeptAliveTwice", {false, true}, 840, 10'000, 2},
                                         IdleCase{"KeptAliveInVain", {false, true}, 841, 0, 2}),
                         [](const auto& tested) { return tested.param.name; });

TEST(VerifyCache, LosesWhatAnotherModelsCallsNoLongerShare) {
  const SessionThread thread = thread_of(
      {call_at(0, 10'000, 0, 1), call_at(10, 11'000, 3'000, 1), call_at(20, 12'000, 11'000, 1)});
  VerifyCache cache({}, 0);
  Bill bill;
  cache.see(thread.calls[0]);
  cache.serve(thread.calls[0], 1, Purpose::Verify, bill);
  cache.see(thread.calls[1]);  // served by the draft model
  cache.see(thread.calls[2]);
  EXPECT_EQ(cache.readable(thread.calls[2]), 3'000);
}

TEST(VerifyCache, IsNotWrittenByAnUnmarkedCall) {
  const SessionThread thread =
      thread_of({call_at(0, 10'000, 0, 1), call_at(10, 11'000, 10'000, 1)});
  VerifyCache cache({}, 0);
  Bill bill;
  cache.serve(thread.calls[0], 1, Purpose::Redo, bill, false);
  EXPECT_EQ(bill.usage(Purpose::Redo).input, 10'000);
  EXPECT_EQ(bill.usage(Purpose::Redo).cache_write_5m, 0);
  EXPECT_EQ(cache.readable(thread.calls[1]), 0);
}

TEST(VerifyCache, IsKeptAliveBehindTheLastCallToo) {
  VerifyCache used({false, true}, 0), unused({false, true}, 0);
  Bill bill;
  unused.finish(bill);
  EXPECT_EQ(bill.calls(Purpose::KeepAlive), 0);
  used.serve(call_at(0, 10'000, 0, 1), 1, Purpose::Verify, bill);
  used.finish(bill);
  EXPECT_EQ(bill.usage(Purpose::KeepAlive).cache_read, 20'000);
}

TEST(DraftCache, NeverExpiresAndLosesWhatChanged) {
  const SessionThread thread = thread_of(
      {call_at(0, 10'000, 0, 1), call_at(9'000, 12'000, 0, 1), call_at(9'010, 13'000, 2'000, 1)});
  DraftCache cache;
  Bill bill;
  for (const auto& call : thread.calls) {
    cache.see(call);
    cache.serve(call, bill);
  }
  EXPECT_EQ(bill.usage(Purpose::Draft).cache_read, 9'997 + 2'000);
  EXPECT_EQ(bill.usage(Purpose::Draft).input, 10'000 + 2'003 + 11'000);
  EXPECT_EQ(bill.usage(Purpose::Draft).output, 3);
}

TEST(Bill, PricesEachSideAtItsOwnPrices) {
  Bill bill;
  Usage usage;
  usage.input = 1'000'000;
  usage.cache_read = 1'000'000;
  usage.output = 1'000'000;
  bill.add(Purpose::Draft, usage);
  usage.cache_write_5m = usage.cache_write_1h = 1'000'000;
  bill.add(Purpose::Redo, usage);
  const ReplayPrices prices = reference_prices();
  EXPECT_EQ(bill.cost(Purpose::Draft, prices).value, 5'365'000'000);
  EXPECT_EQ(bill.cost(Purpose::Redo, prices).value, 46'750'000'000);
  EXPECT_EQ(bill.cost(prices).value, 52'115'000'000);
  EXPECT_EQ(bill.verify_answers(), 1);
}

}  // namespace
}  // namespace rlm::lab
