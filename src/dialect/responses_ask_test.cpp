#include "dialect/responses_ask.hpp"

#include <gtest/gtest.h>

#include "dialect/ask_tools.hpp"
#include "dialect/asked.hpp"
#include "dialect/sealed_thinking.hpp"

namespace rlm::dialect {
namespace {

Result<Ask> read(std::string_view json, const AskDefaults& defaults = plain_defaults()) {
  wire::JsonIndex index;
  return read_responses_ask(Buffer(json), index, {}, defaults);
}

struct InputCase {
  const char* name;
  std::string input;
  std::string expected;  // "system" and "messages" of the Messages request
};

class ResponsesInput : public testing::TestWithParam<InputCase> {};

TEST_P(ResponsesInput, BecomesTurns) {
  EXPECT_EQ(body_of(read(R"({"model":"m","input":)" + GetParam().input + "}")),
            R"({"model":"m","max_tokens":9,"stream":false,)" + GetParam().expected + "}");
}

const std::string kThought = R"({"type":"thinking","thinking":"h\n","signature":"E="})";

INSTANTIATE_TEST_SUITE_P(
    Responses, ResponsesInput,
    testing::Values(
        InputCase{"AText", R"("hi\n")",
                  R"("messages":[{"role":"user","content":[{"type":"text","text":"hi\n"}]}])"},
        InputCase{
            "Messages",
            R"([{"type":"message","role":"developer","content":[{"type":"input_text","text":"D"}]},
              {"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"auto"},
                {"type":"input_file","filename":"a.pdf","file_data":"JVBE"}]},
              {"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"b","annotations":[]},{"type":"refusal","refusal":"c"}]},
              {"role":"developer","content":"later"}])",
            R"("system":[{"type":"text","text":"D"}],"messages":[{"role":"user","content":[{"type":"text","text":"a"},)"
            R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},)"
            R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"a.pdf"}]},)"
            R"({"role":"assistant","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]},)"
            R"({"role":"user","content":[{"type":"text","text":"<system>\nlater\n</system>"}]}])"},
        InputCase{
            "CallsOfAllKinds",
            R"([{"role":"user","content":"go"},
              {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":")" +
                seal_thinking("h\\n", "E=") + R"("},
              {"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":")" +
                seal_redacted_thinking("zz") + R"("},
              {"type":"reasoning","id":"rs_3","summary":[],"encrypted_content":"gAAAAfremd"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Look."}]},
              {"type":"function_call","id":"fc_1","call_id":"c1","name":"run","arguments":"{\"cmd\": \"ls\"}"},
              {"type":"custom_tool_call","call_id":"c2","name":"apply_patch","input":"*** Begin\n\"x\""},
              {"type":"function_call","call_id":"c3","namespace":"mcp__x__","name":"get","arguments":"{}"},
              {"type":"web_search_call","id":"ws_1","status":"completed"},
              {"type":"function_call_output","call_id":"c1","output":"one"},
              {"type":"custom_tool_call_output","call_id":"c2","output":"two"},
              {"type":"function_call_output","call_id":"c3","output":[{"type":"input_text","text":"three"}]}])",
            R"("messages":[{"role":"user","content":[{"type":"text","text":"go"}]},{"role":"assistant","content":[)" +
                kThought +
                R"(,{"type":"redacted_thinking","data":"zz"},{"type":"text","text":"Look."},)"
                R"({"type":"tool_use","id":"c1","name":"run","input":{"cmd": "ls"}},)"
                R"({"type":"tool_use","id":"c2","name":"apply_patch","input":{"input":"*** Begin\n\"x\""}},)"
                R"({"type":"tool_use","id":"c3","name":"mcp__x__get","input":{}}]},)"
                R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"one"},)"
                R"({"type":"tool_result","tool_use_id":"c2","content":"two"},)"
                R"({"type":"tool_result","tool_use_id":"c3","content":[{"type":"text","text":"three"}]}]}])"},
        InputCase{
            "ThinkingThatNothingFollowsIsDropped",
            R"([{"role":"user","content":"a"},
              {"type":"reasoning","summary":[],"encrypted_content":")" +
                seal_thinking("h", "E=") + R"("},{"role":"user","content":"b"}])",
            R"("messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ResponsesAsk, OfCodexIsWhatClaudeTakes) {
  AskDefaults defaults;
  defaults.web_search = "web_search_20250305";
  const auto ask = read(
      R"({"model":"claude-opus-5-5","instructions":"You are Codex.","input":[{"role":"user","content":"hi"}],
        "tools":[{"type":"function","name":"shell","description":"d","strict":false,"parameters":{"type":"object"}},
          {"type":"custom","name":"apply_patch","description":"p","format":{"type":"grammar","syntax":"lark","definition":"start: \"x\""}},
          {"type":"namespace","name":"mcp__gh","tools":[{"type":"function","name":"get","strict":true,"parameters":{"type":"object"}}]},
          {"type":"web_search","external_web_access":true},{"type":"local_shell"}],
        "tool_choice":"auto","parallel_tool_calls":true,"reasoning":{"effort":"high","summary":"auto"},"store":false,"stream":true,
        "include":["reasoning.encrypted_content"],"prompt_cache_key":"k","text":{"verbosity":"low"}})",
      defaults);
  EXPECT_EQ(
      body_of(ask),
      R"({"model":"claude-opus-5-5","max_tokens":32000,"stream":true,"thinking":{"type":"adaptive","display":"summarized"},)"
      R"("output_config":{"effort":"high"},"tools":[{"name":"shell","description":"d","input_schema":{"type":"object"}},)"
      R"({"name":"apply_patch","description":"p\n\nThe input must follow this grammar (lark):\nstart: \"x\"",)"
      R"("input_schema":{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}},)"
      R"({"name":"mcp__gh__get","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search"}],)"
      R"("tool_choice":{"type":"auto"},"system":[{"type":"text","text":"You are Codex."}],)"
      R"("cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]})");
  ASSERT_TRUE(ask);
  EXPECT_TRUE(ask->stream);
  EXPECT_TRUE(ask->include_reasoning);
  ASSERT_NE(ask->special_tool("mcp__gh__get"), nullptr);
  EXPECT_EQ(ask->special_tool("mcp__gh__get")->client_name, "get");
  EXPECT_EQ(ask->special_tool("mcp__gh__get")->name_space, "mcp__gh");
  EXPECT_TRUE(ask->special_tool("apply_patch")->is_custom);
}

TEST(ResponsesAsk, EchoesShortFieldsOnly) {
  const std::string big(5000, 'x');
  const auto ask = read(R"({"model":"m","input":"hi","instructions":")" + big +
                        R"(","metadata":{"a":"b"},"temperature":0.5,"store":true})");
  ASSERT_TRUE(ask);
  EXPECT_EQ(
      ask->echo,
      R"(,"instructions":null,"max_output_tokens":null,"metadata":{"a":"b"},"parallel_tool_calls":true,)"
      R"("previous_response_id":null,"reasoning":{"effort":null,"summary":null},"store":false,"temperature":0.5,)"
      R"("text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":1,"truncation":"disabled")");
}

TEST(ResponsesAsk, NamesLongToolsOfANamespaceByAHash) {
  const std::string name(60, 'n');
  const std::string joined = tool_name_in("space", name);
  EXPECT_EQ(joined.size(), 64u);
  EXPECT_EQ(joined, tool_name_in("space", name));
  EXPECT_NE(joined, tool_name_in("space", name + "n"));
  EXPECT_EQ(tool_name_in("a", "b"), "a__b");
}

TEST(ResponsesAsk, OfAGrownConversationBeginsWithTheSameBytes) {
  const std::string steps[] = {
      R"({"role":"developer","content":"S"},{"role":"user","content":"a"})",
      R"({"type":"reasoning","summary":[],"encrypted_content":")" + seal_thinking("h", "E=") +
          R"("},{"type":"function_call","call_id":"x","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"x","output":"r"})",
      R"({"type":"custom_tool_call","call_id":"y","name":"g","input":""},{"type":"custom_tool_call_output","call_id":"y","output":"r"})",
      R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"d"}]})",
      R"({"role":"user","content":"e"})",
  };
  std::string input, before;
  for (const std::string& step : steps) {
    input += (input.empty() ? "" : ",") + step;
    std::string body = body_of(read(R"({"model":"m","input":[)" + input + "]}"));
    ASSERT_TRUE(body.ends_with("]}]}")) << body;
    body.resize(body.size() - 4);
    EXPECT_TRUE(body.starts_with(before)) << before << "\n" << body;
    before = std::move(body);
  }
}

TEST(ResponsesAsk, RefusesNamingTheField) {
  const struct {
    const char* body;
    const char* message;  // begins so
  } cases[] = {
      {R"({"input":"x"})", "model: Field required"},
      {R"({"model":"m"})", "input: Field required"},
      {R"({"model":"m","input":[]})", "input: at least one item"},
      {R"({"model":"m","input":3})",
       "input: Input should be a valid string or list (found number)"},
      {R"({"model":"m","input":"x","previous_response_id":"r"})", "previous_response_id: "},
      {R"({"model":"m","input":"x","conversation":"c"})", "conversation: "},
      {R"({"model":"m","input":"x","prompt":{"id":"p"}})", "prompt: "},
      {R"({"model":"m","input":"x","background":true})", "background: "},
      {R"({"model":"m","input":[{"type":"item_reference","id":"i"}]})",
       "input.0: items are not kept"},
      {R"({"model":"m","input":[{"type":"compaction","encrypted_content":"x"}]})",
       "input.0: compaction"},
      {R"({"model":"m","input":[{}]})", "input.0: need a type or a role"},
      {R"({"model":"m","input":[{"role":"x","content":"y"}]})", "input.0.role: "},
      {R"({"model":"m","input":[{"type":"function_call","call_id":"c","arguments":"{}"}]})",
       "input.0.name: "},
      {R"({"model":"m","input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]})",
       "input: No tool output found for function call c"},
      {R"({"model":"m","input":[{"type":"function_call_output","call_id":"c","output":"x"}]})",
       "input: No tool call found for function call output with call_id c"},
      {R"({"model":"m","input":"x","reasoning":{"effort":"huge"}})", "reasoning.effort: "},
      {R"({"model":"m","input":"x","max_output_tokens":-1})", "max_output_tokens: "},
      {R"({"model":"m","input":"x","tools":[{"type":"function"}]})", "tools.0.name: "},
      {R"({"model":"m","input":"x","tool_choice":"maybe"})", "tool_choice: "},
  };
  for (const auto& [body, message] : cases) {
    const auto ask = read(body);
    ASSERT_FALSE(ask) << body;
    EXPECT_EQ(ask.error().kind, ErrorKind::BadRequest);
    EXPECT_EQ(ask.error().source, Source::Client);
    EXPECT_TRUE(ask.error().message.starts_with(message)) << ask.error().message;
  }
}

TEST(SealedThinking, OpensOnlyWhatWasSealedHere) {
  EXPECT_EQ(unseal_thinking(seal_thinking("a\\n\\u00e9", "S+/=")),
            R"({"type":"thinking","thinking":"a\n\u00e9","signature":"S+/="})");
  EXPECT_EQ(unseal_thinking(seal_thinking("", "S")),
            R"({"type":"thinking","thinking":"","signature":"S"})");
  EXPECT_EQ(unseal_thinking(seal_redacted_thinking("D")),
            R"({"type":"redacted_thinking","data":"D"})");
  for (const char* foreign : {"", "gAAAAA", "rlm1.", "rlm1.!!!", "rlm2.eyJ9", "rlm1.e30=",
                              // {"type":"text","text":"x"}
                              "rlm1.eyJ0eXBlIjoidGV4dCIsInRleHQiOiJ4In0="})
    EXPECT_EQ(unseal_thinking(foreign), std::nullopt) << foreign;
  EXPECT_EQ(unseal_thinking(seal_thinking("a\",\"x\":\"b", "S")), std::nullopt);
}

}  // namespace
}  // namespace rlm::dialect
