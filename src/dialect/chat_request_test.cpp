#include "dialect/chat_request.hpp"

#include <gtest/gtest.h>

#include "dialect/canonical_json.hpp"

namespace rlm::dialect {
namespace {

std::string chat(std::string_view body, std::string_view upstream = "openai",
                 std::string_view model = "m") {
  wire::JsonIndex index;
  const auto made = chat_body(Buffer(body), index, {}, model, *quirks_named(upstream));
  return made ? std::string(made->view()) : "refused: " + made.error().message;
}

std::string with_messages(std::string_view messages, std::string_view more = "") {
  return R"({"model":"claude-opus-5","max_tokens":9)" + std::string(more) + R"(,"messages":)" +
         std::string(messages) + "}";
}

std::string messages_of(std::string_view messages, std::string_view upstream = "openai") {
  const std::string made = chat(with_messages(messages), upstream);
  return made.starts_with("refused") ? made : canonical_member(made, "messages");
}

// openai-mapping.md §12, of the request of anthropic-messages.md §26.
constexpr std::string_view kToolRoundTrip = R"({
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
    {"type":"text","text":"be brief"}]}]})";

TEST(ChatBody, WritesAToolRoundTripForDeepSeek) {
  EXPECT_EQ(canonical(chat(kToolRoundTrip, "deepseek", "deepseek-v4-pro")), canonical(R"({
 "model":"deepseek-v4-pro","max_tokens":2048,"stream":true,"stream_options":{"include_usage":true},
 "thinking":{"type":"disabled"},
 "messages":[
  {"role":"system","content":"You are a build helper."},
  {"role":"user","content":"Why does the build fail?"},
  {"role":"assistant","content":"Let me look.","tool_calls":[{"id":"toolu_A1","type":"function","function":{"name":"run_cmd","arguments":"{\"cmd\":\"make\"}"}}]},
  {"role":"tool","tool_call_id":"toolu_A1","content":"Error: error: missing ;"},
  {"role":"user","content":"be brief"}],
 "tools":[{"type":"function","function":{"name":"run_cmd","description":"Run a shell command","parameters":{"type":"object","properties":{"cmd":{"type":"string"}},"required":["cmd"]}}}],
 "tool_choice":"auto"})"));
}

struct Case {
  const char* name;
  const char* from;
  const char* to;
};

TEST(ChatBody, WritesEachMessage) {
  const Case cases[] = {
      {"blocks of text are one string",
       R"([{"role":"user","content":[{"type":"text","text":"a\n"},{"type":"text","text":""},{"type":"text","text":"b"}]}])",
       R"([{"role":"user","content":"a\n\n\nb"}])"},
      {"neighbours of one role are one turn",
       R"([{"role":"user","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"c"}])",
       R"([{"role":"user","content":"a\n\nb"},{"role":"assistant","content":"c"}])"},
      {"text of an answer goes on, and stands before its calls",
       R"([{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"tool_use","id":"t","name":"f","input":{}},{"type":"text","text":"c"}]}])",
       R"([{"role":"assistant","content":"ab\n\nc","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]}])"},
      {"calls alone have no content; thinking is left out",
       R"([{"role":"assistant","content":[{"type":"redacted_thinking","data":"x"},{"type":"tool_use","id":"t","name":"f","input":{"a":"\"é"}}]}])",
       R"([{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{\"a\":\"\\\"é\"}"}}]}])"},
      {"what was nothing but thinking is no message",
       R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"y"}]}])",
       R"([{"role":"user","content":"a"}])"},
      {"results come first, in their order, from all messages of the turn",
       R"([{"role":"user","content":[{"type":"text","text":"x"},{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"1"},{"type":"text","text":"2"}]}]},
           {"role":"user","content":[{"type":"tool_result","tool_use_id":"b"}]}])",
       R"([{"role":"tool","tool_call_id":"a","content":"1\n2"},{"role":"tool","tool_call_id":"b","content":""},{"role":"user","content":"x"}])"},
      {"images",
       R"([{"role":"user","content":[{"type":"text","text":"see"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}},{"type":"image","source":{"type":"url","url":"https://x/y.png"}}]}])",
       R"([{"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"auto"}},{"type":"image_url","image_url":{"url":"https://x/y.png","detail":"auto"}}]}])"},
      {"an image of a result follows in the user's message",
       R"([{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"shot"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}}]},{"type":"text","text":"well?"}]}])",
       R"([{"role":"tool","tool_call_id":"a","content":"shot"},{"role":"user","content":[{"type":"text","text":"[Image returned by tool call a]"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ==","detail":"auto"}},{"type":"text","text":"well?"}]}])"},
      {"documents",
       R"([{"role":"user","content":[{"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"d"}},{"type":"document","source":{"type":"content","content":[{"type":"text","text":"c"}]}}]}])",
       R"([{"role":"user","content":"[Document: T]\nd\n\n[Document]\n\nc"}])"},
      {"a PDF",
       R"([{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"}}]}])",
       R"([{"role":"user","content":[{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,JVBE"}}]}])"},
      {"search results and found tools are text",
       R"([{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"search_result","title":"T","source":"s","content":[{"type":"text","text":"c"}]},{"type":"tool_reference","tool_name":"f"}]}]}])",
       R"([{"role":"tool","tool_call_id":"a","content":"[Search result: T]\ns\nc\n[Tool found: f]"}])"},
      {"citations are left out, and the text stays",
       R"([{"role":"user","content":[{"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"d"},"citations":{"enabled":true}}]},
           {"role":"assistant","content":[{"type":"text","text":"It is "},{"type":"text","text":"warm.","citations":[{"type":"char_location","cited_text":"d","document_index":0}]}]}])",
       R"([{"role":"user","content":"[Document: T]\nd"},{"role":"assistant","content":"It is warm."}])"},
      {"a system message keeps its place",
       R"([{"role":"user","content":"a"},{"role":"system","content":[{"type":"text","text":"b"}]},{"role":"assistant","content":"c"}])",
       R"([{"role":"user","content":"a"},{"role":"system","content":"b"},{"role":"assistant","content":"c"}])"},
  };
  for (const Case& one : cases) EXPECT_EQ(messages_of(one.from), canonical(one.to)) << one.name;
}

TEST(ChatBody, MakesALaterSystemMessageTheUsersWhereOnlyAFirstOneIsTaken) {
  EXPECT_EQ(
      messages_of(R"([{"role":"user","content":"a"},{"role":"system","content":"b"}])", "vllm"),
      R"([{"content":"a\n\n[System message]\nb","role":"user"}])");
}

TEST(ChatBody, GivesEachCallAnIdOfItsOwnThatItsResultShares) {
  const std::string id(41, 'a');
  const std::string call = R"({"role":"assistant","content":[{"type":"tool_use","id":")";
  const std::string use =
      R"(","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":")";
  const std::string end = R"(","content":"r"}]})";
  const std::string made =
      messages_of("[" + call + id + use + id + end + "," + call + "toolu_1" + use + "toolu_1" +
                  end + "," + call + "toolu_1" + use + "toolu_1" + end + "]");
  wire::JsonIndex index;
  std::vector<std::string> calls, results;
  index.parse(made)->each_element([&](wire::JsonValue message) {
    if (message.member("role").equals("tool"))
      results.push_back(message.member("tool_call_id").string());
    message.member("tool_calls").each_element([&](wire::JsonValue one) {
      calls.push_back(one.member("id").string());
      return true;
    });
    return true;
  });
  ASSERT_EQ(calls.size(), 3u) << made;
  EXPECT_EQ(calls, results);
  EXPECT_EQ(calls[1], "toolu_1");
  EXPECT_NE(calls[2], calls[1]);
  for (const auto& one : calls) EXPECT_LE(one.size(), 40u);
}

struct HeadCase {
  const char* upstream;
  const char* more;  // members of the request
  const char* key;
  const char* value;
};

TEST(ChatBody, SaysEachSettingInTheUpstreamsWords) {
  const std::string tool = R"(,"tools":[{"name":"f","input_schema":{"type":"object"}}])";
  const HeadCase cases[] = {
      {"openai", "", "max_completion_tokens", "9"},
      {"deepseek", "", "max_tokens", "9"},
      {"openai", "", "reasoning_effort", "absent"},
      {"openai", R"(,"thinking":{"type":"disabled"})", "reasoning_effort", "\"none\""},
      {"openai", R"(,"thinking":{"type":"adaptive"})", "reasoning_effort", "\"medium\""},
      {"openai", R"(,"output_config":{"effort":"xhigh"})", "reasoning_effort", "\"xhigh\""},
      {"openai", R"(,"output_config":{"effort":"max"})", "reasoning_effort", "\"xhigh\""},
      {"ollama", R"(,"output_config":{"effort":"medium"})", "reasoning_effort", "\"medium\""},
      {"ollama", R"(,"output_config":{"effort":"xhigh"})", "reasoning_effort", "\"high\""},
      {"deepseek", R"(,"output_config":{"effort":"xhigh"})", "reasoning_effort", "\"high\""},
      {"deepseek", R"(,"output_config":{"effort":"max"})", "reasoning_effort", "\"max\""},
      {"openai", R"(,"output_config":{"effort":null})", "reasoning_effort", "absent"},
      {"vllm", R"(,"output_config":{"effort":"low"})", "reasoning_effort", "absent"},
      {"openrouter", R"(,"output_config":{"effort":"low"})", "reasoning", R"({"effort":"low"})"},
      {"deepseek", "", "thinking", R"({"type":"disabled"})"},
      {"deepseek", R"(,"output_config":{"effort":"medium"})", "reasoning_effort", "\"high\""},
      {"deepseek", R"(,"output_config":{"effort":"medium"})", "thinking", R"({"type":"enabled"})"},
      {"openai", R"(,"temperature":0.5)", "temperature", "absent"},
      {"openai", R"(,"temperature":0.5,"thinking":{"type":"disabled"})", "temperature", "0.5"},
      {"vllm", R"(,"temperature":0.5)", "temperature", "0.5"},
      {"vllm", R"(,"top_k":5)", "top_k", "5"},
      {"deepseek", R"(,"top_k":5)", "top_k", "absent"},
      {"openai", R"(,"stop_sequences":["a"])", "stop", R"(["a"])"},
      {"openai", R"(,"stop_sequences":[])", "stop", "absent"},
      {"openai", R"(,"stream":true)", "stream_options", R"({"include_usage":true})"},
      {"openai", R"(,"stream":false)", "stream", "absent"},
      {"openai", R"(,"tool_choice":{"type":"any"})", "tool_choice", "absent"},
      {"openai", R"(,"metadata":{"user_id":"u"},"service_tier":"auto")", "metadata", "absent"},
      {"deepseek",
       R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}})",
       "response_format", R"({"type":"json_object"})"},
      {"openai",
       R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false}}})",
       "response_format",
       R"({"json_schema":{"name":"output","schema":{"additionalProperties":false,"properties":{"a":{}},"required":["a"],"type":"object"},"strict":true},"type":"json_schema"})"},
      {"openai",
       R"(,"output_format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{}},"additionalProperties":false}})",
       "response_format",
       R"({"json_schema":{"name":"output","schema":{"additionalProperties":false,"properties":{"a":{}},"type":"object"},"strict":false},"type":"json_schema"})"},
  };
  const std::string messages = R"([{"role":"user","content":"hi"}])";
  for (const HeadCase& one : cases)
    EXPECT_EQ(canonical_member(chat(with_messages(messages, one.more), one.upstream), one.key),
              one.value)
        << one.upstream << one.more;
  const auto choice = [&](const std::string& of, std::string_view key) {
    return canonical_member(chat(with_messages(messages, tool + R"(,"tool_choice":)" + of)), key);
  };
  EXPECT_EQ(choice(R"({"type":"any"})", "tool_choice"), "\"required\"");
  EXPECT_EQ(choice(R"({"type":"none"})", "tool_choice"), "\"none\"");
  EXPECT_EQ(choice(R"({"type":"tool","name":"f"})", "tool_choice"),
            R"({"function":{"name":"f"},"type":"function"})");
  EXPECT_EQ(choice(R"({"type":"auto","disable_parallel_tool_use":true})", "parallel_tool_calls"),
            "false");
}

constexpr const char* kClosed =
    R"({"type":"object","properties":{"a":{"type":"object","properties":{},"additionalProperties":false}},"required":["a"],"additionalProperties":false})";

TEST(ChatBody, IsStrictAboutAToolOnlyWhereTheSchemaIsClosedAndAllIsRequired) {
  const struct {
    const char* name;
    std::string schema;
    bool is_strict;
  } cases[] = {
      {"closed, all required", kClosed, true},
      {"no properties, closed", R"({"type":"object","additionalProperties":false})", true},
      {"open", R"({"type":"object","properties":{"a":{}},"required":["a"]})", false},
      {"one is optional",
       R"({"type":"object","properties":{"a":{},"b":{}},"required":["a"],"additionalProperties":false})",
       false},
      {"open within",
       R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"object"}}},"required":["a"],"additionalProperties":false})",
       false}};
  for (const auto& one : cases) {
    const std::string tool = R"({"name":"f","input_schema":)" + one.schema;
    const auto tools = [&](std::string_view more) {
      return canonical_member(
          chat(with_messages("[]", R"(,"tools":[)" + tool + std::string(more) + "}]")), "tools");
    };
    const auto expected = [&](std::string_view more) {
      return canonical(R"([{"type":"function","function":{"name":"f","parameters":)" + one.schema +
                       std::string(more) + "}}]");
    };
    EXPECT_EQ(tools(R"(,"strict":true)"), expected(one.is_strict ? R"(,"strict":true)" : ""))
        << one.name;
    EXPECT_EQ(tools(R"(,"strict":false)"), expected("")) << one.name;
    EXPECT_EQ(tools(""), expected("")) << one.name;
  }
}

TEST(ChatBody, JoinsTheSystemTextsWithoutTheAttribution) {
  const std::string made = chat(with_messages(
      "[]",
      R"(,"system":[{"type":"text","text":"x-anthropic-billing-header: a"},{"type":"text","text":"b"},{"type":"text","text":"c"}])"));
  EXPECT_EQ(canonical_member(made, "messages"), R"([{"content":"b\n\nc","role":"system"}])");
}

TEST(ChatBody, TellsASchemaInWordsToAnUpstreamWithoutSchemas) {
  const std::string made = chat(
      with_messages(
          "[]",
          R"(,"system":"s","output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}})"),
      "deepseek");
  EXPECT_NE(made.find(R"(JSON Schema: {\"type\":\"object\"}")"), made.npos) << made;
}

struct Refusal {
  const char* upstream;
  const char* more;
  const char* content;
  const char* place;
};

TEST(ChatBody, RefusesWhatItCannotSayAndNamesThePlace) {
  const Refusal cases[] = {
      {"openai", R"(,"tools":[{"type":"web_search_20250305","name":"web_search"}])", "\"a\"",
       "tools.0: a tool of type web_search_20250305"},
      {"openai", R"(,"tools":[{"name":"a.b","input_schema":{}}])", "\"a\"", "tools.0: a tool name"},
      {"openai", R"(,"mcp_servers":[{"type":"url"}])", "\"a\"", "mcp_servers: "},
      {"openai", R"(,"output_config":{"effort":"huge"})", "\"a\"", "output_config.effort: "},
      {"vllm", R"(,"output_config":{"effort":3})", "\"a\"", "output_config.effort: "},
      {"openai", R"(,"stop_sequences":["1","2","3","4","5"])", "\"a\"",
       "stop_sequences: more than 4"},
      {"openai", "",
       R"([{"type":"text","text":"a"},{"type":"image","source":{"type":"file","file_id":"f"}}])",
       "messages.0.content.1: an image of this source"},
      {"ollama", "", R"([{"type":"image","source":{"type":"url","url":"u"}}])",
       "messages.0.content.0: an image of this source"},
      {"deepseek", "",
       R"([{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"x"}}])",
       "messages.0.content.0: a document of this source"},
      {"openai", "", R"([{"type":"container_upload","file_id":"f"}])",
       "messages.0.content.0: a block of type container_upload"},
  };
  for (const Refusal& one : cases) {
    const std::string made = chat(
        with_messages(R"([{"role":"user","content":)" + std::string(one.content) + "}]", one.more),
        one.upstream);
    EXPECT_TRUE(made.starts_with("refused: " + std::string(one.place))) << made;
  }
  EXPECT_TRUE(
      messages_of(
          R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}}]}])")
          .starts_with("refused: messages.1.content.0: a block of type server_tool_use"));
  EXPECT_EQ(chat(R"({"max_tokens":0,"messages":[]})").find("refused: max_tokens: 0"), 0u);
  EXPECT_EQ(chat(R"({"messages":3})").find("refused: messages: "), 0u);
  EXPECT_EQ(chat("[]").find("refused: request body"), 0u);
  EXPECT_EQ(chat("{").find("refused: not valid JSON"), 0u);
}

TEST(ChatBody, KeepsAllEarlierBytesWhenTheConversationGrows) {
  const std::string turns[] = {
      R"({"role":"user","content":[{"type":"text","text":"a"}]})",
      R"({"role":"assistant","content":[{"type":"text","text":"b"},{"type":"tool_use","id":"t","name":"f","input":{"x": 1}}]})",
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r","cache_control":{"type":"ephemeral"}}]})",
      R"({"role":"assistant","content":"done"})", R"({"role":"user","content":"more"})"};
  std::string before, messages;
  for (const std::string& turn : turns) {
    messages += (messages.empty() ? "" : ",") + turn;
    const std::string made = chat(with_messages("[" + messages + "]", R"(,"system":"s")"));
    // All but the closing brackets.
    EXPECT_EQ(made.compare(0, before.size(), before), 0) << made;
    before = made.substr(0, made.size() - 2);
  }
}

}  // namespace
}  // namespace rlm::dialect
