#include "lab/ledger_check.hpp"

#include <gtest/gtest.h>

#include "wire/json_cursor.hpp"

namespace rlm::lab {
namespace {

constexpr const char* kPrices = R"([
  {"match": "deep*", "valid_from": "2026-01-01", "input": 1, "cache_write_5m": 1,
   "cache_write_1h": 1, "cache_read": 0.1, "output": 2, "source": "test"},
  {"match": "deep*", "valid_from": "2026-06-01", "input": 3, "cache_write_5m": 3,
   "cache_write_1h": 3, "cache_read": 0.3, "output": 6, "source": "test"}])";

class LedgerCheckTest : public testing::Test {
 protected:
  static std::shared_ptr<const money::PriceTable> prices() {
    auto table = money::PriceTable::parse(kPrices);
    EXPECT_TRUE(table.has_value()) << table.error().message;
    return std::make_shared<const money::PriceTable>(std::move(*table));
  }

  /// 1,000 input and 100 output tokens on 2026-02-01: 1,200 micro-dollars.
  static ExchangeRecord record(const std::string& id, const std::string& model = "deep-1") {
    ExchangeRecord made;
    made.id = id;
    made.started = *money::start_of("2026-02-01");
    made.verdict = Verdict::Skipped;
    CallRecord call;
    call.role = CallRole::Draft;
    call.endpoint = "cheap";
    call.model = model;
    call.usage.input = 1'000;
    call.usage.output = 100;
    call.usage.reported = true;
    call.price_version = "2026-01-01";
    call.cost = {1'200'000};
    made.calls.push_back(call);
    made.cost = call.cost;
    made.baseline = {5'000'000};
    return made;
  }

  money::RateBook rates{prices()};
  LedgerCheck check{rates};
};

TEST_F(LedgerCheckTest, CountsWorkOffAClientsPathInMoneyAndInAGroupOfItsOwn) {
  check.add(record("exc_1"));
  ExchangeRecord shadow = record("exc_2");
  shadow.occasion = Occasion::Shadow;
  shadow.baseline = {};
  check.add(shadow);
  EXPECT_EQ(check.difference_count(), 0);
  EXPECT_EQ(check.of(Verdict::Skipped).exchanges, 1);
  EXPECT_EQ(check.of(Occasion::Shadow).exchanges, 1);
  EXPECT_EQ(check.total().exchanges, 1);
  EXPECT_EQ(check.total().calls, 2);
  EXPECT_EQ(check.total().cost.value, 2'400'000);
  EXPECT_TRUE(check.worst().empty());
  EXPECT_NE(ledger_report("a.db", check).find("shadow"), std::string::npos);
}

TEST_F(LedgerCheckTest, ThatComesOutAgainSaysSo) {
  check.add(record("exc_1"));
  check.add(record("exc_2"));
  EXPECT_EQ(check.difference_count(), 0);
  EXPECT_EQ(check.recomputed().value, 2'400'000);
  EXPECT_EQ(check.total().exchanges, 2);
  EXPECT_EQ(check.total().baseline.value, 10'000'000);
  EXPECT_EQ(check.of(Verdict::Skipped).calls, 2);
  const std::string text = ledger_report("a.db", check);
  EXPECT_NE(text.find("to the last nano-dollar: $0.002400000"), std::string::npos) << text;
  EXPECT_NE(text.find("76.0 %"), std::string::npos) << text;
}

TEST_F(LedgerCheckTest, SaysHowMuchIsEstimated) {
  check.add(record("exc_1"));
  ExchangeRecord stopped = record("exc_2");
  stopped.calls[0].usage.reported = false;
  CallRecord refused = stopped.calls[0];  // told nothing, and is charged nothing
  refused.usage = {};
  refused.cost = {};
  stopped.calls.push_back(refused);
  check.add(stopped);
  EXPECT_EQ(check.difference_count(), 0);
  EXPECT_EQ(check.estimated_calls(), 1);
  EXPECT_EQ(check.estimated_cost().value, 1'200'000);
  EXPECT_NE(ledger_report("a.db", check).find("$0.001200 of the cost is estimated"),
            std::string::npos)
      << ledger_report("a.db", check);
}

struct OtherFigure {
  const char* name;
  void (*change)(ExchangeRecord&);
  const char* says;
};

class LedgerDiffers : public LedgerCheckTest, public testing::WithParamInterface<OtherFigure> {};

TEST_P(LedgerDiffers, IsNamed) {
  ExchangeRecord changed = record("exc_7");
  GetParam().change(changed);
  check.add(changed);
  ASSERT_EQ(check.difference_count(), 1);
  EXPECT_EQ(check.differences().front().exchange, "exc_7");
  const std::string text = ledger_report("a.db", check);
  EXPECT_NE(text.find(GetParam().says), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    LedgerCheck, LedgerDiffers,
    testing::Values(
        OtherFigure{"OtherMultiplier",
                    [](ExchangeRecord& r) { r.cost = r.calls[0].cost = {1'320'000}; },
                    "call 1: draft at cheap (deep-1), same price version 2026-01-01, other price "
                    "or multiplier: stored $0.001320000, recomputed $0.001200000"},
        OtherFigure{"OtherVersion",
                    [](ExchangeRecord& r) { r.started = *money::start_of("2026-07-01"); },
                    "priced then by version 2026-01-01, now by 2026-06-01"},
        OtherFigure{"UnknownModel", [](ExchangeRecord& r) { r.calls[0].model = "other"; },
                    "no price is known for it now"},
        OtherFigure{"WrongSum", [](ExchangeRecord& r) { r.cost = {1}; },
                    "the exchange is not the sum of its calls"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(LedgerCheckTest, CountingIsFree) {
  ExchangeRecord counted = record("exc_1");
  counted.calls[0].role = CallRole::Count;
  counted.calls[0].cost = counted.cost = {};
  check.add(counted);
  EXPECT_EQ(check.difference_count(), 0);
}

TEST_F(LedgerCheckTest, NamesTheFirstDifferencesAndCountsAll) {
  for (int i = 0; i < 25; ++i) {
    ExchangeRecord changed = record("exc_" + std::to_string(i));
    changed.cost = changed.calls[0].cost = {7};
    check.add(changed);
  }
  EXPECT_EQ(check.difference_count(), 25);
  EXPECT_EQ(check.differences().size(), LedgerCheck::kNamedMax);
  EXPECT_NE(ledger_report("a.db", check).find("and 5 more"), std::string::npos);
}

TEST_F(LedgerCheckTest, ShowsTheExchangesThatLostMost) {
  for (int i = 0; i < 8; ++i) {
    ExchangeRecord dear = record("exc_" + std::to_string(i));
    dear.baseline = {1'200'000 - i * 1'000};
    check.add(dear);
  }
  EXPECT_EQ(check.total().dearer, 7);
  ASSERT_EQ(check.worst().size(), LedgerCheck::kWorstMax);
  EXPECT_EQ(check.worst().front().id, "exc_7");
  EXPECT_EQ(check.worst().back().id, "exc_3");
}

TEST_F(LedgerCheckTest, IsJson) {
  ExchangeRecord changed = record("exc_1");
  changed.cost = {5};
  check.add(changed);
  const std::string json = ledger_report_json("a.db", check);
  wire::JsonIndex index;
  const auto root = index.parse(json);
  ASSERT_TRUE(root.has_value()) << json;
  EXPECT_EQ(root->member("difference_count").integer(0), 1);
  EXPECT_EQ(root->member("verdicts").member("SKIPPED").member("exchanges").integer(0), 1);
}

}  // namespace
}  // namespace rlm::lab
