#include "dialect/responses_reply.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "dialect/reply_transcripts.hpp"
#include "dialect/sealed_thinking.hpp"
#include "wire/sse.hpp"

namespace rlm::dialect {
namespace {

const Ask& full_ask() {
  static const Ask ask = [] {
    Ask made;
    made.model = "gpt-x";
    made.include_reasoning = true;
    made.tools.push_back({"patch", "patch", "", true});
    made.tools.push_back({"run", "go", "mcp__x", false});
    made.echo = R"(,"store":false)";
    return made;
  }();
  return ask;
}

Reply stream_reply(std::string_view stream, std::size_t split = 0) {
  return reply_of(*responses_reply(full_ask(), 1700, true), stream, split);
}

/// The events in short: type and what follows the sequence number, which must count.
std::vector<std::string> events_of(std::string_view stream) {
  std::vector<std::string> events;
  wire::SseParser parser;
  wire::JsonIndex index;
  EXPECT_TRUE(parser.feed(stream, [&](std::string_view event, std::string_view data) {
    const std::string head = R"({"type":")" + std::string(event) + R"(","sequence_number":)" +
                             std::to_string(events.size());
    EXPECT_TRUE(data.starts_with(head)) << data;
    EXPECT_TRUE(index.parse(data)) << data;
    events.push_back(std::string(event) + " " + std::string(data.substr(head.size())));
  }));
  return events;
}

std::string response(std::string_view status, std::string_view output, std::string_view usage,
                     std::string_view error = "null", std::string_view details = "null") {
  return R"({"id":"resp_B2","object":"response","created_at":1700,"status":")" +
         std::string(status) + R"(","background":false,"error":)" + std::string(error) +
         R"(,"incomplete_details":)" + std::string(details) + R"(,"model":"gpt-x","output":[)" +
         std::string(output) + R"(],"usage":)" + std::string(usage) + R"(,"store":false})";
}

const std::string kUsage =
    R"({"input_tokens":860,"input_tokens_details":{"cached_tokens":812,"cache_write_tokens":7},"output_tokens":57,"output_tokens_details":{"reasoning_tokens":9},"total_tokens":917})";
const std::string kReasoning =
    R"({"id":"rs_B2_0","type":"reasoning","summary":[{"type":"summary_text","text":"Hm\n"}],"encrypted_content":")" +
    seal_thinking("Hm\\n", "EqQ=") + "\"}";
const std::string kPart =
    R"({"type":"output_text","annotations":[],"logprobs":[],"text":"Let \"me\" look. \u00e9"})";
const std::string kMessage =
    R"({"id":"msg_B2_1","type":"message","status":"completed","role":"assistant","content":[)" +
    kPart + "]}";
const std::string kCall =
    R"({"id":"fc_B2_2","type":"function_call","status":"completed","call_id":"toolu_B3","name":"go","namespace":"mcp__x","arguments":"{\"cmd\":\"ls\"}"})";
const std::string kCustom =
    R"({"id":"ctc_B2_3","type":"custom_tool_call","status":"completed","call_id":"toolu_B4","name":"patch","input":"a\nb"})";
const std::string kItems = kReasoning + "," + kMessage + "," + kCall + "," + kCustom;

TEST(ResponsesReply, TellsAStreamInEvents) {
  const Reply reply = stream_reply(tool_stream());
  EXPECT_EQ(reply.error, "");
  const std::string begun = R"(,"response":)" + response("in_progress", "", "null") + "}";
  const std::vector<std::string> expected = {
      "response.created " + begun,
      "response.in_progress " + begun,
      R"(response.output_item.added ,"output_index":0,"item":{"id":"rs_B2_0","type":"reasoning","summary":[]}})",
      R"(response.reasoning_summary_part.added ,"item_id":"rs_B2_0","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}})",
      R"(response.reasoning_summary_text.delta ,"item_id":"rs_B2_0","output_index":0,"summary_index":0,"delta":"Hm\n"})",
      R"(response.reasoning_summary_text.done ,"item_id":"rs_B2_0","output_index":0,"summary_index":0,"text":"Hm\n"})",
      R"(response.reasoning_summary_part.done ,"item_id":"rs_B2_0","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":"Hm\n"}})",
      R"(response.output_item.done ,"output_index":0,"item":)" + kReasoning + "}",
      R"(response.output_item.added ,"output_index":1,"item":{"id":"msg_B2_1","type":"message","status":"in_progress","role":"assistant","content":[]}})",
      R"(response.content_part.added ,"item_id":"msg_B2_1","output_index":1,"content_index":0,"part":{"type":"output_text","annotations":[],"logprobs":[],"text":""}})",
      R"(response.output_text.delta ,"item_id":"msg_B2_1","output_index":1,"content_index":0,"delta":"Let \"me\" ","logprobs":[]})",
      R"(response.output_text.delta ,"item_id":"msg_B2_1","output_index":1,"content_index":0,"delta":"look. \u00e9","logprobs":[]})",
      R"(response.output_text.done ,"item_id":"msg_B2_1","output_index":1,"content_index":0,"text":"Let \"me\" look. \u00e9","logprobs":[]})",
      R"(response.content_part.done ,"item_id":"msg_B2_1","output_index":1,"content_index":0,"part":)" +
          kPart + "}",
      R"(response.output_item.done ,"output_index":1,"item":)" + kMessage + "}",
      R"(response.output_item.added ,"output_index":2,"item":{"id":"fc_B2_2","type":"function_call","status":"in_progress","call_id":"toolu_B3","name":"go","namespace":"mcp__x","arguments":""}})",
      R"(response.function_call_arguments.delta ,"item_id":"fc_B2_2","output_index":2,"delta":"{\"cmd\":"})",
      R"(response.function_call_arguments.delta ,"item_id":"fc_B2_2","output_index":2,"delta":"\"ls\"}"})",
      R"(response.function_call_arguments.done ,"item_id":"fc_B2_2","output_index":2,"arguments":"{\"cmd\":\"ls\"}"})",
      R"(response.output_item.done ,"output_index":2,"item":)" + kCall + "}",
      R"(response.output_item.added ,"output_index":3,"item":{"id":"ctc_B2_3","type":"custom_tool_call","status":"in_progress","call_id":"toolu_B4","name":"patch","input":""}})",
      R"(response.custom_tool_call_input.delta ,"item_id":"ctc_B2_3","output_index":3,"delta":"a\nb"})",
      R"(response.custom_tool_call_input.done ,"item_id":"ctc_B2_3","output_index":3,"input":"a\nb"})",
      R"(response.output_item.done ,"output_index":3,"item":)" + kCustom + "}",
      R"(response.completed ,"response":)" + response("completed", kItems, kUsage) + "}",
  };
  EXPECT_EQ(events_of(reply.text), expected);
  EXPECT_NE(reply.text.find("\n\n: x-rlm-verdict=ACCEPTED\n\n"), std::string::npos);
  EXPECT_NE(reply.text.find("\n\n: ping\n\n:again\n\n"), std::string::npos);
}

TEST(ResponsesReply, TellsAWholeAnswerAsItTellsItsStream) {
  const Reply reply = reply_of(*responses_reply(full_ask(), 1700, false), tool_message(), 50);
  EXPECT_EQ(reply.error, "");
  EXPECT_EQ(reply.text, response("completed", kItems, kUsage));
}

TEST(ResponsesReply, IsTheSameForEverySplitOfAStream) {
  for (const std::string& stream :
       {tool_stream(), text_stream("refusal"), kStreamStart + kOverloadedEvent,
        tool_stream().substr(0, 900)}) {
    const Reply whole = stream_reply(stream);
    for (std::size_t split = 1; split < stream.size(); ++split)
      ASSERT_EQ(stream_reply(stream, split), whole) << split;
  }
}

TEST(ResponsesReply, SaysWhyAnAnswerIsIncomplete) {
  for (const char* reason : {"max_tokens", "model_context_window_exceeded"}) {
    const auto events = events_of(stream_reply(text_stream(reason)).text);
    EXPECT_TRUE(events.back().starts_with("response.incomplete ")) << events.back();
    EXPECT_NE(
        events.back().find(
            R"("status":"incomplete","background":false,"error":null,"incomplete_details":{"reason":"max_output_tokens"})"),
        std::string::npos);
  }
  for (const char* reason : {"end_turn", "stop_sequence", "pause_turn", "tool_use", "new", ""})
    EXPECT_TRUE(events_of(stream_reply(text_stream(reason)).text)
                    .back()
                    .starts_with("response.completed "));
}

TEST(ResponsesReply, DropsCitationsAndNothingElse) {
  const Reply stream = stream_reply(searched_stream(true));
  const auto whole = [](bool cited) {
    return reply_of(*responses_reply(full_ask(), 1700, false), searched_message(cited), 0);
  };
  const std::string part =
      R"({"type":"output_text","annotations":[],"logprobs":[],"text":"It is warm."})";
  EXPECT_NE(stream.text.find(part), std::string::npos) << stream.text;
  EXPECT_EQ(stream, stream_reply(searched_stream(false)));
  EXPECT_NE(whole(true).text.find(part), std::string::npos) << whole(true).text;
  EXPECT_EQ(whole(true), whole(false));
}

TEST(ResponsesReply, EndsARefusalWithARefusal) {
  const auto events = events_of(stream_reply(text_stream("refusal")).text);
  EXPECT_TRUE(events.back().starts_with("response.completed "));
  EXPECT_NE(events.back().find(
                R"("content":[{"type":"refusal","refusal":"The model declined to answer."}])"),
            std::string::npos)
      << events.back();
}

TEST(ResponsesReply, FailsWithACodeThatClientsKnowAndAnErrorForThoseThatHeedNoFailure) {
  const auto failed = [](std::string_view type, std::string_view message) {
    const auto events =
        events_of(stream_reply(kStreamStart +
                               sse(R"({"type":"error","error":{"type":")" + std::string(type) +
                                   R"(","message":")" + std::string(message) + R"("}})") +
                               "data: late\n\n")
                      .text);
    return events.at(events.size() - 2) + '\n' + events.back();
  };
  const auto expected = [](std::string_view code, std::string_view message) {
    return R"(response.failed ,"response":)" +
           response("failed", "", "null",
                    R"({"code":")" + std::string(code) + R"(","message":")" + std::string(message) +
                        R"("})") +
           "}\nerror ,\"code\":\"" + std::string(code) + R"(","message":")" + std::string(message) +
           R"(","param":null})";
  };
  EXPECT_EQ(failed("overloaded_error", "Overloaded"), expected("server_error", "Overloaded"));
  EXPECT_EQ(failed("rate_limit_error", "m"), expected("rate_limit_exceeded", "m"));
  EXPECT_EQ(failed("billing_error", "m"), expected("insufficient_quota", "m"));
  EXPECT_EQ(failed("invalid_request_error", "m"), expected("invalid_prompt", "m"));
  EXPECT_EQ(failed("invalid_request_error", "prompt is too long: 2 tokens"),
            expected("context_length_exceeded", "prompt is too long: 2 tokens"));
  EXPECT_TRUE(
      events_of(stream_reply(kOverloadedEvent).text).front().starts_with("response.failed "));
}

TEST(ResponsesReply, ShowsCodexALifeThatCommentsDoNot) {
  std::string pings;
  for (int i = 0; i < 8; ++i) pings += sse(R"({"type":"ping"})");
  const std::string text = text_stream("end_turn");
  const auto calm = events_of(stream_reply(text).text).size();
  EXPECT_EQ(events_of(stream_reply(pings + text).text).size(), calm);  // there is no response yet
  EXPECT_EQ(
      events_of(stream_reply(kStreamStart + pings + text.substr(kStreamStart.size())).text).size(),
      calm + 1);
}

TEST(ResponsesReply, SealsOnlyWhatIsSignedAndAskedFor) {
  Ask ask;
  ask.model = "m";
  EXPECT_EQ(reply_of(*responses_reply(ask, 1, false), tool_message(), 0).text.find("encrypted"),
            std::string::npos);
  ask.include_reasoning = true;
  const auto sealed = [&ask](std::string_view block) {
    return reply_of(*responses_reply(ask, 1, false),
                    R"({"type":"message","id":"msg_1","content":[)" + std::string(block) + "]}", 0)
        .text;
  };
  EXPECT_EQ(sealed(R"({"type":"thinking","thinking":"x","signature":""})").find("encrypted"),
            std::string::npos);
  EXPECT_NE(
      sealed(R"({"type":"redacted_thinking","data":"zz"})").find(seal_redacted_thinking("zz")),
      std::string::npos);
}

TEST(ResponsesReply, RefusesWhatIsNoAnswer) {
  for (const std::string& stream : {std::string(), kStreamStart, sse("[]")})
    EXPECT_NE(stream_reply(stream).error, "") << stream;
}

}  // namespace
}  // namespace rlm::dialect
