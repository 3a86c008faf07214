#include "route/keyword_matcher.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace rlm::route {
namespace {

struct MatchCase {
  const char* name;
  std::vector<std::string> keywords;
  std::string text;
  std::string_view expected;  // empty: nothing found
};

class KeywordMatch : public testing::TestWithParam<MatchCase> {};

TEST_P(KeywordMatch, FindsTheExpectedKeyword) {
  const KeywordMatcher matcher(GetParam().keywords);
  EXPECT_EQ(matcher.find(GetParam().text).value_or(""), GetParam().expected);
}

using Words = std::vector<std::string>;
INSTANTIATE_TEST_SUITE_P(
    KeywordMatcher, KeywordMatch,
    testing::Values(
        MatchCase{"WholeText", Words{"debug"}, "debug", "debug"},
        MatchCase{"CaseIsIgnored", Words{"debug"}, "Please DeBug it", "debug"},
        MatchCase{"SpellingOfTheKeywordIsKept", Words{"Trade-Off"}, "a trade off", "Trade-Off"},
        MatchCase{"BesidePunctuation", Words{"debug"}, "(debug)!", "debug"},
        MatchCase{"AtTheEnd", Words{"debug"}, "now debug", "debug"},
        MatchCase{"PartOfALongerWord", Words{"debug"}, "debugger", ""},
        MatchCase{"EndOfALongerWord", Words{"form"}, "platform", ""},
        MatchCase{"PartOfAnIdentifier", Words{"debug"}, "set debug_mode", ""},
        MatchCase{"BesideNonAsciiLetters", Words{"caf"}, "café", ""},
        MatchCase{"NonAsciiKeyword", Words{"décris"}, "Décris décris", "décris"},
        MatchCase{"Phrase", Words{"step by step"}, "explain step by step", "step by step"},
        MatchCase{"PhraseWithHyphens", Words{"step by step"}, "a Step-by-step plan",
                  "step by step"},
        MatchCase{"PhraseOverALineBreak", Words{"race condition"}, "a race\r\n condition",
                  "race condition"},
        MatchCase{"PhraseOverASentenceEnd", Words{"race condition"}, "a race. Condition", ""},
        MatchCase{"PhraseCutShort", Words{"step by step"}, "step by", ""},
        MatchCase{"PhraseAgainBehindAFalseStart", Words{"step by step"}, "step by step-by-step",
                  "step by step"},
        MatchCase{"LongestOfTwoAtOnePlace", Words{"race", "race condition"}, "race condition",
                  "race condition"},
        MatchCase{"ShorterWhenTheLongerFails", Words{"race condition", "race"}, "race car", "race"},
        MatchCase{"FirstInTheText", Words{"zeta", "alpha"}, "alpha zeta", "alpha"},
        MatchCase{"AWordOfMoreThanThirtyBytes", Words{"pneumonoultramicroscopicsilicosis"},
                  "Pneumonoultramicroscopicsilicosis", "pneumonoultramicroscopicsilicosis"},
        MatchCase{"NoKeywords", Words{}, "debug", ""},
        MatchCase{"KeywordsWithoutAWord", Words{"", " - "}, "debug - ", ""},
        MatchCase{"EmptyText", Words{"debug"}, "", ""}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(KeywordMatcher, ByDefaultFindsNothing) {
  EXPECT_FALSE(KeywordMatcher().find("debug"));
}

TEST(KeywordMatcher, FindsEachOfManyKeywords) {
  Words words;
  for (int i = 0; i < 500; ++i) words.push_back("word" + std::to_string(i));
  const KeywordMatcher matcher(words);
  for (const auto& word : words) EXPECT_EQ(matcher.find("x " + word + " y").value_or(""), word);
  EXPECT_FALSE(matcher.find("word500"));
}

TEST(KeywordMatcher, LooksNoFurtherThanItsLimit) {
  const KeywordMatcher matcher(Words{"debug"});
  const std::string filler(KeywordMatcher::kScanBytesMax - 6, ' ');
  EXPECT_TRUE(matcher.find(filler + " debug"));
  EXPECT_FALSE(matcher.find(filler + "   debug"));
}

TEST(KeywordMatcher, StillMatchesWhenMoved) {
  KeywordMatcher first(Words{"debug"});
  const KeywordMatcher second = std::move(first);
  EXPECT_EQ(second.find("debug"), "debug");
}

}  // namespace
}  // namespace rlm::route
