#include "draft/same_calls.hpp"

#include <gtest/gtest.h>

namespace rlm::draft {
namespace {

struct Call {
  const char* name;
  const char* input;
};

Answer answer_of(const std::vector<Call>& calls, const char* text = "") {
  Answer answer;
  answer.content.push_back({ContentBlock::Kind::Text, text, "", ""});
  int number = 0;
  for (const Call& call : calls)
    answer.content.push_back({ContentBlock::Kind::ToolUse, call.input,
                              std::string(text) + std::to_string(number++), call.name});
  return answer;
}

struct SameCase {
  const char* name;
  std::vector<Call> a;
  std::vector<Call> b;
  bool same;
};

class SameCalls : public testing::TestWithParam<SameCase> {};

TEST_P(SameCalls, AreFoundWhateverTheyLookLike) {
  const Answer a = answer_of(GetParam().a, "I will look.");
  const Answer b = answer_of(GetParam().b);
  EXPECT_EQ(same_calls(a, b), GetParam().same);
  EXPECT_EQ(same_calls(b, a), GetParam().same);
}

INSTANTIATE_TEST_SUITE_P(
    Draft, SameCalls,
    testing::Values(
        SameCase{"TheSame", {{"Read", R"({"path":"a"})"}}, {{"Read", R"({"path":"a"})"}}, true},
        SameCase{"MembersInAnotherOrder",
                 {{"Grep", R"({"pattern":"x","path":"a"})"}},
                 {{"Grep", R"({ "path": "a", "pattern": "x" })"}},
                 true},
        SameCase{"AnotherEscape",
                 {{"Read", R"({"path":"\u0061"})"}},
                 {{"Read", R"({"path":"a"})"}},
                 true},
        SameCase{"CallsInAnotherOrder",
                 {{"Read", R"({"path":"a"})"}, {"LS", "{}"}},
                 {{"LS", "{}"}, {"Read", R"({"path":"a"})"}},
                 true},
        SameCase{"NoneInBoth", {}, {}, true},
        SameCase{"AnotherTool", {{"Read", "{}"}}, {{"LS", "{}"}}, false},
        SameCase{
            "AnotherInput", {{"Read", R"({"path":"a"})"}}, {{"Read", R"({"path":"b"})"}}, false},
        SameCase{"OneMore", {{"LS", "{}"}}, {{"LS", "{}"}, {"LS", "{}"}}, false},
        SameCase{"NoneInOne", {}, {{"LS", "{}"}}, false},
        SameCase{"AnInputThatIsNoJson", {{"LS", "{"}}, {{"LS", "{"}}, false}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace rlm::draft
