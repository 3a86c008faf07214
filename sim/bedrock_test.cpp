// Claude on AWS: signatures, bodies, binary frames and exceptions.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "sim/aws_client.hpp"
#include "sim/crypto.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kInvoke = "/model/us.anthropic.claude-opus-4-8-v1%3A0/invoke";
constexpr const char* kStream =
    "/model/us.anthropic.claude-opus-4-8-v1%3A0/invoke-with-response-stream";

std::string body(std::string_view more = "",
                 std::string_view version = R"("anthropic_version":"bedrock-2023-05-31",)") {
  return "{" + std::string(version) +
         R"("max_tokens":400,"messages":[{"role":"user","content":"Hello"}])" + std::string(more) +
         "}";
}

Sending invoke(std::string text, std::string target = kInvoke) {
  Sending sending;
  sending.body = std::move(text);
  sending.target = std::move(target);
  return sending;
}

struct ReadFrame {
  std::string headers;
  std::string payload;
};

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// All frames, up to the first whose checksum is wrong.
std::vector<ReadFrame> frames_of(std::string_view bytes) {
  std::vector<ReadFrame> frames;
  while (bytes.size() >= 16) {
    const std::size_t size = number_at(bytes, 0);
    const std::size_t headers = number_at(bytes, 4);
    if (number_at(bytes, 8) != crc32_of(bytes.substr(0, 8)) || size > bytes.size() ||
        number_at(bytes, size - 4) != crc32_of(bytes.substr(0, size - 4)))
      break;
    frames.push_back({std::string(bytes.substr(12, headers)),
                      std::string(bytes.substr(12 + headers, size - 16 - headers))});
    bytes.remove_prefix(size);
  }
  return frames;
}

std::string event_in(const ReadFrame& frame) {
  std::string text = string_at(frame.payload, "bytes");
  text.erase(std::min(text.find('='), text.size()));
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return base64url_decoded(text).value_or("");
}

TEST(Crypto, KnowsThePublishedChecksAndDigests) {
  EXPECT_EQ(crc32_of("123456789"), 0xCBF43926u);
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
  EXPECT_EQ(base64url_decoded("_-8"), "\xff\xef");
  EXPECT_EQ(percent_decoded("a%3Ab+c%2"), "a:b+c%2");
}

TEST(Bedrock, AnswersASignedRequest) {
  const auto model = running(aws(Provider::Bedrock));
  const Got got = send(*model, invoke(body(R"(,"anthropic_beta":["x-1"])")));
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(string_at(got.body, "type"), "message");
  EXPECT_NE(got.header("x-amzn-requestid"), "");
  EXPECT_EQ(billed(*model).count, 1u);
}

TEST(Bedrock, RefusesWhatIsSignedOtherwise) {
  const auto model = running(aws(Provider::Bedrock));
  const auto error = [&](const Sending& sending) {
    const Got got = send(*model, sending);
    EXPECT_EQ(got.status, 403);
    EXPECT_NE(string_at(got.body, "message"), "");
    return std::string(got.header("x-amzn-errortype"));
  };
  Sending sending = invoke(body());
  sending.secret = "other";
  EXPECT_EQ(error(sending), "InvalidSignatureException");
  sending = invoke(body());
  sending.sent_instead = body(",\"top_k\":1");
  EXPECT_EQ(error(sending), "InvalidSignatureException");
  sending = invoke(body());
  sending.service = "bedrock-runtime";
  EXPECT_EQ(error(sending), "InvalidSignatureException");
  sending = invoke(body());
  sending.region = "eu-west-1";
  EXPECT_EQ(error(sending), "InvalidSignatureException");
  sending = invoke(body());
  sending.age_ms = 10 * 60 * 1000;
  EXPECT_EQ(error(sending), "InvalidSignatureException");
  sending = invoke(body());
  sending.key_id = "AKIDOTHER";
  EXPECT_EQ(error(sending), "UnrecognizedClientException");
  sending = invoke(body());
  sending.session = "not-temporary";
  EXPECT_EQ(error(sending), "UnrecognizedClientException");
}

TEST(Bedrock, TemporaryKeysBringTheirSession) {
  SimConfig config = aws(Provider::Bedrock);
  config.aws.session_token = "session";
  const auto model = running(config);
  Sending sending = invoke(body());
  EXPECT_EQ(send(*model, sending).status, 403);
  sending.session = "session";
  EXPECT_EQ(send(*model, sending).status, 200);
}

TEST(Bedrock, TakesABearerKeyInstead) {
  SimConfig config = aws(Provider::Bedrock);
  config.keys = {"bedrock-api-key-1"};
  const auto model = running(config);
  Ask request;
  request.target = kInvoke;
  request.body = body();
  request.headers = Headers{{"authorization", "Bearer bedrock-api-key-1"}};
  EXPECT_EQ(ask(*model, request).status, 200);
  request.headers = Headers{{"authorization", "Bearer other"}};
  EXPECT_EQ(ask(*model, request).header("x-amzn-errortype"), "AccessDeniedException");
  request.headers = Headers{{"x-api-key", "bedrock-api-key-1"}};
  EXPECT_EQ(ask(*model, request).header("x-amzn-errortype"), "MissingAuthenticationTokenException");
}

TEST(Bedrock, StreamsBinaryFramesWithoutPings) {
  const auto model = running(aws(Provider::Bedrock));
  model->script(Reply::of_text("Hello from the frames."));
  const Got got = send(*model, invoke(body(), kStream));
  EXPECT_EQ(got.header("content-type"), "application/vnd.amazon.eventstream");
  std::string text;
  std::string last;
  for (const ReadFrame& frame : frames_of(got.body)) {
    EXPECT_THAT(frame.headers, HasSubstr("chunk"));
    last = event_in(frame);
    EXPECT_NE(string_at(last, "type"), "ping");
    text += string_at(last, "delta.text");
  }
  EXPECT_EQ(text, "Hello from the frames.");
  EXPECT_EQ(string_at(last, "type"), "message_stop");
  EXPECT_EQ(integer_at(last, "amazon-bedrock-invocationMetrics.outputTokenCount"), 7);
}

TEST(Bedrock, AFailureInsideTheStreamIsAnException) {
  const auto model = running(aws(Provider::Bedrock));
  model->script(Reply::of_fault(parse_fault("error_later")->fault));
  const auto frames = frames_of(send(*model, invoke(body(), kStream)).body);
  ASSERT_GE(frames.size(), 2u);
  EXPECT_THAT(frames.back().headers, HasSubstr("serviceUnavailableException"));
  EXPECT_EQ(string_at(frames.back().payload, "message"), "Overloaded");
}

TEST(Bedrock, AMalformedFrameHasAWrongChecksum) {
  const auto model = running(aws(Provider::Bedrock));
  model->script(Reply::of_fault(parse_fault("malformed")->fault));
  const auto frames = frames_of(send(*model, invoke(body(), kStream)).body);
  ASSERT_GE(frames.size(), 2u);
  EXPECT_NE(string_at(event_in(frames.back()), "type"), "message_stop");
}

TEST(Bedrock, RefusesWhatBelongsToAnthropicsOwnApi) {
  const auto model = running(aws(Provider::Bedrock));
  const auto message = [&](std::string_view more,
                           std::string_view version =
                               R"("anthropic_version":"bedrock-2023-05-31",)") {
    const Got got = send(*model, invoke(body(more, version)));
    EXPECT_EQ(got.status, 400);
    EXPECT_EQ(got.header("x-amzn-errortype"), "ValidationException");
    return string_at(got.body, "message");
  };
  EXPECT_THAT(message(R"(,"model":"x")"), StartsWith("model: Extra inputs"));
  EXPECT_THAT(message(R"(,"stream":true)"), StartsWith("stream: Extra inputs"));
  EXPECT_THAT(message(R"(,"cache_control":{"type":"ephemeral"})"),
              StartsWith("cache_control: Extra inputs"));
  EXPECT_EQ(message("", ""), "anthropic_version: Field required");
  EXPECT_THAT(message(R"(,"anthropic_beta":"x-1")"), HasSubstr("valid list"));
  const Got got = send(
      *model,
      invoke(
          R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":5,"messages":[{"role":)"
          R"("user","content":[{"type":"image","source":{"type":"url","url":"https://x/y"}}]}]})"));
  EXPECT_EQ(string_at(got.body, "message"), "messages: URL sources are not supported");
}

TEST(Bedrock, ModelsBefore47KnowTheFirstVersionAlone) {
  SimConfig config = aws(Provider::Bedrock);
  config.models.emplace_back("claude-opus-4-6-v1:0");
  const auto model = running(config);
  const auto status = [&](std::string_view version, const char* id) {
    const std::string member = R"("anthropic_version":")" + std::string(version) + "\",";
    return send(*model, invoke(body("", member), std::string("/model/anthropic.") + id + "/invoke"))
        .status;
  };
  EXPECT_EQ(status("2026-10-21", "claude-opus-4-8-v1%3A0"), 200);
  EXPECT_EQ(status("bedrock-2023-05-31", "claude-opus-4-6-v1%3A0"), 200);
  EXPECT_EQ(status("2026-10-21", "claude-opus-4-6-v1%3A0"), 400);
}

TEST(Bedrock, WantsItsModelIdsEncodedAndKnown) {
  const auto model = running(aws(Provider::Bedrock));
  for (const char* target :
       {"/model/us.anthropic.claude-opus-4-8-v1:0/invoke", "/model/anthropic.claude-2/invoke"})
    EXPECT_THAT(send(*model, invoke(body(), target)).body,
                HasSubstr("The provided model identifier is invalid."));
  EXPECT_EQ(send(*model, invoke(body(), "/model/claude-opus-4-8-v1%3A0/converse")).status, 404);
}

TEST(Bedrock, CountsTheTokensOfAnInvokeInBase64) {
  const auto model = running(aws(Provider::Bedrock));
  const auto count = [&](const std::string& invoked) {
    std::string text = R"({"input":{"invokeModel":{"body":")";
    append_base64(text, invoked);
    return send(*model,
                invoke(text + "\"}}}", "/model/us.anthropic.claude-opus-4-8-v1%3A0/count-tokens"));
  };
  const Got got = count(body());
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, StartsWith(R"({"inputTokens":)"));
  EXPECT_EQ(count("{}").status, 400);
  EXPECT_EQ(model->bill().count, 0u);
}

TEST(Bedrock, OnlyTheGlobalProfileHasTheListPrice) {
  const auto model = running(aws(Provider::Bedrock));
  for (const char* id : {"us.", "global."}) {
    model->script(Reply::of_text("same"));
    const std::string target =
        "/model/" + std::string(id) + "anthropic.claude-opus-4-8-v1%3A0/invoke";
    EXPECT_EQ(send(*model, invoke(body(), target)).status, 200);
  }
  const Bill bill = model->bill();
  ASSERT_EQ(bill.calls.size(), 2u);
  EXPECT_EQ(std::max(bill.calls[0].cost, bill.calls[1].cost).value * 10,
            std::min(bill.calls[0].cost, bill.calls[1].cost).value * 11);
}

TEST(Bedrock, AStatusComesAsAnException) {
  const auto model = running(aws(Provider::Bedrock));
  model->script(Reply::of_fault(status_fault(429)));
  EXPECT_EQ(send(*model, invoke(body())).header("x-amzn-errortype"), "ThrottlingException");
}

TEST(Mantle, SpeaksMessagesBehindItsOwnSignature) {
  const auto model = running(aws(Provider::Mantle));
  Sending sending = invoke(user_body("Hello", true, "", "anthropic.claude-opus-4-8-v1:0"),
                           "/anthropic/v1/messages");
  sending.headers.add("anthropic-version", "2023-06-01");
  sending.service = "bedrock-mantle";
  const Got got = send(*model, sending);
  EXPECT_THAT(got.body, StartsWith("event: message_start"));
  EXPECT_EQ(got.header("anthropic-ratelimit-requests-limit"), "");
  sending.service = "bedrock";
  EXPECT_EQ(string_at(send(*model, sending).body, "error.type"), "permission_error");
  sending.service = "bedrock-mantle";
  sending.body = user_body("Hello", true, "", "claude-opus-4-8-v1:0");
  EXPECT_EQ(send(*model, sending).status, 404);
}

}  // namespace
}  // namespace rlm::sim
