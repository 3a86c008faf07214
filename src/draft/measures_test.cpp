#include "draft/measures.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "draft/final_answer.hpp"

namespace rlm::draft {
namespace {

struct SumCase {
  const char* text;
  int right;
  int wrong;
};
class Sums : public testing::TestWithParam<SumCase> {};
TEST_P(Sums, AreFoundAndChecked) {
  const auto sums = shown_sums(GetParam().text);
  EXPECT_EQ(sums.right, GetParam().right);
  EXPECT_EQ(sums.wrong, GetParam().wrong);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, Sums,
    testing::Values(SumCase{"60 * 3 = 180 downloads", 1, 0}, SumCase{"60 * 3 = 190", 0, 1},
                    SumCase{"$1,200 + $34 = $1,234.", 1, 0}, SumCase{"64 \xC3\xB7 8 = 8", 1, 0},
                    SumCase{"10 / 3 = 3.33", 1, 0}, SumCase{"2 + 3 * 4 = 14", 0, 0},
                    SumCase{"3 boxes * 5 bars = 15", 1, 0}, SumCase{"5 / 0 = 0", 0, 0},
                    SumCase{"x = 5, y = 6", 0, 0}, SumCase{"", 0, 0},
                    SumCase{"on 2024-01-02 = 5", 0, 0}));

TEST(Measures, AreFiniteForAnyText) {
  for (const std::string& text :
       {std::string(), std::string(1, '\0'), std::string(200'000, '9'), std::string(70'000, '='),
        std::string("\xff\xfe 1 + 1 = 2"), std::string("1e999 .5.5. 1,,2 -")}) {
    for (const double measure : measures_of_text(text, text)) EXPECT_TRUE(std::isfinite(measure));
    const std::string_view inputs[] = {text};
    for (const double measure : measures_of_calls(text, inputs))
      EXPECT_TRUE(std::isfinite(measure));
  }
}

TEST(Measures, TellAHedgingDraftFromASureOne) {
  const auto sure = measures_of_text("What is 2 + 2?", "2 + 2 = 4");
  const auto unsure = measures_of_text("What is 2 + 2?", "Perhaps 5. However, it might be 4.");
  EXPECT_NE(sure, unsure);
}

struct AnswerCase {
  const char* a;
  const char* b;
  std::optional<bool> same;
};
class SameAnswer : public testing::TestWithParam<AnswerCase> {};
TEST_P(SameAnswer, IsToldOrLeftOpen) {
  EXPECT_EQ(same_answer(GetParam().a, GetParam().b), GetParam().same);
  EXPECT_EQ(same_answer(GetParam().b, GetParam().a), GetParam().same);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, SameAnswer,
    testing::Values(AnswerCase{R"({"reasoning":"…","answer":"8"})", R"({"answer": 8.0})", true},
                    AnswerCase{"so #### 1,200", "Therefore the total is 60 + 1140 = 1200 dollars.",
                               true},
                    AnswerCase{"#### 12", "The answer is 13.", false},
                    AnswerCase{"The answer is (A).", "Thus the answer is (B).", false},
                    AnswerCase{"\\boxed{\\frac{3}{8}}", "\\boxed{\\frac{3}{8}}", true},
                    AnswerCase{"plain prose", "other prose with 5", std::nullopt},
                    AnswerCase{"the answer is blue", "7 of them", std::nullopt},
                    AnswerCase{"", "", std::nullopt}));

TEST(MarkedAnswer, SurvivesWhatIsCutOff) {
  for (const char* text : {"\"answer\"", "\"answer\":", "\"answer\": \"", "\\boxed{", "#### ",
                           "answer is", "\"answer\": \"a\\"})
    EXPECT_LE(marked_answer(text).value_or("").size(), 64u) << text;
}

}  // namespace
}  // namespace rlm::draft
