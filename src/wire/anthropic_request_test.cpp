#include "wire/anthropic_request.hpp"

#include <gtest/gtest.h>

namespace rlm::wire {
namespace {

Result<RequestFacts> read(const std::string& json, bool for_count_tokens = false) {
  JsonIndex index;
  return read_request_facts(Buffer(json), index, {}, for_count_tokens);
}

/// A valid request with these members besides.
std::string with(const std::string& members) {
  return R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}])" +
         (members.empty() ? "" : "," + members) + "}";
}

std::string with_messages(const std::string& messages) {
  return R"({"model":"m","max_tokens":9,"messages":[)" + messages + "]}";
}

RequestFacts facts_of(const std::string& json) {
  auto facts = read(json);
  EXPECT_TRUE(facts) << json << ": " << (facts ? "" : facts.error().message);
  return facts ? *facts : RequestFacts{};
}

// A prompt's bytes stand for its tokens, and those of a picture do not grow with its file.
TEST(RequestFacts, WeighsPicturesAndPdfsByTheirTokens) {
  const auto bytes_with = [](const std::string& kind, std::size_t data_bytes) {
    const std::string block = R"({"type":")" + kind +
                              R"(","source":{"type":"base64","media_type":"x/y","data":")" +
                              std::string(data_bytes, 'A') + R"("}})";
    const RequestFacts facts = facts_of(with_messages(
        R"({"role":"user","content":[)" + block + R"(,{"type":"text","text":"what is it?"}]})"));
    EXPECT_EQ(facts.prefix.back().bytes + 3, facts.prompt_bytes) << "behind its last block: ]}]";
    return facts.prompt_bytes;
  };
  const std::size_t empty = bytes_with("image", 0);
  EXPECT_EQ(bytes_with("image", 1'000), empty + 1'000);
  EXPECT_EQ(bytes_with("image", 1'000'000), empty + 5'600);
  EXPECT_EQ(bytes_with("document", 1'000'000), bytes_with("document", 0) + 100'000);
}

TEST(RequestFacts, KnowsModelLimitsAndPlaces) {
  const std::string body =
      R"({"model":"claude-opus-4-8", "stream" : true,"max_tokens":2048,"messages":[{"role":"user","content":"hi"} ] })";
  const RequestFacts facts = facts_of(body);
  EXPECT_EQ(facts.model, "claude-opus-4-8");
  EXPECT_EQ(body.substr(facts.model_value.begin, facts.model_value.size()), R"("claude-opus-4-8")");
  EXPECT_EQ(body.substr(facts.stream_value.begin, facts.stream_value.size()), "true");
  EXPECT_TRUE(facts.thinking_value.empty());
  EXPECT_TRUE(facts.stream);
  EXPECT_EQ(facts.max_tokens, 2048);
  EXPECT_EQ(body[facts.messages_end], ']');
  EXPECT_EQ(facts.object_begin, 1u);
  EXPECT_EQ(facts.message_count, 1u);
  EXPECT_EQ(facts.last_role, Role::User);
  EXPECT_EQ(facts.last_user_text, "hi");
}

struct RefusedCase {
  const char* body;
  const char* message;
};

TEST(RequestFacts, RefusesWithTheFieldWhatWasFoundAndWhatIsExpected) {
  for (
      const auto& [body, message] : std::initializer_list<RefusedCase>{
          {"{",
           "The request body is not valid JSON: expected a closing bracket before the end: line 1 "
           "column 2 (char 1)"},
          {"[]", "request body: Input should be an object (found array)"},
          {R"({"max_tokens":1,"messages":[]})", "model: Field required"},
          {R"({"model":7,"max_tokens":1,"messages":[]})",
           "model: Input should be a valid string (found number)"},
          {R"({"model":"","max_tokens":1,"messages":[]})",
           "model: String should have at least 1 character"},
          {R"({"model":"m","messages":[]})", "max_tokens: Field required"},
          {R"({"model":"m","max_tokens":"1","messages":[]})",
           "max_tokens: Input should be a valid integer of at least 0 (found string)"},
          {R"({"model":"m","max_tokens":1.5,"messages":[]})",
           "max_tokens: Input should be a valid integer of at least 0 (found number)"},
          {R"({"model":"m","max_tokens":-1,"messages":[]})",
           "max_tokens: Input should be a valid integer of at least 0 (found number)"},
          {R"({"model":"m","max_tokens":1})", "messages: Field required"},
          {R"({"model":"m","max_tokens":1,"messages":{}})",
           "messages: Input should be a valid list (found object)"},
          {R"({"model":"m","max_tokens":1,"messages":[]})",
           "messages: at least one message is required"},
          {R"({"model":"m","max_tokens":1,"messages":[{},"x"]})",
           "messages.1: Input should be an object (found string)"},
          {R"({"model":"m","max_tokens":1,"stream":1,"messages":[{}]})",
           "stream: Input should be a valid boolean (found number)"},
          {R"({"model":"m","max_tokens":1,"tools":{},"messages":[{}]})",
           "tools: Input should be a valid list (found object)"},
          {R"({"model":"m","max_tokens":1,"tools":[{},3],"messages":[{}]})",
           "tools.1: Input should be an object (found number)"},
          {R"({"model":"m","max_tokens":1,"system":true,"messages":[{}]})",
           "system: Input should be a string or a valid list (found boolean)"},
          {R"({"model":"m","max_tokens":1,"system":["x"],"messages":[{}]})",
           "system.0: Input should be an object (found string)"},
          {R"({"model":"m","max_tokens":1,"model":"n","messages":[{}]})",
           "model: stands there twice, need it once"},
          {R"({"model":"m","max_tokens":1,"mod\u0065l":"n","messages":[{}]})",
           "model: stands there twice, need it once"},
          {R"({"model":"m","max_tokens":1,"messages":[{"role":"user","role":"system"}]})",
           "messages.0.role: stands there twice, need it once"},
          {R"({"model":"m","max_tokens":1,"messages":[{"content":[{"type":"text","type":"image"}]}]})",
           "messages.0.content.0.type: stands there twice, need it once"}}) {
    const auto facts = read(body);
    ASSERT_FALSE(facts) << body;
    EXPECT_EQ(facts.error().message, message);
    EXPECT_EQ(facts.error().kind, ErrorKind::BadRequest);
    EXPECT_EQ(facts.error().source, Source::Client);
  }
}

TEST(RequestFacts, BoundsTheModelName) {
  const auto named = [](std::size_t size) {
    return R"({"model":")" + std::string(size, 'm') + R"(","max_tokens":1,"messages":[{}]})";
  };
  EXPECT_TRUE(read(named(256)));
  EXPECT_FALSE(read(named(257)));
}

TEST(RequestFacts, CountingTokensNeedsNoMaxTokens) {
  EXPECT_TRUE(read(R"({"model":"m","messages":[{"role":"user","content":"x"}]})", true));
}

TEST(RequestFacts, PassesOverWhatItDoesNotKnow) {
  const RequestFacts facts =
      facts_of(with(R"("new":{"a":[1]},"new":2,"tools":null,"system":null,"stream":null)"));
  EXPECT_EQ(facts.tool_count, 0u);
  EXPECT_FALSE(facts.stream);
  EXPECT_FALSE(facts.stream_value.empty());
}

TEST(RequestFacts, ReadsSettings) {
  const RequestFacts facts = facts_of(with(
      R"("thinking":{"type":"adaptive"},"output_config":{"format":{"type":"json_schema","schema":{"a":1}}},"safeguards":[{}],)"
      R"("context_management":{},"stop_sequences":["a","b\n"],"metadata":{"user_id":"u"},"tools":[{"name":"x"},{"type":"custom"},{"type":null}])"));
  EXPECT_EQ(facts.thinking, Thinking::Adaptive);
  EXPECT_FALSE(facts.thinking_value.empty());
  EXPECT_TRUE(facts.wants_structured_output);
  EXPECT_EQ(facts.structured_schema, R"({"a":1})");
  EXPECT_TRUE(facts.has_safeguards);
  EXPECT_TRUE(facts.has_context_management);
  EXPECT_EQ(facts.stop_sequences, (std::vector<std::string>{"a", "b\n"}));
  EXPECT_EQ(facts.metadata_user_id, "u");
  EXPECT_EQ(facts.tool_count, 3u);
  EXPECT_FALSE(facts.has_server_tools);
  EXPECT_TRUE(facts_of(with(R"("tools":[{"type":"web_search_20250305"}])")).has_server_tools);
  EXPECT_TRUE(facts_of(with(R"("output_format":{"schema":{}})")).wants_structured_output);
  EXPECT_FALSE(facts_of(with(R"("output_config":{"effort":"low"},"safeguards":null)"))
                   .wants_structured_output);
}

TEST(RequestFacts, KnowsWhetherACallMustCome) {
  for (const auto& [choice, must] : {std::pair{R"({"type":"any"})", true},
                                     {R"({"type":"tool","name":"t"})", true},
                                     {R"({"type":"auto"})", false},
                                     {R"({"type":"none"})", false},
                                     {"null", false},
                                     {R"("any")", false}})
    EXPECT_EQ(facts_of(with(R"("tool_choice":)" + std::string(choice))).must_call_tool, must)
        << choice;
}

TEST(RequestFacts, NotesWhatOnlyTheProviderHoldsOrPromises) {
  for (const char* field :
       {R"("thread":{"type":"create"})", R"("container":"c")", R"("mcp_servers":[])",
        R"("compaction":{"type":"summarize"})", R"("inference_geo":"us")"})
    EXPECT_TRUE(facts_of(with(field)).is_bound_to_provider) << field;
  EXPECT_FALSE(facts_of(with(R"("thread":null,"speed":"fast")")).is_bound_to_provider);
  EXPECT_TRUE(read(R"({"model":"m","max_tokens":1,"thread":{"type":"continue"},"messages":[]})"));
}

struct ThinkingCase {
  const char* json;
  Thinking thinking;
};

TEST(RequestFacts, NamesTheThinkingSetting) {
  for (const auto& [json, thinking] : std::initializer_list<ThinkingCase>{
           {R"(null)", Thinking::Absent},
           {R"({"type":"disabled"})", Thinking::Disabled},
           {R"({"type":"enabled","budget_tokens":1024})", Thinking::Enabled},
           {R"({"type":"between_tools"})", Thinking::Other},
           {R"("on")", Thinking::Other}})
    EXPECT_EQ(facts_of(with(R"("thinking":)" + std::string(json))).thinking, thinking) << json;
  EXPECT_EQ(facts_of(with("")).thinking, Thinking::Absent);
}

struct BlockCase {
  const char* block;
  bool RequestFacts::*flag;
};

TEST(RequestFacts, NotesEachKindOfBlock) {
  for (const auto& [block, flag] : std::initializer_list<BlockCase>{
           {R"({"type":"image","source":{}})", &RequestFacts::has_images},
           {R"({"type":"tool_result","content":[{"type":"image"}]})", &RequestFacts::has_images},
           {R"({"type":"document"})", &RequestFacts::has_documents},
           {R"({"type":"search_result"})", &RequestFacts::has_documents},
           {R"({"type":"container_upload"})", &RequestFacts::has_documents},
           {R"({"type":"document","citations":{"enabled":true}})", &RequestFacts::has_citations},
           {R"({"type":"text","text":"x","citations":[{}]})", &RequestFacts::has_citations},
           {R"({"type":"thinking","thinking":"","signature":"s"})",
            &RequestFacts::history_has_thinking},
           {R"({"type":"redacted_thinking","data":"d"})", &RequestFacts::history_has_thinking},
           {R"({"type":"server_tool_use"})", &RequestFacts::has_other_blocks},
           {R"({"type":"tool_result","content":[{"type":"tool_reference"}]})",
            &RequestFacts::has_other_blocks},
           {R"({"text":"no type"})", &RequestFacts::has_other_blocks},
           {R"("a string")", &RequestFacts::has_other_blocks},
           {R"({"type":"tool_result","content":"x"})", &RequestFacts::ends_with_tool_result},
           {R"({"type":"tool_result","is_error":true})", &RequestFacts::last_tool_failed}}) {
    const RequestFacts facts =
        facts_of(with_messages(R"({"role":"user","content":[)" + std::string(block) + "]}"));
    EXPECT_TRUE(facts.*flag) << block;
  }
  const RequestFacts plain = facts_of(with_messages(
      R"({"role":"user","content":[{"type":"text","text":"x","citations":[]},{"type":"tool_use","id":"i","name":"n","input":{}},)"
      R"({"type":"tool_result","tool_use_id":"i","content":[{"type":"text","text":"image"}],"is_error":false}]})"));
  for (const auto flag : {&RequestFacts::has_images, &RequestFacts::has_documents,
                          &RequestFacts::has_citations, &RequestFacts::history_has_thinking,
                          &RequestFacts::has_other_blocks, &RequestFacts::last_tool_failed})
    EXPECT_FALSE(plain.*flag);
}

TEST(RequestFacts, KnowsWhetherTheLoopThatIsGoingOnHasThinking) {
  const std::string user = R"({"role":"user","content":"a"})";
  const std::string thinks =
      R"({"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"s"},{"type":"tool_use","id":"t","name":"n","input":{}}]})";
  const std::string calls =
      R"({"role":"assistant","content":[{"type":"tool_use","id":"u","name":"n","input":{}}]})";
  const std::string result =
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t"}]})";
  const std::string system = R"({"role":"system","content":"env"})";
  struct LoopCase {
    std::vector<std::string> messages;
    bool has_thinking;
  };
  for (const LoopCase& one :
       std::vector<LoopCase>{{{user, thinks, result}, true},
                             {{user, thinks, result, calls, result}, true},
                             {{user, calls, result, thinks, result}, true},
                             {{user, thinks, result, system}, true},
                             {{user, thinks, result, user}, true},  // one turn to the provider
                             {{user, thinks, user}, false},
                             {{user, thinks, user, calls, result}, false},
                             {{user, thinks, result, calls, user, calls, result}, false},
                             {{user, calls, result}, false},
                             {{user}, false}}) {
    std::string messages;
    for (const std::string& message : one.messages)
      messages += (messages.empty() ? "" : ",") + message;
    EXPECT_EQ(facts_of(with_messages(messages)).loop_has_thinking, one.has_thinking) << messages;
  }
}

TEST(RequestFacts, FailedResultsAreCountedSinceTheUserLastSpoke) {
  const std::string failed =
      R"({"role":"user","content":[{"type":"tool_result","is_error":true}]})";
  const std::string two =
      R"({"role":"user","content":[{"type":"tool_result","is_error":true},{"type":"tool_result","is_error":true},{"type":"tool_result"}]})";
  const std::string call = R"({"role":"assistant","content":[{"type":"tool_use"}]})";
  const std::string says = R"({"role":"user","content":"go on"})";
  const std::string notes = R"({"role":"system","content":"x"})";
  struct Case {
    std::vector<std::string> messages;
    int failed_results;
  };
  for (const Case& one : std::vector<Case>{{{says}, 0},
                                           {{says, call, failed}, 1},
                                           {{says, call, failed, call, two}, 3},
                                           {{says, call, failed, notes}, 1},
                                           {{says, call, failed, call, says}, 0},
                                           {{says, call, two, says, call, failed}, 1}}) {
    std::string messages;
    for (const auto& message : one.messages) messages += (messages.empty() ? "" : ",") + message;
    EXPECT_EQ(facts_of(with_messages(messages)).failed_results, one.failed_results) << messages;
  }
}

TEST(RequestFacts, TheLastSpeakerIsNotASystemEntry) {
  const RequestFacts facts = facts_of(with_messages(
      R"({"role":"user","content":"first"},{"role":"assistant","content":[{"type":"tool_use"}]},)"
      R"({"role":"user","content":[{"type":"tool_result","is_error":true},{"type":"text","text":"second"}]},{"role":"system","content":[]})"));
  EXPECT_EQ(facts.last_role, Role::System);
  EXPECT_EQ(facts.last_speaker, Role::User);
  EXPECT_TRUE(facts.ends_with_tool_result);
  EXPECT_TRUE(facts.last_tool_failed);
  EXPECT_EQ(facts.last_user_text, "second");
  EXPECT_FALSE(
      facts_of(
          with_messages(
              R"({"role":"user","content":[{"type":"tool_result"}]},{"role":"assistant","content":"x"})"))
          .ends_with_tool_result);
  EXPECT_EQ(facts_of(with_messages(R"({"role":"ctx","content":"x"})")).last_role, Role::Other);
}

struct UserTextCase {
  const char* content;
  const char* text;
};

TEST(RequestFacts, TheUserTextLosesItsWrappers) {
  for (
      const auto& [content, text] : std::initializer_list<UserTextCase>{
          {R"("  plain \n")", "plain"},
          {R"([{"type":"text","text":"a"},{"type":"image"},{"type":"text","text":"b"}])", "a\nb"},
          {R"([{"type":"text","text":"<system-reminder>x</system-reminder>"},{"type":"text","text":"b"}])",
           "b"},
          {R"("a<system-reminder>x</system-reminder>b<system-reminder>y</system-reminder>c")",
           "abc"},
          {R"("a\u003csystem-reminder\u003ex\u003c/system-reminder\u003eb")", "ab"},
          {R"([{"type":"text","text":"a<system-reminder>never closed"},{"type":"text","text":"b"}])",
           "a\nb"},
          {R"([{"type":"tool_result","content":"result"}])", ""},
          {R"("caf\u00e9 \ud83d\ude00")", "café 😀"},
          {R"([])", ""}})
    EXPECT_EQ(facts_of(with_messages(R"({"role":"user","content":)" + std::string(content) + "}"))
                  .last_user_text,
              text)
        << content;
}

TEST(RequestFacts, TheUserTextIsCappedBetweenCharacters) {
  std::string long_text = "x";
  while (long_text.size() < 70'000) long_text += "é";
  const std::string kept =
      facts_of(with_messages(R"({"role":"user","content":")" + long_text + "\"}")).last_user_text;
  EXPECT_EQ(kept.size(), 65'535u);
  EXPECT_EQ(kept, long_text.substr(0, kept.size()));
  std::string wrapped = "<system-reminder>" + std::string(100'000, 'r') + "</system-reminder>task";
  EXPECT_EQ(
      facts_of(with_messages(R"({"role":"user","content":")" + wrapped + "\"}")).last_user_text,
      "task");
}

}  // namespace
}  // namespace rlm::wire
