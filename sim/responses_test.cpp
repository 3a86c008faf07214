// Responses as a client sees them: items, events, encrypted reasoning, refusals.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/chat_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kTools =
    R"(,"tools":[{"type":"function","name":"run","parameters":{"type":"object"}},{"type":"custom","name":"patch"}])";

std::string body(std::string_view input, std::string_view more = "") {
  return R"({"model":"sim-verify","store":false,"input":)" + std::string(input) +
         std::string(more) + "}";
}

Got respond(const SimulatedModel& model, std::string text) {
  Ask request;
  request.target = "/v1/responses";
  request.headers = Headers{{"authorization", "Bearer key-1"}};
  request.body = std::move(text);
  return ask(model, request);
}

std::string names_of(std::string_view stream) {
  std::string names;
  std::int64_t sequence = 0;
  for (const Event& event : events_of(stream)) {
    EXPECT_EQ(string_at(event.data, "type"), event.name);
    EXPECT_EQ(integer_at(event.data, "sequence_number"), sequence++);
    const std::string name = event.name.substr(event.name.find('.') + 1);
    if (!names.ends_with(name + " ")) names += name + " ";
  }
  return names;
}

TEST(Responses, AnswersWholeWithItemsAndUsage) {
  const auto model = running(speaking(Provider::OpenAi));
  model->script(Reply::of_text("Hello there"));
  const Got got = respond(*model, body(R"("Say hello.")"));
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, StartsWith("{\"id\":\"resp_"));
  EXPECT_EQ(string_at(got.body, "status"), "completed");
  EXPECT_THAT(got.body,
              HasSubstr(R"("type":"message","status":"completed","content":[{"type":)"
                        R"("output_text","annotations":[],"logprobs":[],"text":"Hello )"));
  EXPECT_EQ(integer_at(got.body, "usage.input_tokens"), 3);
  EXPECT_EQ(integer_at(got.body, "usage.total_tokens"), 7);
  EXPECT_THAT(got.body, HasSubstr("\"store\":false"));
}

TEST(Responses, StreamsNamedEventsInOrder) {
  SimConfig config = speaking(Provider::OpenAi);
  config.thinking_tokens = {20, 0};
  const auto model = running(config);
  Reply reply = Reply::of_tool("run", R"({"cmd":"make all the things"})", "Let me look at this.");
  model->script(reply);
  const Got got = respond(
      *model,
      body(R"("x")", std::string(kTools) + R"(,"stream":true,"reasoning":{"summary":"auto"})"));
  EXPECT_EQ(names_of(got.body),
            "created in_progress output_item.added reasoning_summary_part.added "
            "reasoning_summary_text.delta reasoning_summary_text.done reasoning_summary_part.done "
            "output_item.done output_item.added content_part.added output_text.delta "
            "output_text.done content_part.done output_item.done output_item.added "
            "function_call_arguments.delta function_call_arguments.done output_item.done "
            "completed ");
  EXPECT_THAT(got.body,
              HasSubstr(R"("arguments":"{\"cmd\":\"make all the things\"}","call_id":"call_)"));
}

TEST(Responses, ACustomToolGetsPlainText) {
  const auto model = running(speaking(Provider::OpenAi));
  model->script(Reply::of_tool("patch", R"({"input":"*** Begin"})"));
  const Got got = respond(*model, body(R"("x")", std::string(kTools) + R"(,"stream":true)"));
  EXPECT_THAT(got.body, HasSubstr(R"("type":"custom_tool_call","status":"completed")"));
  EXPECT_THAT(got.body, HasSubstr(R"("delta":"*** Begin")"));
}

TEST(Responses, EncryptedReasoningComesBackUnalteredOrNotAtAll) {
  SimConfig config = speaking(Provider::OpenAi);
  config.thinking_tokens = {20, 0};
  const auto model = running(config);
  const Got plain = respond(*model, body(R"("x")"));
  EXPECT_THAT(plain.body, Not(HasSubstr("encrypted_content")));
  const Got first =
      respond(*model, body(R"("x")", R"(,"include":["reasoning.encrypted_content"])"));
  const auto begin = first.body.find("{\"id\":\"rs_");
  ASSERT_NE(begin, std::string::npos) << first.body;
  const std::string item = first.body.substr(begin, first.body.find("},", begin) + 1 - begin);
  const auto again = [&](const std::string& reasoning) {
    return respond(*model,
                   body(R"([{"role":"user","content":"x"},)" + reasoning +
                        R"(,{"role":"assistant","content":"y"},{"role":"user","content":"z"}])"));
  };
  EXPECT_EQ(again(item).status, 200) << again(item).body;
  std::string altered = item;
  const auto at = altered.find("gAAAAAB") + 10;
  altered[at] = altered[at] == '0' ? '1' : '0';
  EXPECT_EQ(string_at(again(altered).body, "error.code"), "invalid_encrypted_content");
  const Got lost = again(R"({"type":"reasoning","id":"rs_1","summary":[]})");
  EXPECT_EQ(lost.status, 404);
  EXPECT_THAT(lost.body, HasSubstr("Items are not persisted"));
}

TEST(Responses, EndsIncompleteFailedOrWithAnError) {
  const auto model = running(speaking(Provider::OpenAi));
  model->script(Reply::of_text(std::string(200, 'a')));
  const Got cut = respond(*model, body(R"("x")", R"(,"max_output_tokens":16)"));
  EXPECT_EQ(string_at(cut.body, "status"), "incomplete");
  EXPECT_EQ(string_at(cut.body, "incomplete_details.reason"), "max_output_tokens");
  const auto streamed = [&](std::string_view fault) {
    model->script(Reply::of_fault(parse_fault(fault)->fault));
    return events_of(respond(*model, body(R"("x")", R"(,"stream":true)")).body);
  };
  const Event failed = streamed("error_later").back();
  EXPECT_EQ(failed.name, "response.failed");
  EXPECT_EQ(string_at(failed.data, "response.error.code"), "server_error");
  EXPECT_EQ(streamed("error_first").at(0).name, "error");
  EXPECT_EQ(streamed("cut").back().name, "response.output_item.done");
}

TEST(Responses, JudgesADraftAsTheLastUserMessage) {
  SimConfig config = speaking(Provider::OpenAi);
  config.verdict.accept_unknown = 1;
  const auto model = running(config);
  EXPECT_THAT(
      respond(
          *model,
          body(
              R"([{"role":"user","content":"What is it?"},{"type":"function_call","call_id":"c1","name":"run","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"ok"},{"role":"user","content":[{"type":"input_text","text":"---\nd\n---\nUSE_DRAFT or rewrite"}]}])"))
          .body,
      HasSubstr(R"("text":"USE_DRAFT")"));
}

struct ResponsesCase {
  const char* name;
  std::string body;
  int status;
  std::string message;
  std::string code;
};

class RefusedResponses : public testing::TestWithParam<ResponsesCase> {};

TEST_P(RefusedResponses, IsAnsweredInOpenAisWords) {
  const auto model = running(speaking(Provider::OpenAi));
  const Got got = respond(*model, GetParam().body);
  EXPECT_EQ(got.status, GetParam().status);
  EXPECT_THAT(string_at(got.body, "error.message"), HasSubstr(GetParam().message));
  EXPECT_EQ(string_at(got.body, "error.code"), GetParam().code);
}

std::string case_name(const testing::TestParamInfo<ResponsesCase>& test) {
  return test.param.name;
}

const std::string kCall =
    R"({"type":"function_call","call_id":"c1","name":"run","arguments":"{}"})";

INSTANTIATE_TEST_SUITE_P(
    Responses, RefusedResponses,
    testing::Values(
        ResponsesCase{"NoInput", R"({"model":"sim-verify"})", 400,
                      "Missing required parameter: 'input'.", "missing_required_parameter"},
        ResponsesCase{"Messages", R"({"model":"sim-verify","messages":[]})", 400,
                      "has moved to 'input'", "unsupported_parameter"},
        ResponsesCase{"MaxTokens", body(R"("x")", R"(,"max_tokens":5)"), 400,
                      "has moved to 'max_output_tokens'", "unsupported_parameter"},
        ResponsesCase{"UnknownField", body(R"("x")", R"(,"top_k":5)"), 400,
                      "Unknown parameter: 'top_k'.", "unknown_parameter"},
        ResponsesCase{"ShortOutput", body(R"("x")", R"(,"max_output_tokens":5)"), 400,
                      "Expected a value >= 16", "integer_below_min_value"},
        ResponsesCase{"EarlierResponse", body(R"("x")", R"(,"previous_response_id":"resp_1")"), 400,
                      "Previous response with id 'resp_1' not found.",
                      "previous_response_not_found"},
        ResponsesCase{"ItemReference", body(R"([{"type":"item_reference","id":"msg_1"}])"), 404,
                      "Item with id 'msg_1' not found", ""},
        ResponsesCase{"ChatTool",
                      body(R"("x")", R"(,"tools":[{"type":"function","function":{"name":"run"}}])"),
                      400, "Missing required parameter: 'tools[0].name'.",
                      "missing_required_parameter"},
        ResponsesCase{"ChatPart",
                      body(R"([{"role":"user","content":[{"type":"text","text":"x"}]}])"), 400,
                      "Invalid value: 'text'. Supported values are: 'input_text'", "invalid_value"},
        ResponsesCase{
            "InputTextOfTheModel",
            body(R"([{"role":"assistant","content":[{"type":"input_text","text":"x"}]}])"), 400,
            "Supported values are: 'output_text' and 'refusal'.", "invalid_value"},
        ResponsesCase{"CallWithoutOutput", body("[" + kCall + "]"), 400,
                      "No tool output found for function call c1.", ""},
        ResponsesCase{"OutputWithoutCall",
                      body(R"([{"type":"function_call_output","call_id":"c1","output":"x"}])"), 400,
                      "No tool call found for function call output with call_id c1.", ""},
        ResponsesCase{
            "ForeignId",
            body(
                R"([{"type":"function_call","id":"call_1","call_id":"c1","name":"run","arguments":"{}"}])"),
            400, "Expected an ID that begins with 'fc'.", "invalid_value"},
        ResponsesCase{
            "ForeignReasoning",
            body(
                R"([{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"abc"},{"role":"assistant","content":"x"}])"),
            400, "could not be verified", "invalid_encrypted_content"},
        ResponsesCase{"UnknownModel", R"({"model":"gpt","input":"x"})", 404, "does not exist",
                      "model_not_found"}),
    case_name);

}  // namespace
}  // namespace rlm::sim
