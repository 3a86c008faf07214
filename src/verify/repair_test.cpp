#include "verify/repair.hpp"

#include <gtest/gtest.h>

namespace rlm::verify {
namespace {

std::string block(const std::string& search, const std::string& replace) {
  return "<<<<<<< SEARCH\n" + search + (search.empty() ? "" : "\n") + "=======\n" + replace +
         (replace.empty() ? "" : "\n") + ">>>>>>> REPLACE\n";
}

struct RepairCase {
  const char* name;
  std::string draft;
  std::string edits;
  std::string expected;
};

class Repairs : public testing::TestWithParam<RepairCase> {};

TEST_P(Repairs, ChangeExactlyTheNamedPlaces) {
  const auto result = repaired(GetParam().draft, GetParam().edits);
  ASSERT_TRUE(result) << name_of(result.error());
  EXPECT_EQ(*result, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Repair, Repairs,
    testing::Values(RepairCase{"PartOfALine", "The answer is 41.", block("41", "42"),
                               "The answer is 42."},
                    RepairCase{"WholeLines", "a\nb\nc\n", block("b\nc", "B\nC\nD"), "a\nB\nC\nD\n"},
                    RepairCase{"TwoBlocksInAnyOrder", "one two three",
                               block("three", "3") + block("one", "1"), "1 two 3"},
                    RepairCase{"Neighbours", "ab", block("b", "2") + block("a", "1"), "12"},
                    RepairCase{"Deletion", "keep drop", block(" drop", ""), "keep"},
                    RepairCase{"ABlankLineAsReplacement", "a\nb", block("\nb", "\n") + "\n", "a\n"},
                    RepairCase{"BlankLinesBetweenBlocks", "a b",
                               "\n" + block("a", "1") + " \n\n" + block("b", "2"), "1 2"},
                    RepairCase{"CarriageReturnsAndBlanksBehindMarkers", "a b",
                               "<<<<<<< SEARCH \r\na\n=======\t\nc\n>>>>>>> REPLACE\r\n", "c b"},
                    RepairCase{"NoLineBreakAtTheEnd", "a b",
                               "<<<<<<< SEARCH\na\n=======\nc\n>>>>>>> REPLACE", "c b"},
                    RepairCase{"AReplacementIsNotSearchedAgain", "a b",
                               block("a", "b") + block("b", "c"), "b c"},
                    RepairCase{"IndentIsKept", "if x:\n    y()\n", block("    y()", "        z()"),
                               "if x:\n        z()\n"},
                    RepairCase{"MarkersInTheMiddleOfALineAreText", "x ======= y",
                               block("x ======= y", "x <<<<<<< SEARCH"), "x <<<<<<< SEARCH"},
                    RepairCase{"ALongerRuleIsNoMarker", "t\n========\n",
                               block("t\n========", "u\n========"), "u\n========\n"},
                    RepairCase{"Utf8", "naïve café", block("café", "thé"), "naïve thé"}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct CauseCase {
  const char* name;
  std::string draft;
  std::string edits;
  std::string_view cause;
};

class NoRepairs : public testing::TestWithParam<CauseCase> {};

TEST_P(NoRepairs, NameTheirCause) {
  const auto result = repaired(GetParam().draft, GetParam().edits);
  ASSERT_FALSE(result) << *result;
  EXPECT_EQ(name_of(result.error()), GetParam().cause);
}

std::string many_blocks(std::size_t count) {
  std::string edits;
  for (std::size_t i = 0; i < count; ++i) edits += block("<" + std::to_string(i) + ">", "x");
  return edits;
}

INSTANTIATE_TEST_SUITE_P(
    Repair, NoRepairs,
    testing::Values(
        CauseCase{"Nothing", "a", "", "no_block"},
        CauseCase{"BlankLinesOnly", "a", "\n \n", "no_block"},
        CauseCase{"Prose", "a", "Change a to b.\n", "malformed"},
        CauseCase{"ProseBehindABlock", "a", block("a", "b") + "That is better.", "malformed"},
        CauseCase{"AFenceAroundTheBlocks", "a", "```\n" + block("a", "b") + "```\n", "malformed"},
        CauseCase{"Unclosed", "a", "<<<<<<< SEARCH\na\n=======\nb\n", "malformed"},
        CauseCase{"CutInTheMarker", "a", "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLAC",
                  "malformed"},
        CauseCase{"NoMiddle", "a", "<<<<<<< SEARCH\na\n>>>>>>> REPLACE\n", "malformed"},
        CauseCase{"TwoMiddles", "a", "<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE\n",
                  "malformed"},
        CauseCase{"ABlockInABlock", "a", "<<<<<<< SEARCH\n" + block("a", "b"), "malformed"},
        CauseCase{"IndentedMarker", "a", " <<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n",
                  "malformed"},
        CauseCase{"EmptySearch", "a", block("", "b"), "empty_search"},
        CauseCase{"NoChange", "a", block("a", "a"), "no_change"},
        CauseCase{"NotFound", "a", block("b", "c"), "not_found"},
        CauseCase{"OtherCase", "a", block("A", "c"), "not_found"},
        CauseCase{"Twice", "a b a", block("a", "c"), "ambiguous"},
        CauseCase{"TwiceOverlappingItself", "aaa", block("aa", "b"), "ambiguous"},
        CauseCase{"OneBadBlockSpoilsAll", "a b", block("a", "1") + block("x", "2"), "not_found"},
        CauseCase{"SharedByte", "abc", block("ab", "1") + block("bc", "2"), "overlap"},
        CauseCase{"OneInsideTheOther", "abc", block("abc", "1") + block("b", "2"), "overlap"},
        CauseCase{"TheSameTwice", "a", block("a", "1") + block("a", "2"), "overlap"},
        CauseCase{"NothingLeft", "a", block("a", ""), "empty_result"},
        CauseCase{"OnlyBlanksLeft", "a\n", block("a", " "), "empty_result"},
        CauseCase{"OneBlockTooMany", "a", many_blocks(kRepairBlocksMax + 1), "too_many_blocks"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Repair, AppliesAsManyBlocksAsAreAllowed) {
  std::string draft;
  std::string expected;
  for (std::size_t i = 0; i < kRepairBlocksMax; ++i) {
    draft += "<" + std::to_string(i) + ">";
    expected += "x";
  }
  EXPECT_EQ(repaired(draft, many_blocks(kRepairBlocksMax)).value_or("none"), expected);
}

}  // namespace
}  // namespace rlm::verify
