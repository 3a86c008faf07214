// Claude Platform on AWS: Anthropic's API behind AWS's signatures, for a workspace.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/aws_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kModel = "claude-opus-4-8-v1:0";

Sending sending() {
  Sending sending;
  sending.target = "/v1/messages";
  sending.body = user_body("Hello", true, "", kModel);
  sending.service = "aws-external-anthropic";
  sending.headers.add("anthropic-version", "2023-06-01");
  sending.headers.add("anthropic-workspace-id", "wrkspc_1");
  return sending;
}

TEST(Platform, SpeaksMessagesBehindItsOwnSignature) {
  const auto model = running(aws(Provider::AwsAnthropic));
  const Got got = send(*model, sending());
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, StartsWith("event: message_start"));
  EXPECT_NE(got.header("request-id"), "");
  EXPECT_EQ(got.header("x-amzn-requestid"), got.header("request-id"));
}

TEST(Platform, CountsTokensAndCachesByBreakpointsAsAnthropicDoes) {
  SimConfig config = aws(Provider::AwsAnthropic);
  config.cache_minimum = 1;
  const auto model = running(config);
  Sending count = sending();
  count.target = "/v1/messages/count_tokens";
  EXPECT_EQ(integer_at(send(*model, count).body, "input_tokens"), 2);
  Sending marked = sending();
  marked.body = user_body("Hello", false, R"(,"cache_control":{"type":"ephemeral"})", kModel);
  const Got got = send(*model, marked);
  EXPECT_EQ(integer_at(got.body, "usage.cache_creation_input_tokens"), 2) << got.body;
}

TEST(Platform, RefusesAWrongSignatureWith401) {
  const auto model = running(aws(Provider::AwsAnthropic));
  Sending other = sending();
  other.service = "bedrock-mantle";
  const Got got = send(*model, other);
  EXPECT_EQ(got.status, 401);
  EXPECT_EQ(string_at(got.body, "error.type"), "authentication_error");
  EXPECT_THAT(string_at(got.body, "error.message"), HasSubstr("aws-external-anthropic"));
}

TEST(Platform, WantsAWorkspace) {
  const auto model = running(aws(Provider::AwsAnthropic));
  Sending nameless = sending();
  nameless.headers = Headers{{"anthropic-version", "2023-06-01"}};
  const Got got = send(*model, nameless);
  EXPECT_EQ(got.status, 400);
  EXPECT_EQ(string_at(got.body, "error.message"), "anthropic-workspace-id: header is required");
}

TEST(Platform, TakesItsKeysInBothHeaders) {
  SimConfig config = aws(Provider::AwsAnthropic);
  config.keys = {"good"};
  const auto model = running(config);
  const auto status = [&](const char* name, const char* value) {
    Ask request;
    request.body = sending().body;
    request.headers = Headers{
        {"anthropic-version", "2023-06-01"}, {"anthropic-workspace-id", "wrkspc_1"}, {name, value}};
    return ask(*model, request).status;
  };
  EXPECT_EQ(status("x-api-key", "good"), 200);
  EXPECT_EQ(status("authorization", "Bearer good"), 200);
  EXPECT_EQ(status("x-api-key", "bad"), 401);
  EXPECT_EQ(status("authorization", "Bearer bad"), 401);
}

TEST(Platform, HasNoOtherPaths) {
  const auto model = running(aws(Provider::AwsAnthropic));
  Sending other = sending();
  other.target = "/anthropic/v1/messages";
  EXPECT_EQ(send(*model, other).status, 404);
}

}  // namespace
}  // namespace rlm::sim
