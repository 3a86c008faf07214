#include "dialect/responses_request.hpp"

#include <gtest/gtest.h>

#include "dialect/canonical_json.hpp"

namespace rlm::dialect {
namespace {

std::string responses(std::string_view body, std::string_view upstream = "openai") {
  wire::JsonIndex index;
  const auto made = responses_body(Buffer(body), index, {}, "gpt-6-luna", *quirks_named(upstream));
  return made ? std::string(made->view()) : "refused: " + made.error().message;
}

std::string with_messages(std::string_view messages, std::string_view more = "") {
  return R"({"model":"claude-opus-5","max_tokens":99)" + std::string(more) + R"(,"messages":)" +
         std::string(messages) + "}";
}

std::string input_of(std::string_view messages) {
  const std::string made = responses(with_messages(messages));
  return made.starts_with("refused") ? made : canonical_member(made, "input");
}

// openai-mapping.md §12: each member that it shows.
TEST(ResponsesBody, WritesAToolRoundTrip) {
  const std::string made = responses(R"({
 "model":"claude-opus-4-8","max_tokens":2048,"stream":true,
 "system":[{"type":"text","text":"You are a build helper.","cache_control":{"type":"ephemeral"}}],
 "tools":[{"name":"run_cmd","description":"Run a shell command","input_schema":{"type":"object","properties":{"cmd":{"type":"string"}},"required":["cmd"]}}],
 "tool_choice":{"type":"auto"},"thinking":{"type":"adaptive","display":"omitted"},
 "output_config":{"effort":"high"},"metadata":{"user_id":"u-7f3a"},
 "messages":[
  {"role":"user","content":"Why does the build fail?"},
  {"role":"assistant","content":[
    {"type":"thinking","thinking":"","signature":"ErUBCk"},
    {"type":"text","text":"Let me look."},
    {"type":"tool_use","id":"toolu_A1","name":"run_cmd","input":{"cmd":"make"}}]},
  {"role":"user","content":[
    {"type":"tool_result","tool_use_id":"toolu_A1","content":"error: missing ;","is_error":true},
    {"type":"text","text":"be brief"}]}]})");
  EXPECT_EQ(canonical(made), canonical(R"({
 "model":"gpt-6-luna","store":false,"stream":true,"instructions":"You are a build helper.","max_output_tokens":2048,
 "reasoning":{"effort":"high"},"tool_choice":"auto",
 "input":[{"role":"user","content":"Why does the build fail?"},
  {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Let me look.","annotations":[]}]},
  {"type":"function_call","call_id":"toolu_A1","name":"run_cmd","arguments":"{\"cmd\":\"make\"}"},
  {"type":"function_call_output","call_id":"toolu_A1","output":"Error: error: missing ;"},
  {"role":"user","content":"be brief"}],
 "tools":[{"type":"function","name":"run_cmd","description":"Run a shell command","parameters":{"type":"object","properties":{"cmd":{"type":"string"}},"required":["cmd"],"additionalProperties":false},"strict":false}]})"));
}

struct Case {
  const char* name;
  const char* from;
  const char* to;
};

TEST(ResponsesBody, WritesEachItem) {
  const Case cases[] = {
      {"texts and calls keep their order",
       R"([{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"tool_use","id":"t","name":"f","input":{}},{"type":"text","text":"c"}]}])",
       R"([{"type":"message","role":"assistant","content":[{"type":"output_text","text":"ab","annotations":[]}]},{"type":"function_call","call_id":"t","name":"f","arguments":"{}"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"c","annotations":[]}]}])"},
      {"texts apart are joined by a blank line",
       R"([{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"thinking","thinking":"x"},{"type":"text","text":"b"}]}])",
       R"([{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a\n\nb","annotations":[]}]}])"},
      {"images and files",
       R"([{"role":"user","content":[{"type":"text","text":"see"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}},{"type":"image","source":{"type":"url","url":"u"}},{"type":"document","title":"T.pdf","source":{"type":"base64","media_type":"application/pdf","data":"QQ=="}},{"type":"document","source":{"type":"url","url":"v"}}]}])",
       R"([{"role":"user","content":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:image/png;base64,QQ==","detail":"auto"},{"type":"input_image","image_url":"u","detail":"auto"},{"type":"input_file","filename":"T.pdf","file_data":"data:application/pdf;base64,QQ=="},{"type":"input_file","file_url":"v"}]}])"},
      {"a system message keeps its place",
       R"([{"role":"user","content":"a"},{"role":"system","content":"b"}])",
       R"([{"role":"user","content":"a"},{"role":"system","content":"b"}])"},
  };
  for (const Case& one : cases) EXPECT_EQ(input_of(one.from), canonical(one.to)) << one.name;
}

struct HeadCase {
  const char* upstream;
  const char* more;
  const char* key;
  const char* value;
};

TEST(ResponsesBody, SaysEachSettingInTheUpstreamsWords) {
  const HeadCase cases[] = {
      {"openai", "", "store", "false"},
      {"openai", "", "reasoning", "absent"},
      {"openai", R"(,"thinking":{"type":"disabled"})", "reasoning", R"({"effort":"none"})"},
      {"vllm", R"(,"thinking":{"type":"disabled"})", "reasoning", "absent"},
      {"openai", R"(,"temperature":1)", "temperature", "absent"},
      {"openai", R"(,"temperature":1,"thinking":{"type":"disabled"})", "temperature", "1"},
      {"openai", R"(,"max_tokens":1)", "max_output_tokens", "16"},
      {"openai", R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}})",
       "text",
       R"({"format":{"name":"output","schema":{"type":"object"},"strict":false,"type":"json_schema"}})"},
      {"openai",
       R"(,"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true})",
       "tool_choice", R"({"name":"f","type":"function"})"},
      {"openai", R"(,"tools":[{"name":"f","input_schema":{"type":"object"}}])", "tools",
       R"([{"name":"f","parameters":{"type":"object"},"strict":false,"type":"function"}])"},
      {"openai",
       R"(,"tools":[{"name":"f","strict":true,"input_schema":{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false}}])",
       "tools",
       R"([{"name":"f","parameters":{"additionalProperties":false,"properties":{"a":{}},"required":["a"],"type":"object"},"strict":true,"type":"function"}])"},
      {"openai",
       R"(,"tools":[{"name":"f","strict":true,"input_schema":{"type":"object","properties":{"a":{}}}}])",
       "tools",
       R"([{"name":"f","parameters":{"additionalProperties":false,"properties":{"a":{}},"type":"object"},"strict":false,"type":"function"}])"},
      {"openai", R"(,"output_config":{"effort":"max"})", "reasoning", R"({"effort":"xhigh"})"},
      {"ollama", R"(,"output_config":{"effort":"xhigh"})", "reasoning", R"({"effort":"high"})"},
  };
  for (const HeadCase& one : cases)
    EXPECT_EQ(canonical_member(responses(with_messages("[]", one.more), one.upstream), one.key),
              one.value)
        << one.upstream << one.more;
}

TEST(ResponsesBody, LeavesCitationsOutAndKeepsTheText) {
  EXPECT_EQ(
      input_of(
          R"([{"role":"assistant","content":[{"type":"text","text":"It is "},{"type":"text","text":"warm.","citations":[{"type":"web_search_result_location","url":"u","cited_text":"t"}]}]}])"),
      canonical(
          R"([{"type":"message","role":"assistant","content":[{"type":"output_text","text":"It is warm.","annotations":[]}]}])"));
}

TEST(ResponsesBody, RefusesWhatItCannotSay) {
  EXPECT_EQ(responses(with_messages("[]", R"(,"output_config":{"effort":"huge"})"))
                .find("refused: output_config.effort: "),
            0u);
  EXPECT_EQ(responses(with_messages("[]", R"(,"stop_sequences":["a"])"))
                .find("refused: stop_sequences: a stop sequence cannot be expressed in OpenAI's "
                      "Responses"),
            0u);
  EXPECT_EQ(responses(with_messages("[]", R"(,"tools":[{"type":"bash_20250124","name":"bash"}])"))
                .find("refused: tools.0: a tool of type bash_20250124"),
            0u);
}

TEST(ResponsesBody, KeepsAllEarlierBytesWhenTheConversationGrows) {
  const std::string turns[] = {
      R"({"role":"user","content":[{"type":"text","text":"a"}]})",
      R"({"role":"assistant","content":[{"type":"text","text":"b"},{"type":"tool_use","id":"t","name":"f","input":{"x": 1}}]})",
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r"}]})",
      R"({"role":"assistant","content":"done"})"};
  std::string before, messages;
  for (const std::string& turn : turns) {
    messages += (messages.empty() ? "" : ",") + turn;
    const std::string made = responses(with_messages("[" + messages + "]", R"(,"system":"s")"));
    EXPECT_EQ(made.compare(0, before.size(), before), 0) << made;
    before = made.substr(0, made.size() - 2);
  }
}

}  // namespace
}  // namespace rlm::dialect
