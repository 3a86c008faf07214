#include "respond/translating_sink.hpp"

#include <gmock/gmock.h>

#include "dialect/cloud_client.hpp"
#include "dialect/openai_client.hpp"
#include "respond/test_sink.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/scripted_model.hpp"

namespace rlm::respond {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A client of another dialect that has asked, and what it is told.
struct Told {
  explicit Told(std::unique_ptr<dialect::ClientDialect> speaks, std::string body)
      : client(std::move(speaks)), sink(inner, *client, index) {
    EXPECT_TRUE(client->read(Buffer(body), Headers(), index, {}));
  }
  void begin_stream() { sink.begin(200, stream_headers(), record, std::nullopt); }
  bool write(std::string bytes, bool last = false) {
    return test::run_task(worker, sink.write(bytes, last));
  }

  net::Worker worker;
  wire::JsonIndex index;
  TestSink inner;
  ExchangeRecord record;
  std::unique_ptr<dialect::ClientDialect> client;
  TranslatingSink sink;
};

constexpr const char* kChat =
    R"({"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]})";
const std::string kBegins =
    test::start_event() + test::block_start_event(0) + test::text_event(0, "well");
// A delta of a block that is not open.
const std::string kBroken = test::text_event(7, "broken");
const std::string kError =
    "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"so "
    "sorry\"}}\n\n";

TEST(TranslatingSink, SaysWhatWasPreparedOnce) {
  Told told(dialect::chat_client(1), kChat);
  ASSERT_TRUE(told.sink.prepare(true, kBegins, false));
  EXPECT_FALSE(told.sink.begun());
  told.begin_stream();
  EXPECT_TRUE(told.write(kBegins));
  const std::string rest = test::block_stop_event(0) + test::end_events();
  ASSERT_TRUE(told.sink.prepare(true, rest, true));
  EXPECT_THAT(told.inner.body, Not(HasSubstr("[DONE]"))) << "nothing is sent before it is written";
  EXPECT_TRUE(told.write(rest, true));
  EXPECT_THAT(told.inner.body, HasSubstr("[DONE]"));
  EXPECT_EQ(told.inner.body.find("well"), told.inner.body.rfind("well"));
  EXPECT_TRUE(told.inner.ended);
}

TEST(TranslatingSink, AnErrorFollowsWhatCannotBeSaidInTheClientsWords) {
  for (const bool responses : {false, true}) {
    Told told(responses ? dialect::responses_client(1) : dialect::chat_client(1),
              responses ? R"({"model":"m","stream":true,"store":false,"input":"x"})" : kChat);
    told.begin_stream();
    ASSERT_TRUE(told.sink.prepare(true, kBegins, false));
    EXPECT_TRUE(told.write(kBegins));
    const std::string piece = test::text_event(0, " so far") + kBroken;
    const auto said = told.sink.prepare(true, piece, false);
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().kind, ErrorKind::Protocol);
    EXPECT_EQ(said.error().source, Source::Upstream);
    EXPECT_TRUE(told.write(kError));
    EXPECT_THAT(told.inner.body, HasSubstr(" so far")) << "what could be said is said";
    EXPECT_THAT(told.inner.body, HasSubstr("so sorry"));
    EXPECT_THAT(told.inner.body, HasSubstr(responses ? "response.failed" : "data: {\"error\":"));
    EXPECT_THAT(told.inner.body, Not(HasSubstr("[DONE]")));
    EXPECT_FALSE(told.inner.ended);
  }
}

TEST(TranslatingSink, AStreamThatWasNotPreparedEndsWithAnErrorAndACut) {
  Told told(dialect::chat_client(1), kChat);
  told.begin_stream();
  EXPECT_TRUE(told.write(kBegins));
  EXPECT_FALSE(told.write(kBroken));
  EXPECT_THAT(told.inner.body, HasSubstr("data: {\"error\":"));
  EXPECT_TRUE(told.inner.was_cut);
}

TEST(TranslatingSink, WhatCannotBeSaidFromTheFirstHasTheStatusOfAnError) {
  Told told(dialect::chat_client(1), kChat);
  for (const bool streams : {true, false}) {
    ASSERT_FALSE(told.sink.prepare(streams, "data: <html>\n\n", true));
    EXPECT_FALSE(told.sink.begun());
  }
  told.sink.begin(502, {{"content-type", "application/json"}}, told.record, std::nullopt);
  EXPECT_TRUE(told.write(R"({"type":"error","error":{"type":"api_error","message":"no"}})", true));
  EXPECT_EQ(told.inner.status, 502);
  EXPECT_THAT(told.inner.body, HasSubstr(R"("message":"no")"));
  EXPECT_TRUE(told.inner.ended);
}

// What a whole answer and a stream that end with `stop` tell of a refusal's category.
std::pair<std::string, std::string> told_category(bool responses, const std::string& stop) {
  const auto client = [responses] {
    return responses ? dialect::responses_client(1) : dialect::chat_client(1);
  };
  const std::string ask = R"({"model":"m","input":"x","messages":[{"role":"user","content":"x"}])";
  Told whole(client(), ask + "}");
  whole.sink.begin(200, {{"content-type", "application/json"}}, whole.record, std::nullopt);
  EXPECT_TRUE(whole.write(
      R"({"type":"message","id":"msg_1","content":[{"type":"text","text":"No."}],)" + stop + "}",
      true));
  Told streamed(client(), ask + R"(,"stream":true})");
  streamed.begin_stream();
  const std::string end = "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{" +
                          stop + "}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  EXPECT_TRUE(streamed.write(kBegins + test::block_stop_event(0) + end, true));
  const std::string& body = streamed.inner.body;
  const std::size_t at = body.find(": x-rlm-refusal=");
  return {std::string(find_header(whole.inner.headers, "x-rlm-refusal")),
          at == body.npos ? "" : body.substr(at, body.find("\n\n", at) - at)};
}

TEST(TranslatingSink, TellsTheCategoryOfARefusalWhereTheDialectHasNoPlaceForIt) {
  const std::string refusal = R"("stop_reason":"refusal","stop_details":)";
  const std::pair<std::string, std::string> none;
  for (const bool responses : {false, true}) {
    const std::string details = R"({"type":"refusal","category":"cyber","explanation":"no"})";
    EXPECT_EQ(told_category(responses, refusal + details),
              std::pair(std::string("cyber"), std::string(": x-rlm-refusal=cyber")));
    for (const std::string no_word : {R"("a\r\nset-cookie: b")", R"("")", "null", "7"})
      EXPECT_EQ(told_category(responses, refusal + R"({"category":)" + no_word + "}"), none)
          << no_word;
    EXPECT_EQ(told_category(responses, refusal + R"({"category":")" + std::string(65, 'a') + "\"}"),
              none);
    EXPECT_EQ(told_category(responses, refusal + "null"), none);
    EXPECT_EQ(told_category(responses, R"("stop_reason":"end_turn","stop_details":)" + details),
              none);
  }
}

constexpr const char* kPing = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

TEST(TranslatingSink, ASignOfLifeThatTheClientDoesNotTakeKeepsItsNumber) {
  Told told(dialect::responses_client(1),
            R"({"model":"m","stream":true,"store":false,"input":"x"})");
  told.begin_stream();
  EXPECT_TRUE(told.write(test::start_event()));
  const auto ping = [&told](bool busy) {
    told.inner.busy = busy;
    return told.sink.try_write(kPing);
  };
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(ping(false));
  EXPECT_TRUE(ping(true)) << "the eighth is kept";
  EXPECT_FALSE(ping(true)) << "one is enough to be kept";
  EXPECT_TRUE(ping(false));
  EXPECT_TRUE(told.write(test::block_start_event(0) + test::text_event(0, "well")));
  EXPECT_TRUE(told.write(test::block_stop_event(0) + test::end_events(), true));
  const std::string& body = told.inner.body;
  int number = 0;
  for (std::size_t at = 0; (at = body.find("\"sequence_number\":", at)) != body.npos; ++number) {
    at += 18;
    EXPECT_EQ(std::stoi(body.substr(at)), number);
  }
  EXPECT_EQ(number, 10) << body;
}

TEST(TranslatingSink, WhatTheClientDoesNotTakeAtOnceIsSaidOnce) {
  Told told(dialect::chat_client(1), kChat);
  told.begin_stream();
  told.inner.busy = true;
  EXPECT_TRUE(told.sink.try_write(kBegins));
  EXPECT_FALSE(told.sink.try_write(kBegins)) << "not taken: it comes again";
  told.inner.busy = false;
  EXPECT_TRUE(told.write(test::block_stop_event(0) + test::end_events(), true));
  const std::string& body = told.inner.body;
  EXPECT_THAT(body, HasSubstr("well"));
  EXPECT_EQ(body.find("well"), body.rfind("well"));
  EXPECT_THAT(body, HasSubstr("[DONE]"));
}

TEST(TranslatingSink, IsCutBeforeAnythingHasBegun) {
  Told told(dialect::chat_client(1), kChat);
  ASSERT_TRUE(told.sink.prepare(false, "{", false));
  told.sink.cut();
  EXPECT_TRUE(told.inner.was_cut);
}

TEST(TranslatingSink, AnExceptionFrameFollowsWhatBedrocksFramesCannotHold) {
  Told told(
      dialect::bedrock_client(*dialect::read_bedrock_path("/model/m/invoke-with-response-stream")),
      R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":5,"messages":[]})");
  told.begin_stream();
  ASSERT_FALSE(told.sink.prepare(true, "data: <html>\n\ndata: half of", false));
  EXPECT_TRUE(told.write(kError));
  EXPECT_THAT(told.inner.body, HasSubstr("so sorry"));
  EXPECT_THAT(told.inner.body, HasSubstr(":exception-type"));
}

}  // namespace
}  // namespace rlm::respond
