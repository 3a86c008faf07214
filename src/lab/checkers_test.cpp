#include "lab/checkers.hpp"

#include <gtest/gtest.h>

#include <map>

#include "lab/number_text.hpp"

namespace rlm::lab {
namespace {

const Sandbox& sandbox() {
  static const Sandbox shared;
  return shared;
}

class EveryTask : public testing::TestWithParam<Task> {};

TEST_P(EveryTask, IsPassedByItsRightAnswerAndFailedByItsWrongOne) {
  const Task& task = GetParam();
  ASSERT_FALSE(task.checks.empty());
  const Grade right = grade(task, task.right, sandbox());
  EXPECT_TRUE(right.passed) << right.reason;
  EXPECT_FALSE(grade(task, task.wrong, sandbox()).passed);
  EXPECT_FALSE(grade(task, "", sandbox()).passed);
  EXPECT_FALSE(grade(task, "I am not sure.", sandbox()).passed);
}

INSTANTIATE_TEST_SUITE_P(Claims, EveryTask, testing::ValuesIn(built_in_suite()),
                         [](const auto& each) {
                           std::string name = each.param.id;
                           for (char& c : name)
                             if (c == '-') c = '_';
                           return name;
                         });

TEST(ClaimsSuite, HoldsEightTasksOfEachKindAndLongOnes) {
  std::map<std::string, int> kinds;
  int long_ones = 0;
  for (const Task& task : built_in_suite()) {
    ++kinds[task.kind];
    if (task.prompt.size() >= 1500) ++long_ones;
  }
  EXPECT_EQ(kinds.size(), 3u);
  for (const auto& [kind, count] : kinds) EXPECT_GE(count, 8) << kind;
  EXPECT_GE(long_ones, 4);
}

TEST(PythonTests, CannotBePassedByLeavingEarly) {
  Task task;
  Check check;
  check.type = Check::Type::PythonTests;
  check.texts = {"assert f() == 1"};
  task.checks.push_back(check);
  EXPECT_TRUE(grade(task, "```python\ndef f(): return 1\n```", sandbox()).passed);
  EXPECT_FALSE(grade(task, "```python\nimport sys\nsys.exit(0)\n```", sandbox()).passed);
  EXPECT_FALSE(grade(task, "```python\nimport os\nos._exit(0)\n```", sandbox()).passed);
}

TEST(PythonTests, PassOverAMainBlock) {
  Task task;
  Check check;
  check.type = Check::Type::PythonTests;
  check.texts = {"assert f('é\\u2028') == 'é\\u2028'"};
  task.checks.push_back(check);
  EXPECT_TRUE(
      grade(task,
            "```python\ndef f(x):\n    return x\n\nif __name__ == '__main__':\n    f(input())\n```",
            sandbox())
          .passed);
}

struct NumberCase {
  const char* name;
  const char* answer;
  double value;
};
class FinalNumber : public testing::TestWithParam<NumberCase> {};
TEST_P(FinalNumber, IsFound) {
  const auto found = final_number(GetParam().answer);
  ASSERT_TRUE(found.has_value());
  EXPECT_DOUBLE_EQ(*found, GetParam().value);
}
INSTANTIATE_TEST_SUITE_P(
    Answers, FinalNumber,
    testing::Values(NumberCase{"Plain", "42", 42}, NumberCase{"LastOfSeveral", "2 + 3 = 5.", 5},
                    NumberCase{"BehindTheMark", "Answer: 7\nThis took 3 steps, as the answer is 7",
                               7},
                    NumberCase{"Thousands", "Answer: 1,234,567.5", 1234567.5},
                    NumberCase{"Negative", "the answer is -12", -12},
                    NumberCase{"Difference", "10-3", 3},
                    NumberCase{"Dollars", "Answer: **$24.05**", 24.05},
                    NumberCase{"NegativeDollars", "Answer: -$3", -3},
                    NumberCase{"Fraction", "\\boxed{3/8}", 0.375},
                    NumberCase{"FullStop", "The answer is 16.", 16},
                    NumberCase{"MarkWithoutNumber", "It is 9. That is my answer.", 9}),
    [](const auto& each) { return each.param.name; });

TEST(FinalNumberOf, WordsIsNothing) {
  EXPECT_FALSE(final_number("no idea").has_value());
}

TEST(CodeOf, PrefersBlocksOfTheLanguageAndJoinsThem) {
  EXPECT_EQ(code_of("```sh\npip\n```\n```python\na = 1\n```\nand\n```python\nb = 2\n```", "python"),
            "a = 1\n\nb = 2\n\n");
  EXPECT_EQ(code_of("```\nx = 1\n```", "python"), "x = 1\n");
  EXPECT_EQ(code_of("x = 1", "python"), "x = 1");
  EXPECT_EQ(code_of("```python\nx = 1", "python"), "x = 1\n");
}

struct CheckCase {
  const char* name;
  const char* checker;
  const char* passes;
  const char* fails;
};
class Checkers : public testing::TestWithParam<CheckCase> {};
TEST_P(Checkers, TellRightFromWrong) {
  const auto suite = parse_suite(std::string(R"({"id":"t","kind":"k","prompt":"p","checker":)") +
                                 GetParam().checker + "}");
  ASSERT_TRUE(suite.has_value()) << suite.error().message;
  const Grade passed = grade(suite->at(0), GetParam().passes, sandbox());
  EXPECT_TRUE(passed.passed) << passed.reason;
  EXPECT_FALSE(grade(suite->at(0), GetParam().fails, sandbox()).passed);
}
INSTANTIATE_TEST_SUITE_P(
    Values, Checkers,
    testing::Values(CheckCase{"JsonTypes", R"({"type":"json","keys":{"n":"integer"}})",
                              R"({"n":3,"more":1})", R"({"n":3.5})"},
                    CheckCase{"JsonInAFence", R"({"type":"json","keys":{"n":"number"}})",
                              "```json\n{\"n\":1.5}\n```", "```json\n[1]\n```"},
                    CheckCase{"JsonOnly", R"({"type":"json","keys":{"n":"null"},"only":true})",
                              R"({"n":null})", R"({"n":null,"m":1})"},
                    CheckCase{"JsonValue",
                              R"({"type":"json","keys":{"s":"string"},"values":{"s":"a"}})",
                              R"({"s":"a"})", R"({"s":"b"})"},
                    CheckCase{"ContainsAll", R"({"type":"contains_all","texts":["Red","blue"]})",
                              "RED and Blue", "red"},
                    CheckCase{"ContainsNoneLooksAtWholeWords",
                              R"({"type":"contains_none","texts":["sea"]})", "a season",
                              "the Sea."},
                    CheckCase{"WordCountIsInclusive", R"({"type":"word_count","min":2,"max":3})",
                              "one two three", "one"},
                    CheckCase{"RegexIsAnchoredByThePattern",
                              R"({"type":"regex","pattern":"^[0-9]{3}$"})", " 123\n", "1234"},
                    CheckCase{"ExactIgnoresBlanksAround", R"({"type":"exact","value":"a b"})",
                              "\na b \n", "a  b"},
                    CheckCase{"Tolerance", R"({"type":"number","value":0.5,"tolerance":0.01})",
                              "0.509", "0.52"}),
    [](const auto& each) { return each.param.name; });

TEST(ParseSuite, ReportsEveryMistakeWithItsLine) {
  const auto suite = parse_suite(
      "{\"id\":\"a\",\"kind\":\"k\",\"prompt\":\"p\"}\n\n"
      "{\"id\":\"a\",\"kind\":\"k\",\"prompt\":\"p\",\"extra\":1}\nnonsense\n"
      "{\"id\":\"b\",\"kind\":\"k\",\"prompt\":\"p\",\"checker\":{\"type\":\"magic\"}}");
  ASSERT_FALSE(suite.has_value());
  const std::string& message = suite.error().message;
  EXPECT_NE(message.find("line 3: unknown key 'extra'"), std::string::npos) << message;
  EXPECT_NE(message.find("line 3: the id 'a' is used twice"), std::string::npos) << message;
  EXPECT_NE(message.find("line 4: "), std::string::npos) << message;
  EXPECT_NE(message.find("line 5: checker: unknown type"), std::string::npos) << message;
}

}  // namespace
}  // namespace rlm::lab
