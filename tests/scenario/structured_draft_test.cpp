// Answers of a wanted form, drafted: the draft model is asked for the form in its own words, and
// what does not fit the schema does not reach the client.

#include <gmock/gmock.h>

#include "tests/support/world.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSchema =
    R"({"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false})";
constexpr const char* kInWords = R"(It must follow this JSON Schema: )";

struct Form {
  const char* name;
  Place draft_at;
  const char* told;  // within the draft's request
};

const Form kForms[] = {
    {"Chat", place("OpenAiChat"),
     R"("response_format":{"type":"json_schema","json_schema":{"name":"output","strict":true,"schema":)"},
    {"Responses", place("OpenAiResponses"), R"("text":{"format":{"type":"json_schema")"},
    {"ChatWithoutSchemas", place("DeepSeek"), R"("response_format":{"type":"json_object"})"},
    {"Messages", place("Anthropic"), R"("output_config":{"format":{"type":"json_schema")"},
    {"MessagesWithoutSchemas",
     {"DeepSeekMessages", sim::Provider::DeepSeek, "/anthropic", "api_key = \"${UPSTREAM_KEY}\"\n",
      "deepseek"},
     kInWords},
};

class StructuredDraft : public ::testing::TestWithParam<Form> {
 protected:
  StructuredDraft()
      : world_(GetParam().draft_at, place("Anthropic"),
               "[cascade.draft_abilities]\nstructured_output = true\n") {}

  Reply post(const std::string& plan) const {
    Ask request;
    request.body =
        R"({"model":"claude-opus-4-8","max_tokens":900,"output_config":{"format":{"type":"json_schema","schema":)" +
        std::string(kSchema) + R"(}},"messages":[{"role":"user","content":"is it warm?"}]})";
    request.with("x-rlm-plan", plan);
    return ask(world_.proxy.port(), request);
  }

  World world_;
};

TEST_P(StructuredDraft, IsAskedForInTheDraftModelsWordsAndDeliveredWhenItFits) {
  world_.draft->script(says(R"({"ok": true})"));
  const Reply reply = post("draft_only");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED") << reply.header("x-rlm-reason") << reply.body;
  EXPECT_THAT(reply.body, HasSubstr(R"({\"ok\": true})"));
  EXPECT_TRUE(world_.verify->requests().empty());
  const std::string sent = world_.draft->requests().at(0).body;
  EXPECT_THAT(sent, HasSubstr(GetParam().told));
  const bool in_words = std::string_view(GetParam().name).ends_with("WithoutSchemas");
  EXPECT_EQ(sent.find(kInWords) != sent.npos, in_words) << sent;
}

TEST_P(StructuredDraft, DoesNotReachTheClientWhenItDoesNotFit) {
  const std::pair<const char*, const char*> drafts[] = {
      {R"({"ok":"yes"})", "structured_output_schema"},
      {R"([true])", "structured_output_schema"},
      {"Yes, it is warm.", "structured_output_not_json"},
  };
  for (const auto& [draft, why] : drafts) {
    world_.draft->script(says(draft));
    world_.verify->script(says(R"({"ok":false})"));
    const Reply reply = post("draft_only");
    EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
    EXPECT_THAT(reply.header("x-rlm-reason"), HasSubstr(why));
    EXPECT_THAT(reply.body, HasSubstr(R"({\"ok\":false})"));
  }
}

TEST_P(StructuredDraft, IsNotMadeWhereTheVerifyModelsWordsCouldReplaceIt) {
  world_.verify->script(says(R"({"ok":false})"));
  const Reply reply = post("draft_verify");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
  EXPECT_EQ(reply.header("x-rlm-reason"), "structured_output");
  EXPECT_TRUE(world_.draft->requests().empty());
}

INSTANTIATE_TEST_SUITE_P(Dialects, StructuredDraft, ::testing::ValuesIn(kForms),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace rlm::test
