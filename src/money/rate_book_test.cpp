#include "money/rate_book.hpp"

#include <gtest/gtest.h>

namespace rlm::money {
namespace {

const char* const kRows = R"([
  {"match": "m", "valid_from": "2026-01-01", "input": 1, "cache_write_5m": 1, "cache_write_1h": 1,
   "cache_read": 1, "output": 2, "source": "test"},
  {"match": "m", "valid_from": "2026-06-01", "input": 3, "cache_write_5m": 1, "cache_write_1h": 1,
   "cache_read": 1, "output": 2, "source": "test"},
  {"match": "cheap/m", "valid_from": "2026-01-01", "input": 0.5, "cache_write_5m": 1,
   "cache_write_1h": 1, "cache_read": 1, "output": 2, "source": "test"}])";

struct Book : testing::Test {
  RateBook book{std::make_shared<const PriceTable>(*PriceTable::parse(kRows)), {{"far", 1100}}};
  UnixMs june = *start_of("2026-06-01");
};

TEST_F(Book, FollowsThePriceRowsOverTime) {
  EXPECT_EQ(book.find("e", "m", {june.value - 1}).price->input, 1'000'000);
  EXPECT_EQ(book.find("e", "m", june).price->input, 3'000'000);
  EXPECT_EQ(book.find("e", "m", {june.value - 1}).price->input, 1'000'000);
}

TEST_F(Book, KnowsEndpointsWithAPriceAndWithAMultiplierOfTheirOwn) {
  EXPECT_EQ(book.find("cheap", "m", june).price->input, 500'000);
  EXPECT_EQ(book.find("cheap", "m", june).per_mille, 1000);
  EXPECT_EQ(book.find("far", "m", june).per_mille, 1100);
  EXPECT_EQ(book.find("far", "m", june).cost_of({.input = 1'000}, june).value, 3'300'000);
}

TEST_F(Book, HasNoPriceForAnUnknownModelHoweverMany) {
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(book.find("e", "unknown" + std::to_string(i), june).price, nullptr);
  EXPECT_NE(book.find("e", "m", june).price, nullptr);
}

}  // namespace
}  // namespace rlm::money
