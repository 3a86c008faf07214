#include "lab/tool_faults.hpp"

#include <gtest/gtest.h>

#include "lab/recorded_session.hpp"
#include "lab/tool_policy.hpp"

namespace rlm::lab {
namespace {

constexpr const char* kTools =
    R"([{"name":"area","description":"","input_schema":{"type":"object","properties":{"radius":{"type":"integer"},"unit":{"type":"string","enum":["m","km"]}},"required":["radius"]}},)"
    R"({"name":"say","description":"","input_schema":{"type":"object","properties":{"text":{}},"required":["text"]}}])";

std::string line(std::string_view user, std::string_view draft, std::string_view verify,
                 std::string_view meta = R"({"category":"simple"})") {
  return R"({"id":"x/1","messages":[{"role":"user","content":")" + std::string(user) +
         R"("}],"tools":)" + kTools + R"(,"draft":)" + std::string(draft) + R"(,"verify":)" +
         std::string(verify) + R"(,"meta":)" + std::string(meta) + "}\n";
}
std::string side(std::string_view model, std::string_view calls, std::string_view correct,
                 int input = 100, int output = 10) {
  return R"({"model":")" + std::string(model) + R"(","tool_calls":[)" + std::string(calls) +
         R"(],"correct":)" + std::string(correct) + R"(,"input_tokens":)" + std::to_string(input) +
         R"(,"output_tokens":)" + std::to_string(output) + "}";
}
constexpr const char* kArea5 = R"({"name":"area","input":{"radius":5,"unit":"m"}})";
constexpr const char* kArea7 = R"({"name":"area","input":{"radius":7}})";

std::vector<Pair> pairs_of(const std::string& lines) {
  auto pairs = read_pairs(lines);
  EXPECT_TRUE(pairs) << pairs.error().message;
  return pairs ? *pairs : std::vector<Pair>();
}

TEST(Pairs, AreReadWithBothSides) {
  const auto pairs = pairs_of(line("area of radius 5 m", side("small-1 (notes)", kArea5, "true"),
                                   side("large-1", "", "0.5")));
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].draft.model, "small-1");
  EXPECT_EQ(pairs[0].draft.turns.at(0).at(0).at(0).name, "area");
  EXPECT_EQ(pairs[0].draft.correct, 1);
  EXPECT_EQ(pairs[0].verify.correct, 0.5);
  EXPECT_TRUE(pairs[0].verify.turns.at(0).at(0).empty());
  EXPECT_EQ(pairs[0].user_text, "area of radius 5 m");
  EXPECT_EQ(pairs[0].draft.usage.input, 100);
}

TEST(Pairs, OfSeveralTurnsKeepTheirSteps) {
  const std::string turns = R"({"model":"m","correct":true,"turns":[[{"tool_calls":[)" +
                            std::string(kArea5) + R"(]},{"text":"done"}],[{"tool_calls":[)" +
                            kArea7 + "]}]]}";
  const auto pairs = pairs_of(
      line("a", turns, turns,
           R"({"user_turns":[[{"role":"user","content":"a"}],[{"role":"user","content":"b"}]]})"));
  ASSERT_EQ(pairs.size(), 1u);
  ASSERT_EQ(pairs[0].draft.turns.size(), 2u);
  EXPECT_TRUE(pairs[0].draft.turns[0][1].empty());
  EXPECT_EQ(pairs[0].later_turns, std::vector<std::string>{R"([{"role":"user","content":"b"}])"});
}

TEST(Pairs, NameTheLineThatIsNone) {
  const std::string good = line("a", side("d", kArea5, "true"), side("v", kArea5, "true"));
  const struct {
    std::string third;
    const char* told;
  } kCases[] = {
      {"{\"draft\":1}", "line 3 is no record of a pair: id is missing or of the wrong type"},
      {R"({"id":"x","messages":[],"draft":1})",
       "line 3 is no record of a pair: draft is missing or of the wrong type"},
      {line("a", side("d", "", "true"), side("v", "", "\"yes\"")),
       "line 3 is no record of a pair: verify.correct is missing or of the wrong type"},
      {line("a", R"({"model":"m","correct":true,"input_tokens":"12"})", side("v", "", "true")),
       "line 3 is no record of a pair: draft.input_tokens is missing or of the wrong type"},
      {line("a", side("d", "", "true"), R"({"model":"m","correct":true,"text":["a"]})"),
       "line 3 is no record of a pair: verify.text is missing or of the wrong type"},
      {"{", "line 3 is no record of a pair: no JSON"}};
  for (const auto& one : kCases) {
    const auto pairs = read_pairs(good + "\n" + one.third + "\n");
    ASSERT_FALSE(pairs);
    EXPECT_EQ(pairs.error().message, one.told);
  }
}

TEST(RecordedSession, GrowsAsAClientWouldSendIt) {
  const auto pairs = pairs_of(line("a", side("d", kArea5, "true"), side("v", kArea5, "true")));
  RecordedSession session(pairs[0]);
  session.add_step(pairs[0].draft.turns[0][0]);
  session.add_turn(R"([{"role":"user","content":"b"}])");
  const Buffer body = session.body();
  wire::JsonIndex index;
  const auto root = index.parse(body.view());
  ASSERT_TRUE(root);
  std::size_t messages = 0;
  root->member("messages").each_element([&messages](wire::JsonValue) { return ++messages > 0; });
  EXPECT_EQ(messages, 4u);
  EXPECT_EQ(session.last_id(), "toolu_1");
}

TEST(ToolFaults, AreFoundButForThoseThatFormCannotShow) {
  const auto pairs =
      pairs_of(line("area of radius 5 m", side("d", kArea5, "true"), side("v", kArea7, "false")));
  draft::ToolRules rules;
  rules.allows_write = true;
  FaultCounts counts{};
  count_faults(pairs[0], rules, counts);
  for (std::size_t i = 0; i < kToolFaults; ++i) {
    const auto fault = static_cast<ToolFault>(i);
    const bool passes = fault == ToolFault::None || fault == ToolFault::WrongValue;
    EXPECT_EQ(counts[i].injected, 1u) << name_of(fault);
    EXPECT_EQ(counts[i].accepted, passes ? 1u : 0u) << name_of(fault);
  }
}

TEST(ToolFaults, WithoutADeclaredTypeAMistypedArgumentPasses) {
  const auto pairs =
      pairs_of(line("say hi", side("d", R"({"name":"say","input":{"text":"hi"}})", "true"),
                    side("v", "", "false")));
  draft::ToolRules rules;
  rules.allows_write = true;
  FaultCounts counts{};
  count_faults(pairs[0], rules, counts);
  EXPECT_EQ(counts[static_cast<std::size_t>(ToolFault::Mistyped)].accepted, 1u);
}

TEST(ToolPolicy, PaysForBothWhereADraftIsNotProven) {
  money::Price draft;
  draft.input = 1'000'000;  // $1 / MTok
  draft.output = 0;
  money::Price verify = draft;
  verify.input = 10'000'000;
  const auto pairs =
      pairs_of(line("area of radius 5", side("d", kArea5, "true"), side("v", kArea5, "true")) +
               line("radius 5", side("d", R"({"name":"area","input":{}})", "false"),
                    side("v", kArea5, "true")) +
               line("radius 7 and also 9", side("d", kArea7, "false"), side("v", kArea7, "true")));
  struct Expected {
    ToolPolicy policy;
    std::size_t accepted;
    double correct;
    double dollars;
  };
  for (const Expected& one :
       {Expected{ToolPolicy::AllVerify, 0, 3, 0.003}, Expected{ToolPolicy::AllDraft, 3, 1, 0.0003},
        Expected{ToolPolicy::Proven, 2, 2, 0.0013},
        Expected{ToolPolicy::ProvenAndCounted, 1, 3, 0.0023}}) {
    const PolicyPoint point = policy_point(pairs, one.policy, &draft, &verify);
    EXPECT_EQ(point.accepted, one.accepted) << name_of(one.policy);
    EXPECT_EQ(point.correct, one.correct) << name_of(one.policy);
    EXPECT_NEAR(*point.dollars, one.dollars, 1e-12) << name_of(one.policy);
  }
  EXPECT_FALSE(policy_point(pairs, ToolPolicy::Proven, nullptr, &verify).dollars);
}

}  // namespace
}  // namespace rlm::lab
