#include "lab/ttl_advice.hpp"

#include <gtest/gtest.h>

namespace rlm::lab {
namespace {

constexpr UnixMs kStart{1'790'000'000'000};
constexpr const char* kPrices = R"([
  {"match": "m", "valid_from": "2026-01-01", "input": 5, "cache_write_5m": 6.25,
   "cache_write_1h": 10, "cache_read": 0.5, "output": 25, "cache_minimum": 1024, "source": "t"}])";

/// Calls of one session, told from the first to the last; added in a ledger's order.
struct Session {
  money::RateBook rates{
      std::make_shared<const money::PriceTable>(*money::PriceTable::parse(kPrices))};
  std::vector<ExchangeRecord> records{};

  void call(int minute, Tokens read, Tokens written, std::string session = "s") {
    ExchangeRecord record;
    record.session = std::move(session);
    record.started = UnixMs{kStart.value + minute * 60'000};
    CallRecord made;
    made.role = CallRole::Direct;
    made.endpoint = "opus";
    made.model = "m";
    made.usage.cache_read = read;
    made.usage.cache_write_5m = written;
    record.calls = {made};
    records.push_back(record);
  }
  TtlFigures figures() {
    TtlAdvice advice(rates);
    for (auto record = records.rbegin(); record != records.rend(); ++record) advice.add(*record);
    const auto found = advice.by_model().find("opus (m)");
    return found == advice.by_model().end() ? TtlFigures{} : found->second;
  }
};

TEST(TtlAdvice, APromptThatLapsedWouldHaveBeenRead) {
  Session session;
  session.call(0, 0, 100'000);
  session.call(20, 0, 110'000);  // all of it again, and 10,000 new ones
  const TtlFigures figures = session.figures();
  EXPECT_EQ(figures.calls, 1) << "the first is written once in any case";
  EXPECT_EQ(figures.lapsed, 1);
  EXPECT_EQ(figures.paid.value, 110'000 * 6'250ll);
  EXPECT_EQ(figures.with_one_hour.value, 100'000 * 500ll + 10'000 * 10'000ll);
  EXPECT_GT(figures.saved().value, 0);
}

TEST(TtlAdvice, CallsInAQuickRowOnlyPayMoreForWriting) {
  Session session;
  session.call(0, 0, 100'000);
  session.call(1, 100'000, 2'000);
  session.call(2, 102'000, 2'000);
  const TtlFigures figures = session.figures();
  EXPECT_EQ(figures.calls, 2);
  EXPECT_EQ(figures.lapsed, 0);
  EXPECT_EQ(figures.saved().value, 4'000 * (6'250ll - 10'000ll));
}

TEST(TtlAdvice, AnHourIsTooShortForSomePauses) {
  Session session;
  session.call(0, 0, 100'000);
  session.call(61, 0, 100'000);
  EXPECT_EQ(session.figures().lapsed, 0);
}

TEST(TtlAdvice, KnowsNothingOfCallsWithoutASessionOrOfOtherSessions) {
  Session session;
  session.call(0, 0, 100'000, "");
  session.call(10, 0, 100'000, "");
  session.call(10, 0, 100'000, "a");
  session.call(20, 0, 100'000, "b");
  EXPECT_EQ(session.figures().calls, 0);
}

}  // namespace
}  // namespace rlm::lab
