#include "draft/draft_signs.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rlm::draft {
namespace {

std::string times(int count, std::string_view piece) {
  std::string all;
  for (int i = 0; i < count; ++i) all += piece;
  return all;
}

// `count` lines of prose, none like another.
std::string prose(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "Sentence number " + std::to_string(i * 7919) + " says something of its own.\n";
  return text;
}

struct SignCase {
  const char* name;
  std::string text;
  bool expected;
};
const auto name_of_case = [](const auto& tested) { return std::string(tested.param.name); };

const std::string kAsAn = "As an ";

class Refusal : public testing::TestWithParam<SignCase> {};
TEST_P(Refusal, IsTold) {
  EXPECT_EQ(is_refusal(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    DraftSigns, Refusal,
    testing::Values(
        SignCase{"SorryICannot", "I'm sorry, but I can't help with that.", true},
        SignCase{"TypographicApostrophes", "I’m sorry, but I can’t assist with that request.",
                 true},
        SignCase{"LeadingBlanks", "\n\n  I cannot provide that.", true},
        SignCase{"UnableWithoutApology", "I am unable to access files on your machine.", true},
        SignCase{"Unfortunately", "Unfortunately, I cannot browse the internet.", true},
        SignCase{"AsALanguageModel", kAsAn + "AI language model, I have no opinions.", true},
        SignCase{"AsALargeLanguageModel", "As a large language model I hold no views.", true},
        SignCase{"AsAReader", "As a reader of this code I would split it.", false},
        SignCase{"CannedScope", "Sorry, that's beyond my current scope. Let's talk.", true},
        SignCase{"Chinese", "很抱歉，我无法提供这方面的帮助。", true},
        SignCase{"ChineseWithoutApology", "我无法回答这个问题。", true},
        SignCase{"Answer", "Use a mutex around the map.", false},
        SignCase{"CannotFindABug", "I can't find a bug here: the loop is right.", false},
        SignCase{"SorryNoBug", "I'm sorry, but I can't reproduce this with version 3.", false},
        SignCase{"AiEngineer", kAsAn + "AI engineer you should measure first.", false},
        SignCase{"RefusalQuotedLater", "The model said: I'm sorry, but I can't help.", false},
        SignCase{"LongAnswerBehindAnApology", "I'm sorry, I can't help but smile. " + prose(20),
                 false},
        SignCase{"ApologyLetter", "I'm sorry, I can't attend the meeting on Friday.", false},
        SignCase{"Empty", "", false}),
    name_of_case);

class Degenerate : public testing::TestWithParam<SignCase> {};
TEST_P(Degenerate, IsTold) {
  EXPECT_EQ(is_degenerate(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    DraftSigns, Degenerate,
    testing::Values(
        SignCase{"EightEqualLines", "So:\n" + times(8, "x = x\n") + "end", true},
        SignCase{"SevenEqualLines", "So:\n" + times(7, "x = x\n") + "end", false},
        SignCase{"EqualLinesWithBlankOnesBetween", times(8, "Let me check.\n\n"), true},
        SignCase{"EqualLinesApart", times(7, "}\nnext();\n"), false},
        SignCase{"EightPieces", prose(9) + times(8, "and then it goes on, ") + prose(5), true},
        SignCase{"SevenPieces", prose(9) + times(7, "and then it goes on, ") + prose(5), false},
        SignCase{"ShortWordForEver", prose(3) + times(60, "the "), true},
        SignCase{"ShortWordAFewTimes", prose(3) + times(20, "no "), false},
        SignCase{"WholeParagraphs", times(8, prose(20)), true},
        SignCase{"FewParagraphs", times(6, prose(20)), false},
        SignCase{"ChineseLoop", times(10, "我们需要先检查这个函数，"), true},
        SignCase{"Rule", "Title\n" + times(300, "=") + "\ntext", false},
        SignCase{"BoxDrawing", times(200, "─") + "\ntext", false},
        SignCase{"MarksWithoutEnd", times(1200, "!"), true},
        SignCase{"MatrixOfZeros", times(20, "0 0 0 0\n"), false},
        SignCase{"Prose", prose(400), false}, SignCase{"Empty", "", false}),
    name_of_case);

TEST(DraftSigns, FindsALoopWhereverItBegins) {
  const std::string loop = times(8, "a piece of twenty-five by");
  for (int offset = 0; offset < 120; ++offset)
    EXPECT_TRUE(is_degenerate(std::string(static_cast<std::size_t>(offset), '.') + loop)) << offset;
}

class OpenFence : public testing::TestWithParam<SignCase> {};
TEST_P(OpenFence, IsTold) {
  EXPECT_EQ(has_open_fence(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    DraftSigns, OpenFence,
    testing::Values(SignCase{"None", "no code", false},
                    SignCase{"Closed", "a\n```cpp\nint x;\n```\nb", false},
                    SignCase{"Open", "a\n```cpp\nint x;\n", true},
                    SignCase{"SecondOpen", "```\na\n```\n```\nb", true},
                    SignCase{"IndentedInAList", "- a\n  ```\n  b\n  ```\n", false},
                    SignCase{"InsideALine", "use ``` to open a fence", false},
                    SignCase{"LongerOuterFence", "````md\n```\n````\n", false},
                    SignCase{"NestedOfEqualLength", "```md\n```py\nx\n```\n```\n", false},
                    SignCase{"CarriageReturns", "```\r\nx\r\n```\r\n", false}),
    name_of_case);

struct ScriptCase {
  const char* name;
  std::string user;
  std::string answer;
  bool expected;
};
class WrongScript : public testing::TestWithParam<ScriptCase> {};
TEST_P(WrongScript, IsTold) {
  EXPECT_EQ(is_in_wrong_script(GetParam().user, GetParam().answer), GetParam().expected);
}

const std::string kLatin = "Please explain why this function is slow on large inputs and fix it.";
const std::string kHan = times(4, "这个函数在处理大输入时很慢请解释原因");
const std::string kKana = times(4, "この関数はおおきいにゅうりょくで");
const std::string kHangul = times(4, "이 함수는 큰 입력에서 느립니다 ");

INSTANTIATE_TEST_SUITE_P(
    DraftSigns, WrongScript,
    testing::Values(
        ScriptCase{"SameScript", kLatin, kLatin, false},
        ScriptCase{"LatinAskedHanAnswered", kLatin, kHan, true},
        ScriptCase{"LatinAskedKanaAnswered", kLatin, kKana, true},
        ScriptCase{"LatinAskedHangulAnswered", kLatin, kHangul, true},
        ScriptCase{"HanAskedLatinAnswered", kHan, kLatin, true},
        ScriptCase{"Translation", "Translate this for our readers, please: " + kLatin, kHan, false},
        ScriptCase{"LanguageNamed", kLatin + " Answer in Chinese.", kHan, false},
        ScriptCase{"LanguageNamedInIt", kHan + "请用英文回答", kLatin, false},
        ScriptCase{"ShortQuestion", "Why slow?", kHan, false},
        ScriptCase{"ShortAnswer", kLatin, "因为它很慢", false},
        ScriptCase{"MixedQuestion", kLatin + kHan, kHan, false},
        ScriptCase{"CodeAnswerToAHanQuestion", kHan, "```cpp\n" + kLatin + "\n```\n", false},
        ScriptCase{"HanWithIdentifiers", kHan, kHan + " std::vector::reserve", false}),
    name_of_case);

}  // namespace
}  // namespace rlm::draft
