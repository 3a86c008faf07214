#include "wire/json_text.hpp"

#include <gtest/gtest.h>

namespace rlm::wire {
namespace {

using namespace std::string_literals;

struct TextCase {
  const char* name;
  std::string text;
  std::string json;
};

class JsonText : public testing::TestWithParam<TextCase> {};

TEST_P(JsonText, IsWrittenAsExpectedAndReadBack) {
  EXPECT_EQ(json_string(GetParam().text), GetParam().json);
  auto back = unescape(GetParam().json);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Json, JsonText,
    testing::Values(TextCase{"Empty", "", R"("")"}, TextCase{"Plain", "hello", R"("hello")"},
                    TextCase{"QuoteAndBackslash", R"(a"b\c)", R"("a\"b\\c")"},
                    TextCase{"LineBreaks", "a\n\r\tb", R"("a\n\r\tb")"},
                    TextCase{"Control", "\x01\x1f"s, R"("\u0001\u001f")"},
                    TextCase{"Zero", "a\0b"s, R"("a\u0000b")"},
                    TextCase{"Delete", "\x7f", "\"\x7f\""},
                    TextCase{"LongRun", std::string(100, 'x') + "\"" + std::string(9, ' '),
                             "\"" + std::string(100, 'x') + "\\\"" + std::string(9, ' ') + "\""},
                    TextCase{"TwoThreeFourBytes", "é€😀", "\"é€😀\""}),
    [](const auto& each) { return each.param.name; });

TEST(JsonTextWriter, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(json_string("a\xFF z"), "\"a\xEF\xBF\xBD z\"");
  EXPECT_EQ(json_string("\xC3"), "\"\xEF\xBF\xBD\"");                  // cut short
  EXPECT_EQ(json_string("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");  // overlong
  EXPECT_EQ(json_string("\xED\xA0\x80").size(), 2u + 9u);              // a surrogate
}

struct EscapeCase {
  const char* token;
  const char* text;
};

TEST(JsonTextReader, UnderstandsEveryEscape) {
  for (const auto& [token, text] : std::initializer_list<EscapeCase>{
           {R"("\b\f\n\r\t\/\\\"")", "\b\f\n\r\t/\\\""},
           {R"("\u0041\u00e9\u20AC")", "Aé€"},
           {R"("\ud83d\ude00")", "😀"},
           {R"("\ud83dx")", "\xEF\xBF\xBDx"},  // a lone high surrogate
           {R"("\ude00")", "\xEF\xBF\xBD"},    // a lone low one
           {R"("\ud83d\u0041")",
            "\xEF\xBF\xBD"
            "A"},  // a high one before something else
           {R"("\ud83d\ud83d\ude00")", "\xEF\xBF\xBD😀"}}) {
    auto read = unescape(token);
    ASSERT_TRUE(read) << token;
    EXPECT_EQ(*read, text) << token;
  }
}

TEST(JsonTextReader, RefusesWhatIsNoString) {
  for (const char* token :
       {"", "\"", "abc", "\"abc", R"("\x")", R"("\u12")", R"("\u12G4")", "\"a\\\""})
    EXPECT_FALSE(unescape(token)) << token;
}

TEST(JsonTextReader, KeepsBadEscapesWhenAskedToGoOn) {
  std::string out;
  EXPECT_FALSE(append_unescaped(out, R"(a\qb\n)"));
  EXPECT_EQ(out, "a\\qb\n");
}

TEST(JsonTextReader, StopsNearTheWantedSize) {
  std::string out = "before";
  append_unescaped(out, R"(\n\n\n\n\n\n)", 2);
  EXPECT_EQ(out, "before\n\n");
}

}  // namespace
}  // namespace rlm::wire
