// What requests of both OpenAI dialects have in common, asked in both.

#include "dialect/ask_reader.hpp"

#include <gmock/gmock.h>

#include "dialect/asked.hpp"
#include "dialect/chat_ask.hpp"
#include "dialect/responses_ask.hpp"

namespace rlm::dialect {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Form {
  const char* name;
  Result<Ask> (*read)(const Buffer&, wire::JsonIndex&, const wire::JsonLimits&, const AskDefaults&);
  const char* prompt;  // the field with the conversation
  const char* tool;    // that is called f
};

constexpr Form kForms[] = {
    {"Chat", read_chat_ask, R"("messages":[{"role":"user","content":"hi"}])",
     R"({"type":"function","function":{"name":"f"}})"},
    {"Responses", read_responses_ask, R"("input":"hi")", R"({"type":"function","name":"f"})"},
};

class EitherDialect : public testing::TestWithParam<Form> {
 protected:
  static Result<Ask> read(const std::string& fields,
                          const AskDefaults& defaults = plain_defaults()) {
    wire::JsonIndex index;
    const std::string json = std::string("{") + GetParam().prompt + fields + "}";
    return GetParam().read(Buffer(json), index, {}, defaults);
  }
  static std::string tools() { return R"(,"tools":[)" + std::string(GetParam().tool) + "]"; }
};

TEST_P(EitherDialect, WritesTheCommonFieldsAlike) {
  EXPECT_EQ(
      body_of(read(R"(,"model":"m","stream":true,"temperature":0.5,"top_p":0.1,"user":"u")" +
                   tools() + R"(,"tool_choice":"required","parallel_tool_calls":false)")),
      R"({"model":"m","max_tokens":9,"stream":true,"temperature":0.5,"metadata":{"user_id":"u"},)"
      R"("tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],)"
      R"("tool_choice":{"type":"any","disable_parallel_tool_use":true},)"
      R"("messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]})");
}

// An alias says nothing of the model behind it; without rules of its own the newest model's, which
// takes least, would hold.
TEST_P(EitherDialect, GoesByTheModelThatReallyAnswers) {
  const std::string fields =
      R"(,"model":"smart","temperature":0)" + tools() + R"(,"tool_choice":"required")";
  AskDefaults defaults;
  EXPECT_THAT(body_of(read(fields, defaults)), Not(HasSubstr("temperature")));
  std::string asked;
  defaults.rules_of = [&](std::string_view model) {
    asked = model;
    return claude_rules("claude-sonnet-4-5");
  };
  const std::string body = body_of(read(fields, defaults));
  EXPECT_EQ(asked, "smart");
  EXPECT_THAT(body, HasSubstr(R"("temperature":0)"));
  EXPECT_THAT(body, HasSubstr(R"("tool_choice":{"type":"any"})"));
}

TEST_P(EitherDialect, NamesTheFieldThatIsWrong) {
  const struct {
    const char* fields;
    const char* message;
  } cases[] = {
      {"", "model: Field required"},
      {R"(,"model":7)", "model: "},
      {R"(,"model":"m","model":"m")", "model: stands there twice"},
      {R"(,"model":"m","stream":"yes")", "stream: "},
      {R"(,"model":"m","tools":{})", "tools: "},
      {R"(,"model":"m","tool_choice":"sometimes")", "tool_choice: need none, auto, required"},
      {R"(,"model":"m","tool_choice":{"type":"function","function":{}})",
       "tool_choice: need the name of a tool"},
      {R"(,"model":"m","parallel_tool_calls":1)", "parallel_tool_calls: "},
      {R"(,"model":"m","temperature":"hot")", "temperature: "},
  };
  for (const auto& one : cases) {
    const auto ask = read(one.fields);
    ASSERT_FALSE(ask) << one.fields;
    EXPECT_EQ(ask.error().kind, ErrorKind::BadRequest);
    EXPECT_TRUE(ask.error().message.starts_with(one.message)) << ask.error().message;
  }
}

INSTANTIATE_TEST_SUITE_P(AskReader, EitherDialect, testing::ValuesIn(kForms),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace rlm::dialect
