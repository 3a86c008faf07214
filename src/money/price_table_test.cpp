#include "money/price_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace rlm::money {
namespace {

using testing::HasSubstr;

UnixMs at(std::string_view text) {
  return *start_of(text);
}

const Price& price_of(std::string_view model, std::string_view when = "2026-11-23") {
  const Price* row = PriceTable::built_in().find(model, at(when));
  EXPECT_NE(row, nullptr) << model;
  static const Price none;
  return row != nullptr ? *row : none;
}

TEST(PriceTable, KnowsTheModelsOfTheShippedFile) {
  struct Case {
    const char* model;
    std::int64_t input, cache_write_5m, cache_read, output;
  };
  for (const Case& c : {
           Case{"claude-opus-5-5", 4'000'000, 5'000'000, 200'000, 20'000'000},
           Case{"claude-opus-5-5-20260922", 4'000'000, 5'000'000, 200'000, 20'000'000},
           Case{"claude-opus-5", 5'000'000, 6'250'000, 500'000, 25'000'000},
           Case{"claude-opus-4-8@20260501", 5'000'000, 6'250'000, 500'000, 25'000'000},
           Case{"us.anthropic.claude-opus-4-8-v1:0", 5'000'000, 6'250'000, 500'000, 25'000'000},
           Case{"anthropic/claude-haiku-4-5", 1'000'000, 1'250'000, 100'000, 5'000'000},
           Case{"claude-opus-4-20250514", 15'000'000, 18'750'000, 1'500'000, 75'000'000},
           Case{"paper-draft", 1'740'000, 1'740'000, 145'000, 3'480'000},
           Case{"paper-verify", 5'500'000, 6'875'000, 550'000, 27'500'000},
           Case{"sim-draft-fast", 1'740'000, 1'740'000, 145'000, 3'480'000},
           Case{"deepseek-flash", 150'000, 150'000, 3'000, 600'000},
           Case{"gpt-6.1-sol", 2'000'000, 2'500'000, 100'000, 10'000'000},
           Case{"accounts/fireworks/models/deepseek-v4-pro", 1'740'000, 1'740'000, 145'000,
                3'480'000},
       }) {
    const Price& price = price_of(c.model);
    EXPECT_EQ(price.input, c.input) << c.model;
    EXPECT_EQ(price.cache_write_5m, c.cache_write_5m) << c.model;
    EXPECT_EQ(price.cache_read, c.cache_read) << c.model;
    EXPECT_EQ(price.output, c.output) << c.model;
  }
}

TEST(PriceTable, AnUnknownModelHasNoPrice) {
  for (const char* model :
       {"", "claude", "claude-opus-5-7", "claude-opus-50", "gpt-3", "a.b/c", "/", "."})
    EXPECT_EQ(PriceTable::built_in().find(model, at("2026-11-23")), nullptr) << model;
}

TEST(PriceTable, EveryShippedRowNamesItsSource) {
  EXPECT_GT(PriceTable::built_in().rows().size(), 30u);
  for (const Price& row : PriceTable::built_in().rows())
    EXPECT_FALSE(row.source.empty()) << row.match;
}

TEST(PriceTable, APriceBeginsAtTheFirstMinuteOfItsDay) {
  EXPECT_EQ(price_of("claude-sonnet-5-5", "2026-10-06T23:59Z").cache_read, 200'000);
  EXPECT_EQ(price_of("claude-sonnet-5-5", "2026-10-07").cache_read, 100'000);
  EXPECT_EQ(price_of("claude-sonnet-5-5", "2026-10-07").valid_from, "2026-10-07");
  EXPECT_EQ(price_of("deepseek-v4-pro", "2026-08-16T15:59Z").input, 435'000);
  EXPECT_EQ(price_of("deepseek-v4-pro", "2026-08-16T16:00Z").input, 660'000);
  EXPECT_EQ(PriceTable::built_in().find("claude-opus-5-5", at("2026-09-21")), nullptr);
}

PriceTable table_of(std::initializer_list<std::pair<const char*, std::int64_t>> rows) {
  PriceTable table;
  for (const auto& [match, input] : rows) {
    Price price;
    price.match = match;
    price.valid_from = "2026-01-01";
    price.input = input;
    table.rows().push_back(price);
  }
  return table;
}

TEST(PriceTable, TheGlobWithMostLiteralsWinsAndTheLastOfEqualOnes) {
  const auto table = table_of(
      {{"m*", 1}, {"model*", 2}, {"mod*", 3}, {"azure/m*", 4}, {"model-x", 5}, {"model-x", 6}});
  const UnixMs now = at("2026-11-23");
  EXPECT_EQ(table.find("model-1", now)->input, 2);
  EXPECT_EQ(table.find("modern", now)->input, 3);
  EXPECT_EQ(table.find("model-x", now)->input, 6);
  EXPECT_EQ(table.find("azure/model-1", now)->input, 4);
  EXPECT_EQ(table.find("eu/azure/model-1", now)->input, 4);
  EXPECT_EQ(table.find("other/model-1", now)->input, 2);
}

TEST(PriceTable, AStarStopsAtASlash) {
  const auto table = table_of({{"big*", 1}, {"small", 2}, {"a*b*c", 3}});
  const UnixMs now = at("2026-11-23");
  EXPECT_EQ(table.find("big-eu/small", now)->input, 2);
  EXPECT_EQ(table.find("big", now)->input, 1);
  EXPECT_EQ(table.find("axxbxbc", now)->input, 3);
  EXPECT_EQ(table.find("axxb", now), nullptr);
}

TEST(StartOf, RefusesWhatIsNoDate) {
  EXPECT_EQ(start_of("1970-01-02")->value, 86'400'000);
  EXPECT_EQ(start_of("1970-01-01T01:01Z")->value, 3'660'000);
  for (const char* text :
       {"", "2026", "2026-13-01", "2026-02-30", "2026/02/03", "2026-02-0x", "20260203--",
        "2026-02-03T24:00Z", "2026-02-03T00:60Z", "2026-02-03 00:00Z"})
    EXPECT_FALSE(start_of(text).has_value()) << text;
}

TEST(CostOf, AgreesWithTheWorkedExample) {
  const Usage usage{.input = 200, .cache_write_5m = 1'000, .cache_read = 10'000, .output = 500};
  EXPECT_EQ(cost_of(usage, price_of("claude-opus-4-8"), at("2026-11-23"), 1100).value, 27'225'000);
  EXPECT_EQ(cost_of(usage, price_of("claude-opus-4-8"), at("2026-11-23")).value, 24'750'000);
}

TEST(CostOf, OneHourWritesHaveTheirOwnPrice) {
  EXPECT_EQ(cost_of({.cache_write_1h = 1'000}, price_of("claude-opus-4-8"), at("2026-11-23")).value,
            10'000'000);
}

TEST(CostOf, RoundsUpToTheNextNanoDollar) {
  Price price;
  price.input = 3'600;  // 3.6 nano-dollars a token
  EXPECT_EQ(cost_of({.input = 1}, price, {}).value, 4);
  EXPECT_EQ(cost_of({.input = 5}, price, {}).value, 18);
  EXPECT_EQ(cost_of({}, price, {}).value, 0);
}

TEST(CostOf, TheWholeRequestPaysTheTierFromItsFirstTokenOn) {
  const Price& haiku = price_of("claude-haiku-5-5");
  const UnixMs now = at("2026-11-23");
  EXPECT_EQ(cost_of({.input = 100'000, .output = 10}, haiku, now).value, 100'000 * 100 + 10 * 500);
  EXPECT_EQ(cost_of({.input = 1, .cache_read = 100'000, .output = 10}, haiku, now).value,
            500 + 100'000 * 50 + 10 * 2'500);
}

TEST(CostOf, DeepSeekDoublesInItsPeakHoursOnWeekdays) {
  const Price& flash = price_of("deepseek-flash");
  const auto cost = [&](const char* when) {
    return cost_of({.input = 1'000}, flash, at(when)).value;
  };
  EXPECT_EQ(cost("2026-11-23T00:59Z"), 150'000);  // a Monday
  EXPECT_EQ(cost("2026-11-23T01:00Z"), 300'000);
  EXPECT_EQ(cost("2026-11-23T04:00Z"), 150'000);
  EXPECT_EQ(cost("2026-11-27T09:59Z"), 300'000);  // Friday
  EXPECT_EQ(cost("2026-11-28T09:59Z"), 150'000);  // Saturday
  EXPECT_EQ(cost("2026-11-29T02:00Z"), 150'000);
}

TEST(CostOf, AbsurdCountsSaturateAndNegativeOnesCostNothing) {
  const Tokens huge = std::numeric_limits<Tokens>::max();
  const Usage all{.input = huge,
                  .cache_write_5m = huge,
                  .cache_write_1h = huge,
                  .cache_read = huge,
                  .output = huge};
  EXPECT_EQ(cost_of(all, price_of("claude-opus-4-8"), {}, 1100).value,
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(cost_of({.input = -5, .output = std::numeric_limits<Tokens>::min()},
                    price_of("claude-opus-4-8"), {})
                .value,
            0);
}

constexpr const char* kRow =
    R"({"match":"m","valid_from":"2026-01-01","input":1,"cache_write_5m":1,"cache_write_1h":1,)"
    R"("cache_read":1,"output":1,"source":"test")";

std::string with(std::string_view more) {
  return "[" + std::string(kRow) + std::string(more) + "}]";
}

TEST(PriceFile, ConvertsDecimalsExactly) {
  const auto table = PriceTable::parse(
      R"([{"match":["a","b"],"valid_from":"2026-01-01","input":0.000001,"cache_write_5m":6.875,)"
      R"("cache_write_1h":999999.999999,"cache_read":0.145,"output":1e1,"source":"test"}])");
  ASSERT_TRUE(table.has_value()) << table.error().message;
  ASSERT_EQ(table->rows().size(), 2u);
  EXPECT_EQ(table->rows()[1].match, "b");
  EXPECT_EQ(table->rows()[0].input, 1);
  EXPECT_EQ(table->rows()[0].cache_write_5m, 6'875'000);
  EXPECT_EQ(table->rows()[0].cache_write_1h, 999'999'999'999);
  EXPECT_EQ(table->rows()[0].cache_read, 145'000);
  EXPECT_EQ(table->rows()[0].output, 10'000'000);
}

TEST(PriceFile, SaysWhatIsWrong) {
  struct Case {
    std::string json;
    const char* message;
  };
  for (
      const Case& c : {
          Case{"", "price file: "},
          Case{"{}", "need a list of rows"},
          Case{"[1]", "[0]: need an object"},
          Case{"[{}]", "[0].output: missing"},
          Case{with(R"(,"batch":1)"), "[0].batch: unknown key"},
          Case{with(R"(,"input":1)"), "[0].input: appears twice"},
          Case{with(R"(,"cache_minimum":-1)"), "[0].cache_minimum: need a whole number"},
          Case{with(R"(,"tier":{"over":5,"input":1})"), "[0].tier.output: missing"},
          Case{with(R"(,"tier":{"over":0})"), "[0].tier.over: need a whole number"},
          Case{with(R"(,"tier":{"more":0})"), "[0].tier.more: unknown key"},
          Case{with(R"(,"tier":7)"), "[0].tier: need an object"},
          Case{with(R"(,"peak":[])"), "[0].peak: need an object"},
          Case{with(R"(,"peak":{"minutes":[[5,5]],"multiplier":2})"),
               "[0].peak.minutes: need pairs"},
          Case{with(R"(,"peak":{"minutes":[[0,1441]],"multiplier":2})"),
               "[0].peak.minutes: need pairs"},
          Case{with(R"(,"peak":{"minutes":[[0,5]]})"), "[0].peak.multiplier: missing"},
          Case{with(R"(,"peak":{"minutes":[[0,5]],"multiplier":1.0001})"), "more than 3 decimals"},
          Case{
              R"([{"match":[],"input":-1,"output":0.1234567,"cache_read":"1","valid_from":"soon"}])",
              "[0].match: an empty list"},
          Case{
              R"([{"match":[],"input":-1,"output":0.1234567,"cache_read":"1","valid_from":"soon"}])",
              "[0].input: need a number from 0"},
          Case{
              R"([{"match":[],"input":-1,"output":0.1234567,"cache_read":"1","valid_from":"soon"}])",
              "[0].output: more than 6 decimals"},
          Case{
              R"([{"match":[],"input":-1,"output":0.1234567,"cache_read":"1","valid_from":"soon"}])",
              "[0].cache_read: need a number"},
          Case{
              R"([{"match":[],"input":-1,"output":0.1234567,"cache_read":"1","valid_from":"soon"}])",
              "[0].valid_from: need a date"},
          Case{
              R"([{"match":[],"input":-1,"output":0.1234567,"cache_read":"1","valid_from":"soon"}])",
              "[0].source: missing"},
          Case{"[" + std::string(kRow) + "}," + kRow + "}]", "two rows for m from 2026-01-01"},
      }) {
    const auto table = PriceTable::parse(c.json);
    ASSERT_FALSE(table.has_value()) << c.json;
    EXPECT_EQ(table.error().kind, ErrorKind::BadRequest);
    EXPECT_THAT(table.error().message, HasSubstr(c.message)) << c.json;
  }
}

}  // namespace
}  // namespace rlm::money
