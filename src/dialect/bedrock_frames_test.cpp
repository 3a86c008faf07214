#include "dialect/bedrock_frames.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "domain/answer.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::dialect {
namespace {

struct Translated {
  std::string out;
  std::optional<Error> error;
};

template <class Translator>
Translated translate(std::string_view bytes, std::size_t chunk = 1u << 20) {
  Translated result;
  Translator translator;
  wire::JsonIndex index;
  Result<void> done;
  while (done && !bytes.empty()) {
    done = translator.feed(bytes.substr(0, chunk), index, result.out);
    bytes.remove_prefix(std::min(chunk, bytes.size()));
  }
  if (done) done = translator.finish(index, result.out);
  if (!done) result.error = done.error();
  return result;
}

std::string frame(std::string_view payload) {
  std::string out;
  append_event_frame(
      out,
      {{":event-type", "chunk"}, {":content-type", "application/json"}, {":message-type", "event"}},
      payload);
  return out;
}

std::string chunk(std::string_view json) {
  std::string payload = R"({"bytes":")";
  append_base64(payload, json);
  return frame(payload + R"(","p":"abcdefghijk"})");
}

std::string exception(std::string_view type, std::string_view payload) {
  std::string out;
  append_event_frame(out, {{":exception-type", type}, {":message-type", "exception"}}, payload);
  return out;
}

const std::string kStop = R"({"type":"message_stop"})";

std::string stream() {
  std::string out;
  const Usage usage{.input = 9, .output = 3, .reported = true};
  wire::append_message_start(out, "msg_1", "claude-opus-5", usage);
  wire::append_block_start(out, 0, {});
  wire::append_text_delta(out, 0, "Grüße, \"Welt\"\n");
  wire::append_block_stop(out, 0);
  wire::append_message_delta(out, "end_turn", {}, usage);
  wire::append_message_stop(out);
  return out;
}

TEST(BedrockStreamDecoder, KeepsEachEventsBytesAndNamesIt) {
  const std::string stop =
      R"({ "type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":9} })";
  const auto read = translate<BedrockStreamDecoder>(
      chunk(R"({"type":"message_start", "new":1.0})") + chunk(stop));
  EXPECT_FALSE(read.error);
  EXPECT_EQ(read.out,
            "event: message_start\ndata: {\"type\":\"message_start\", \"new\":1.0}\n\n"
            "event: message_stop\ndata: " +
                stop + "\n\n");
}

TEST(BedrockStreamDecoder, DropsWhatIsNoEventOfTheAnswer) {
  std::string other;
  append_event_frame(other, {{":event-type", "initial-response"}, {":message-type", "event"}}, "x");
  const auto read = translate<BedrockStreamDecoder>(other + chunk("{}") + frame(R"({"p":"ab"})") +
                                                    chunk(R"({"type":3})") + chunk(kStop));
  EXPECT_FALSE(read.error);
  EXPECT_EQ(read.out, "event: message_stop\ndata: " + kStop + "\n\n");
}

TEST(BedrockStreamDecoder, ReadsEscapedBase64) {
  std::string payload = R"({"bytes":")";
  std::string base64;
  append_base64(base64, R"({"type":"message_stop","a":"???>>>"})");
  for (const char c : base64) payload += c == '/' ? std::string("\\/") : std::string(1, c);
  EXPECT_NE(payload.find('\\'), std::string::npos);
  EXPECT_FALSE(translate<BedrockStreamDecoder>(frame(payload + "\"}")).error);
}

TEST(BedrockStreamDecoder, ReadsBytesWhereverTheyStandInThePayload) {
  std::string base64;
  append_base64(base64, kStop);
  for (const std::string& payload :
       {R"({"bytes":")" + base64 + "\"}", R"({ "bytes" : ")" + base64 + "\" }",
        R"({"p":"abc","bytes":")" + base64 + R"("})"}) {
    const auto read = translate<BedrockStreamDecoder>(frame(payload));
    EXPECT_FALSE(read.error) << payload;
    EXPECT_EQ(read.out, "event: message_stop\ndata: " + kStop + "\n\n");
  }
}

struct ExceptionCase {
  const char* name;
  const char* payload;
  const char* type;
  const char* message;
};

TEST(BedrockStreamDecoder, MakesAnErrorEventOfAnException) {
  for (const ExceptionCase& one : {
           ExceptionCase{"throttlingException", R"({"message":"slow down"})", "rate_limit_error",
                         "slow down"},
           {"serviceUnavailableException", R"({"message":"later"})", "overloaded_error", "later"},
           {"modelTimeoutException", R"({"message":"late"})", "timeout_error", "late"},
           {"internalServerException", R"({"message":"oh"})", "api_error", "oh"},
           {"modelStreamErrorException", "", "api_error",
            "the upstream ended its stream with modelStreamErrorException"},
           {"newException", "{}", "api_error", "the upstream ended its stream with newException"},
           {"validationException", R"({"message":"Input is too long for requested model."})",
            "invalid_request_error", "prompt is too long: Input is too long for requested model."},
       }) {
    const auto read = translate<BedrockStreamDecoder>(exception(one.name, one.payload), 3);
    EXPECT_FALSE(read.error) << one.name;
    EXPECT_EQ(read.out,
              std::string("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"") +
                  one.type + "\",\"message\":\"" + one.message + "\"}}\n\n");
  }
}

TEST(BedrockStreamDecoder, TellsClientsNothingOfTheAccount) {
  const std::string out = translate<BedrockStreamDecoder>(
                              exception("accessDeniedException",
                                        R"({"message":"User: arn:aws:iam::123456789012:user/u"})"))
                              .out;
  EXPECT_NE(out.find(R"("type":"permission_error")"), std::string::npos) << out;
  EXPECT_EQ(out.find("123456789012"), std::string::npos) << out;
}

TEST(BedrockStreamDecoder, MakesAnErrorEventOfAnUnmodelledError) {
  std::string bytes;
  append_event_frame(bytes,
                     {{":message-type", "error"},
                      {":error-code", "InternalError"},
                      {":error-message", "An internal server error occurred"}},
                     "");
  EXPECT_EQ(translate<BedrockStreamDecoder>(bytes).out,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":"
            "\"An internal server error occurred\"}}\n\n");
}

TEST(BedrockStreamDecoder, TellsWhatIsNoStreamOfBedrock) {
  std::string nameless;
  append_event_frame(nameless, {{":event-type", "chunk"}}, R"({"bytes":""})");
  for (const std::string& bytes :
       {frame("{"), frame(R"({"bytes":"*"})"), frame(R"({"bytes":"e30=" oops})"),
        frame(R"({"bytes":"e30=)"), chunk("no json"), nameless, chunk("{}"),
        chunk(kStop).substr(0, 40), std::string(), std::string("HTTP/1.1 200 OK\r\n")}) {
    const auto read = translate<BedrockStreamDecoder>(bytes, 4);
    ASSERT_TRUE(read.error) << bytes;
    EXPECT_EQ(read.error->kind, ErrorKind::Protocol);
    EXPECT_EQ(read.error->source, Source::Upstream);
  }
}

TEST(BedrockStreamEncoder, IsReadBackAsTheSameEvents) {
  const std::string events = stream();
  const std::string frames = translate<BedrockStreamEncoder>(events).out;
  for (const std::size_t size : {1u, 5u, 64u, 1000u}) {
    EXPECT_EQ(translate<BedrockStreamEncoder>(events, size).out, frames);
    EXPECT_EQ(translate<BedrockStreamDecoder>(frames, size).out, events);
  }
}

TEST(BedrockStreamEncoder, KeepsThePingsOutOfTheAnswer) {
  std::string events;
  wire::append_ping(events);
  const auto frames = translate<BedrockStreamEncoder>(events + stream());
  EXPECT_NE(frames.out.find(":event-type\x07"), std::string::npos);
  EXPECT_NE(frames.out.find("ping"), std::string::npos);
  EXPECT_EQ(translate<BedrockStreamDecoder>(frames.out).out, stream());
}

TEST(BedrockStreamEncoder, TellsAnErrorAsTheExceptionOfItsKind) {
  for (const char* type : {"rate_limit_error", "overloaded_error", "invalid_request_error",
                           "timeout_error", "api_error"}) {
    const std::string event =
        std::string("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"") + type +
        "\",\"message\":\"a \\\"word\\\"\"}}\n\n";
    const auto frames = translate<BedrockStreamEncoder>(event);
    EXPECT_NE(frames.out.find("Exception"), std::string::npos);
    EXPECT_EQ(translate<BedrockStreamDecoder>(frames.out).out, event);
  }
}

TEST(BedrockStreamEncoder, RefusesWhatIsNoEvent) {
  for (const char* bytes : {"data: [DONE]\n\n", "data: no json\n\n", "data: {\"type\":\"pi"})
    EXPECT_EQ(translate<BedrockStreamEncoder>(bytes).error->kind, ErrorKind::Protocol) << bytes;
}

}  // namespace
}  // namespace rlm::dialect
