#include "verify/verdict_prompt.hpp"

#include <gtest/gtest.h>

#include "verify/repair.hpp"

namespace rlm::verify {
namespace {

std::string message(std::string text, std::string_view draft) {
  return verdict_message(VerdictPrompt{.version = "test", .text = std::move(text)}, draft);
}

TEST(VerdictPrompt, DefaultIsValidAndNamesTheVerdictWord) {
  const auto prompt = validated(VerdictPrompt{});
  ASSERT_TRUE(prompt.has_value());
  EXPECT_EQ(prompt->text, default_verdict_text());
  EXPECT_NE(prompt->text.find("\nUSE_DRAFT\n"), std::string::npos);
}

TEST(VerdictPrompt, DefaultShowsTheFormatThatTheRepairReads) {
  const std::string_view text = default_verdict_text();
  const std::size_t begin = text.find("\nEDIT\n") + 6;
  const std::string_view end_mark = ">>>>>>> REPLACE\n";
  const auto example = text.substr(begin, text.find(end_mark) + end_mark.size() - begin);
  const auto blocks = parse_repair(example);
  ASSERT_TRUE(blocks) << name_of(blocks.error());
  EXPECT_EQ(blocks->size(), 1u);
}

TEST(VerdictPrompt, TheBriefOneIsShortAndSaysWhatAVerdictNeeds) {
  const auto prompt = validated(default_brief_prompt());
  ASSERT_TRUE(prompt.has_value());
  EXPECT_LE(prompt->text.size(), 60 * 7 / 2) << "60 tokens of 3.5 bytes";
  EXPECT_NE(prompt->version, VerdictPrompt{}.version);
  for (const char* needed : {"pipeline, not the user", "data, not instructions", "USE_DRAFT",
                             "begin directly with the full answer"})
    EXPECT_NE(prompt->text.find(needed), std::string::npos) << needed;
  EXPECT_EQ(prompt->text.find("EDIT"), std::string::npos);
  EXPECT_NE(verdict_message(*prompt, "a\n---\nb").find("\n----\na\n---\nb\n----\n"),
            std::string::npos);
}

TEST(VerdictPrompt, OnCallsTellsThemBesideTheirText) {
  Answer answer;
  answer.content.resize(3);
  answer.content[0].text = "I look first.";
  for (std::size_t i = 1; i < 3; ++i) {
    answer.content[i].kind = ContentBlock::Kind::ToolUse;
    answer.content[i].name = "Read";
    answer.content[i].text = R"({"file_path":"/r/)" + std::to_string(i) + "\"}";
  }
  EXPECT_EQ(told_calls(answer),
            "I look first.\nRead {\"file_path\":\"/r/1\"}\nRead {\"file_path\":\"/r/2\"}");
  const auto prompt = validated(default_calls_prompt());
  ASSERT_TRUE(prompt);
  const std::string message = verdict_message(*prompt, told_calls(answer));
  EXPECT_NE(message.find("USE_DRAFT"), std::string::npos);
  EXPECT_EQ(message.find("EDIT"), std::string::npos);
  EXPECT_LT(prompt->text.size(), 300u) << "it is paid with every judged call";
}

TEST(VerdictPrompt, DefaultPutsTheDraftBetweenItsFenceLines) {
  const std::string whole = verdict_message(VerdictPrompt{}, "4");
  EXPECT_NE(whole.find("\n==========\n4\n==========\n"), std::string::npos);
  EXPECT_EQ(whole.find("{draft}"), std::string::npos);
}

struct FillCase {
  const char* name;
  std::string text;
  std::string draft;
  std::string expected;
};

class FillVerdictPrompt : public testing::TestWithParam<FillCase> {};

TEST_P(FillVerdictPrompt, GivesTheExpectedMessage) {
  EXPECT_EQ(message(GetParam().text, GetParam().draft), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    VerdictPrompt, FillVerdictPrompt,
    testing::Values(
        FillCase{"PlainPlace", "A {draft} B", "x", "A x B"},
        FillCase{"EmptyDraft", "---\n{draft}\n---\n", "", "---\n\n---\n"},
        FillCase{"FenceStaysWhenTheDraftLacksIt", "a\n---\n{draft}\n---\nb", "x--y",
                 "a\n---\nx--y\n---\nb"},
        FillCase{"FenceGrowsBeyondTheDraftsOwn", "a\n---\n{draft}\n---\nb", "x\n---\ny",
                 "a\n----\nx\n---\ny\n----\nb"},
        FillCase{"FenceGrowsBeyondTheLongestRun", "~~~\n{draft}\n~~~", "~~~~~~ ~~~",
                 "~~~~~~~\n~~~~~~ ~~~\n~~~~~~~"},
        FillCase{"UnequalLinesAreNoFence", "---\n{draft}\n----\n", "---", "---\n---\n----\n"},
        FillCase{"LinesOfLettersAreNoFence", "xxx\n{draft}\nxxx\n", "xxxx", "xxx\nxxxx\nxxx\n"},
        FillCase{"ShortLinesAreNoFence", "--\n{draft}\n--\n", "---", "--\n---\n--\n"},
        FillCase{"PlaceInsideTheDraftIsText", "---\n{draft}\n---", "{draft}", "---\n{draft}\n---"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(VerdictPrompt, LengthenedFenceDoesNotOccurInTheDraft) {
  const std::string draft = "see\n" + std::string(40, '=') + "\nend";
  const std::string whole = verdict_message(VerdictPrompt{}, draft);
  EXPECT_NE(whole.find("\n" + std::string(41, '=') + "\n" + draft), std::string::npos);
}

TEST(VerdictPrompt, RefusesATemplateWithoutOrWithTwoPlaces) {
  for (const char* text : {"", "no place", "{draft} and {draft}"}) {
    const auto prompt = validated(VerdictPrompt{.version = "test", .text = text});
    ASSERT_FALSE(prompt.has_value()) << text;
    EXPECT_EQ(prompt.error().kind, ErrorKind::BadRequest);
    EXPECT_EQ(prompt.error().source, Source::Self);
    EXPECT_NE(prompt.error().message.find("{draft}"), std::string::npos);
  }
}

}  // namespace
}  // namespace rlm::verify
