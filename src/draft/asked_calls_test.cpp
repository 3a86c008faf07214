#include "draft/asked_calls.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rlm::draft {
namespace {

struct WordCase {
  const char* text;
  bool several;
};

class AskedCalls : public testing::TestWithParam<WordCase> {};

TEST_P(AskedCalls, AreSeveralWhenTheWordsSaySo) {
  EXPECT_EQ(asks_for_several(GetParam().text), GetParam().several) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Words, AskedCalls,
    testing::Values(WordCase{"What is the weather in Rome?", false},
                    WordCase{"What is the weather in Rome and also in Oslo?", true},
                    WordCase{"Also, tell me the time.", true},
                    WordCase{"Compute a and  then b", true}, WordCase{"Then, compute b", true},
                    WordCase{"Is it better then?", false},
                    WordCase{"The next train, please", false}, WordCase{"next, do that", true},
                    WordCase{"Book TWO rooms", true}, WordCase{"a network of twofold use", false},
                    WordCase{"Rome as\nwell as Oslo", true}, WordCase{"Rome as wells", false},
                    WordCase{"botherations", false}, WordCase{"", false}));

struct NumberCase {
  const char* text;
  std::vector<std::string_view> inputs;
  bool left_out;
};

class AskedNumbers : public testing::TestWithParam<NumberCase> {};

TEST_P(AskedNumbers, MustStandInSomeInput) {
  EXPECT_EQ(leaves_number_out(GetParam().text, GetParam().inputs), GetParam().left_out)
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, AskedNumbers,
    testing::Values(NumberCase{"radius 5", {R"({"r":5})"}, false},
                    NumberCase{"radius 5 and 10", {R"({"r":5})"}, true},
                    NumberCase{"radius 5 and 10", {R"({"r":5})", R"({"r":10.0})"}, false},
                    NumberCase{"$50,000 at 5%", {R"({"sum":50000,"rate":0.05})"}, false},
                    NumberCase{"$50,000 at 5%", {R"({"sum":50000})"}, false},  // within 50000
                    NumberCase{"$70,000 at 5%", {R"({"sum":70000})"}, true},
                    NumberCase{"on the 16th", {R"({"day":"2024-03-16"})"}, false},
                    NumberCase{"2.50 litres", {R"({"v":2.5})"}, false},
                    NumberCase{"a b2b sale", {R"({})"}, false},
                    NumberCase{"nothing", {R"({})"}, false}));

TEST(AskedCalls, OnlyASingleCallIsHeldAgainstWords) {
  const std::vector<std::string_view> one{R"({"city":"Rome"})"};
  const std::vector<std::string_view> two{R"({"city":"Rome"})", R"({"city":"Oslo"})"};
  EXPECT_EQ(why_too_few("Rome and also Oslo", one), "count:words");
  EXPECT_EQ(why_too_few("Rome and also Oslo", two), std::nullopt);
  EXPECT_EQ(why_too_few("Rome and also Oslo on day 3", two), "count:numbers");
}

}  // namespace
}  // namespace rlm::draft
