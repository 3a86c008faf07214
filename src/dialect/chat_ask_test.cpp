#include "dialect/chat_ask.hpp"

#include <gtest/gtest.h>

#include "dialect/asked.hpp"

namespace rlm::dialect {
namespace {

Result<Ask> read(std::string_view json, const AskDefaults& defaults = plain_defaults()) {
  wire::JsonIndex index;
  return read_chat_ask(Buffer(json), index, {}, defaults);
}

struct MessagesCase {
  const char* name;
  const char* messages;
  const char* expected;  // "system" and "messages" of the Messages request
};

class ChatMessages : public testing::TestWithParam<MessagesCase> {};

TEST_P(ChatMessages, BecomeTurns) {
  const std::string body = R"({"model":"m","messages":)" + std::string(GetParam().messages) + "}";
  const std::string head = R"({"model":"m","max_tokens":9,"stream":false,)";
  EXPECT_EQ(body_of(read(body)), head + GetParam().expected + "}");
}

INSTANTIATE_TEST_SUITE_P(
    Chat, ChatMessages,
    testing::Values(
        MessagesCase{"SystemAndDeveloperAreHoisted",
                     R"([{"role":"system","content":"A\n\u00e9"},
              {"role":"developer","content":[{"type":"text","text":"B"}]},
              {"role":"user","content":"hi"}])",
                     R"("system":[{"type":"text","text":"A\n\u00e9"},{"type":"text","text":"B"}],)"
                     R"("messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}])"},
        MessagesCase{"ALaterSystemMessageKeepsItsPlace",
                     R"([{"role":"user","content":"hi"},{"role":"system","content":"now"}])",
                     R"("messages":[{"role":"user","content":[{"type":"text","text":"hi"},)"
                     R"({"type":"text","text":"<system>\nnow\n</system>"}]}])"},
        MessagesCase{
            "ToolRoundTrip",
            R"([{"role":"user","content":"go"},
              {"role":"assistant","content":"Look.","tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\": 1.50}"}},
                {"id":"call_2","type":"function","function":{"name":"g","arguments":""}}]},
              {"role":"tool","tool_call_id":"call_2","content":"two"},
              {"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"one"}]},
              {"role":"user","content":"be brief"}])",
            R"("messages":[{"role":"user","content":[{"type":"text","text":"go"}]},)"
            R"({"role":"assistant","content":[{"type":"text","text":"Look."},)"
            R"({"type":"tool_use","id":"call_1","name":"f","input":{"a": 1.50}},)"
            R"({"type":"tool_use","id":"call_2","name":"g","input":{}}]},)"
            R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"call_2","content":"two"},)"
            R"({"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"one"}]},)"
            R"({"type":"text","text":"be brief"}]}])"},
        MessagesCase{
            "TurnsAlternateAndTheUserBegins",
            R"([{"role":"assistant","content":"Hello"},{"role":"assistant","content":"you"},
              {"role":"user","content":"a"},{"role":"user","content":" \n"},{"role":"user","content":"b"}])",
            R"("messages":[{"role":"user","content":[{"type":"text","text":"Begin."}]},)"
            R"({"role":"assistant","content":[{"type":"text","text":"Hello"},{"type":"text","text":"you"}]},)"
            R"({"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])"},
        MessagesCase{
            "OddIdsAreCodedAndRepeatedOnesNumbered",
            R"([{"role":"user","content":"a"},
              {"role":"assistant","tool_calls":[{"id":"f.x:0","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"f.x:0","content":""},
              {"role":"assistant","tool_calls":[{"id":"f.x:0","function":{"name":"f","arguments":"[1]"}}]},
              {"role":"tool","tool_call_id":"f.x:0","content":""}])",
            R"("messages":[{"role":"user","content":[{"type":"text","text":"a"}]},)"
            R"({"role":"assistant","content":[{"type":"tool_use","id":"toolu_b64_Zi54OjA","name":"f","input":{}}]},)"
            R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_b64_Zi54OjA","content":""}]},)"
            R"({"role":"assistant","content":[{"type":"tool_use","id":"toolu_b64_Zi54OjA_2","name":"f","input":{"_raw":"[1]"}}]},)"
            R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_b64_Zi54OjA_2","content":""}]}])"},
        MessagesCase{
            "ImagesAndFiles",
            R"([{"role":"user","content":[{"type":"text","text":"see"},
              {"type":"image_url","image_url":{"url":"data:image\/png;base64,iVBO\/w==","detail":"low"}},
              {"type":"image_url","image_url":{"url":"https://x.org/a.png"}},
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},
              {"type":"file","file":{"file_data":"data:text/markdown;charset=utf-8;base64,aGk="}}]}])",
            R"("messages":[{"role":"user","content":[{"type":"text","text":"see"},)"
            R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO/w=="}},)"
            R"({"type":"image","source":{"type":"url","url":"https://x.org/a.png"}},)"
            R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"a.pdf"},)"
            R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"}}]}])"},
        MessagesCase{"OnlyASystemMessage", R"([{"role":"system","content":"A"}])",
                     R"("system":[{"type":"text","text":"A"}],)"
                     R"("messages":[{"role":"user","content":[{"type":"text","text":"Begin."}]}])"},
        MessagesCase{"ABadEscapeIsWrittenAnew", R"([{"role":"user","content":"a\qb\u12g4"}])",
                     R"("messages":[{"role":"user","content":[)"
                     R"({"type":"text","text":"a\\qb\\u12g4"}]}])"}),
    [](const auto& tested) { return tested.param.name; });

struct FieldsCase {
  const char* name;
  const char* fields;
  const char* expected;  // behind "stream":false, before "messages"
};

class ChatFields : public testing::TestWithParam<FieldsCase> {};

TEST_P(ChatFields, BecomeFields) {
  const std::string messages = R"("messages":[{"role":"user","content":"hi"}])";
  const std::string turns =
      R"("messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]})";
  EXPECT_EQ(body_of(read(R"({"model":"m",)" + messages + GetParam().fields + "}")),
            std::string(R"({"model":"m",)") + GetParam().expected + "," + turns);
}

#define HEAD R"("max_tokens":9,"stream":false)"
INSTANTIATE_TEST_SUITE_P(
    Chat, ChatFields,
    testing::Values(
        FieldsCase{"Limits", R"(,"max_completion_tokens":7,"max_tokens":5,"stream":true,"n":1)",
                   R"("max_tokens":7,"stream":true)"},
        FieldsCase{"NullsAreAbsent", R"(,"max_tokens":null,"n":null,"stop":null,"tools":null)",
                   HEAD},
        FieldsCase{"Sampling", R"(,"temperature":1.7,"seed":3,"logprobs":true)",
                   HEAD R"(,"temperature":1)"},
        FieldsCase{"TopP", R"(,"top_p":0.90)", HEAD R"(,"top_p":0.90)"},
        FieldsCase{"Stops", R"(,"stop":["a"," \n","\u0062"])",
                   HEAD R"(,"stop_sequences":["a","\u0062"])"},
        FieldsCase{"OneStop", R"(,"stop":"END")", HEAD R"(,"stop_sequences":["END"])"},
        FieldsCase{"User", R"(,"user":"u1")", HEAD R"(,"metadata":{"user_id":"u1"})"},
        FieldsCase{"Effort", R"(,"reasoning_effort":"minimal")",
                   HEAD R"(,"output_config":{"effort":"low"})"},
        FieldsCase{"NoEffort", R"(,"reasoning_effort":"none")",
                   HEAD R"(,"thinking":{"type":"disabled"})"},
        FieldsCase{
            "JsonObject", R"(,"response_format":{"type":"json_object"})",
            HEAD
            R"(,"system":[{"type":"text","text":"Answer with one JSON object and nothing else: no text around it and no code fence."}])"},
        FieldsCase{
            "JsonSchema",
            R"(,"response_format":{"type":"json_schema","json_schema":{"name":"o","schema":{ "type":"object","properties":{"a":{"type":"object"},"b":{"items":[{"type":"object","additionalProperties":false}]}}}}})",
            HEAD
            R"(,"output_config":{"format":{"type":"json_schema","schema":{"additionalProperties":false, "type":"object","properties":{"a":{"additionalProperties":false,"type":"object"},"b":{"items":[{"type":"object","additionalProperties":false}]}}}}})"},
        FieldsCase{
            "Tools",
            R"(,"tools":[{"type":"function","function":{"name":"f","description":"d\n","parameters":{"type":"object", "x":1},"strict":true}},
                      {"type":"function","function":{"name":"g"}},{"type":"custom","custom":{"name":"p","description":"d","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"s: A"}}}}])",
            HEAD
            R"(,"tools":[{"name":"f","description":"d\n","input_schema":{"type":"object", "x":1}},{"name":"g","input_schema":{"type":"object","properties":{}}},)"
            R"({"name":"p","description":"d\n\nThe input must follow this grammar (lark):\ns: A","input_schema":{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}}],)"
            R"("tool_choice":{"type":"auto"})"},
        FieldsCase{
            "NamedAndSerial",
            R"(,"tools":[{"type":"function","function":{"name":"f","parameters":{"a":1}}}],"tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false)",
            HEAD
            R"(,"tools":[{"name":"f","input_schema":{"type":"object","a":1}}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true})"},
        FieldsCase{
            "AllowedTools",
            R"(,"tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"g"}}]}})",
            HEAD
            R"(,"tools":[{"name":"g","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"any"})"},
        FieldsCase{"AChoiceWithoutTools", R"(,"tool_choice":"none","web_search_options":{})",
                   HEAD}),
    [](const auto& tested) { return tested.param.name; });

TEST(ChatAsk, LeavesOutWhatTheModelRefuses) {
  AskDefaults defaults;
  defaults.web_search = "web_search_20250305";
  const auto ask = read(
      R"({"model":"claude-opus-5-5","messages":[{"role":"user","content":"hi"}],"temperature":0,
          "reasoning_effort":"none","tools":[{"type":"function","function":{"name":"f"}}],
          "tool_choice":"required","web_search_options":{}})",
      defaults);
  EXPECT_EQ(
      body_of(ask),
      R"({"model":"claude-opus-5-5","max_tokens":32000,"stream":false,"output_config":{"effort":"low"},)"
      R"("tools":[{"name":"f","input_schema":{"type":"object","properties":{}}},{"type":"web_search_20250305","name":"web_search"}],)"
      R"("tool_choice":{"type":"auto"},"system":[{"type":"text","text":"Answer by calling one of your tools, with no text before it."}],)"
      R"("cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]})");
}

struct RefusedCase {
  const char* name;
  const char* fields;
  const char* message;  // begins so
};

class ChatRefused : public testing::TestWithParam<RefusedCase> {};

TEST_P(ChatRefused, NamesTheField) {
  const auto ask = read(GetParam().fields);
  ASSERT_FALSE(ask);
  EXPECT_EQ(ask.error().kind, ErrorKind::BadRequest);
  EXPECT_EQ(ask.error().source, Source::Client);
  EXPECT_TRUE(ask.error().message.starts_with(GetParam().message)) << ask.error().message;
}

#define HI R"("messages":[{"role":"user","content":"hi"}])"
#define CALL \
  R"({"role":"assistant","tool_calls":[{"id":"c1","function":{"name":"f","arguments":"{}"}}]})"
INSTANTIATE_TEST_SUITE_P(
    Chat, ChatRefused,
    testing::Values(
        RefusedCase{"NoJson", "{", "The request body is "},
        RefusedCase{"NoObject", "[]", "request body: "},
        RefusedCase{"NoModel", "{" HI "}", "model: Field required"},
        RefusedCase{"TwoModels", R"({"model":"a","model":"b",)" HI "}",
                    "model: stands there twice"},
        RefusedCase{"NoMessages", R"({"model":"m"})", "messages: Field required"},
        RefusedCase{"EmptyMessages", R"({"model":"m","messages":[]})", "messages: at least one"},
        RefusedCase{"MessagesAString", R"({"model":"m","messages":"hi"})",
                    "messages: Input should be a valid list (found string)"},
        RefusedCase{"TwoChoices", R"({"model":"m","n":2,)" HI "}", "n: need 1"},
        RefusedCase{"StreamANumber", R"({"model":"m","stream":1,)" HI "}",
                    "stream: Input should be a valid boolean (found number)"},
        RefusedCase{"LimitZero", R"({"model":"m","max_tokens":0,)" HI "}", "max_tokens: "},
        RefusedCase{"EffortUnknown", R"({"model":"m","reasoning_effort":"huge",)" HI "}",
                    "reasoning_effort: need none"},
        RefusedCase{"OldFunctions", R"({"model":"m","functions":[],)" HI "}", "functions: "},
        RefusedCase{"ToolName", R"({"model":"m","tools":[{"function":{"name":"a b"}}],)" HI "}",
                    "tools.0.name: need 1 to 128"},
        RefusedCase{"Role", R"({"model":"m","messages":[{"role":"wizard","content":"x"}]})",
                    "messages.0.role: "},
        RefusedCase{
            "Sound",
            R"({"model":"m","messages":[{"role":"user","content":[{"type":"input_audio"}]}]})",
            "messages.0.content.0: "},
        RefusedCase{
            "FileId",
            R"({"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]})",
            "messages.0.content.0.file.file_id: "},
        RefusedCase{
            "ImageType",
            R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/bmp;base64,AA"}}]}]})",
            "messages.0.content.0.image_url.url: "},
        RefusedCase{
            "ResultWithoutCall",
            R"({"model":"m","messages":[{"role":"tool","tool_call_id":"c9","content":"x"}]})",
            "messages: a tool message needs a call"},
        RefusedCase{"CallWithoutResult",
                    R"({"model":"m","messages":[)" CALL
                    R"(,{"role":"user","content":"x"},{"role":"assistant","content":"y"}]})",
                    "messages: each of an assistant's tool_calls"},
        RefusedCase{"LastCallWithoutResult", R"({"model":"m","messages":[)" CALL "]}",
                    "messages: each of an assistant's tool_calls"},
        RefusedCase{
            "TwiceAnswered",
            R"({"model":"m","messages":[)" CALL
            R"(,{"role":"tool","tool_call_id":"c1","content":""},{"role":"tool","tool_call_id":"c1","content":""}]})",
            "messages: a tool message needs a call"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ChatAsk, OfAGrownConversationBeginsWithTheSameBytes) {
  const std::string steps[] = {
      R"({"role":"system","content":"S"},{"role":"user","content":"a"})",
      R"({"role":"user","content":"b"})",
      R"({"role":"assistant","content":"c","tool_calls":[{"id":"x","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"x","content":"r"})",
      R"({"role":"system","content":"now"})",
      R"({"role":"assistant","content":"d"})",
      R"({"role":"assistant","content":null,"tool_calls":[{"id":"x","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"x","content":"r"})",
      R"({"role":"user","content":"e"})",
  };
  std::string messages, before;
  for (const std::string& step : steps) {
    messages += (messages.empty() ? "" : ",") + step;
    std::string body = body_of(read(R"({"model":"m","messages":[)" + messages + "]}"));
    ASSERT_TRUE(body.ends_with("]}]}")) << body;
    body.resize(body.size() - 4);
    EXPECT_TRUE(body.starts_with(before)) << before << "\n" << body;
    before = std::move(body);
  }
}

TEST(ChatAsk, KeepsWhatTheReplyNeeds) {
  const auto ask = read(
      R"({"model":"gpt-x","stream":true,"stream_options":{"include_usage":true},)" HI
      R"(,"tools":[{"type":"custom","custom":{"name":"patch"}},{"type":"function","function":{"name":"f"}}]})");
  ASSERT_TRUE(ask);
  EXPECT_EQ(ask->model, "gpt-x");
  EXPECT_TRUE(ask->stream);
  EXPECT_TRUE(ask->include_usage);
  ASSERT_EQ(ask->tools.size(), 1u);
  EXPECT_TRUE(ask->special_tool("patch")->is_custom);
  EXPECT_EQ(ask->special_tool("f"), nullptr);
}

}  // namespace
}  // namespace rlm::dialect
