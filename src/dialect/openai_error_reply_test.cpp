#include "dialect/openai_error_reply.hpp"

#include <gtest/gtest.h>

#include "dialect/client_tool_id.hpp"
#include "dialect/cloud_error.hpp"

namespace rlm::dialect {
namespace {

struct FaultCase {
  const char* name;
  int status;
  std::string body;
  int expected_status;
  std::string expected;  // type/code/param
};

class OpenAiFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(OpenAiFaults, AreNamedAsClientsKnowThem) {
  const OpenAiFault fault = openai_fault(GetParam().status, GetParam().body);
  EXPECT_EQ(fault.status, GetParam().expected_status);
  EXPECT_EQ(std::string(fault.type) + "/" + std::string(fault.code) + "/" + fault.param,
            GetParam().expected);
}

std::string envelope(std::string_view type, std::string_view message) {
  return messages_error(type, message);
}

INSTANTIATE_TEST_SUITE_P(
    Replies, OpenAiFaults,
    testing::Values(
        FaultCase{"Bad", 400, envelope("invalid_request_error", "tools.0.name: need 1"), 400,
                  "invalid_request_error//tools.0.name"},
        FaultCase{"NoField", 400, envelope("invalid_request_error", "It is so: no"), 400,
                  "invalid_request_error//"},
        FaultCase{"TooLong", 400,
                  envelope("invalid_request_error", "prompt is too long: 9 tokens > 5 maximum"),
                  400, "invalid_request_error/context_length_exceeded/"},
        FaultCase{"Previous", 400,
                  envelope("invalid_request_error", "previous_response_id: no state"), 400,
                  "invalid_request_error/previous_response_not_found/previous_response_id"},
        FaultCase{"Key", 401, envelope("authentication_error", "no"), 401,
                  "authentication_error/invalid_api_key/"},
        FaultCase{"Billing", 402, envelope("billing_error", "no"), 429,
                  "insufficient_quota/insufficient_quota/"},
        FaultCase{
            "SpendLimit", 429,
            R"({"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}})",
            429, "insufficient_quota/insufficient_quota/"},
        FaultCase{"Model", 404, envelope("not_found_error", "model: x"), 404,
                  "invalid_request_error/model_not_found/"},
        FaultCase{"Path", 404, envelope("not_found_error", "no such path: /v1/models/x/y"), 404,
                  "invalid_request_error/unknown_url/"},
        FaultCase{"Method", 405, envelope("invalid_request_error", "expected POST"), 405,
                  "invalid_request_error/method_not_supported/"},
        FaultCase{"Rate", 429, envelope("rate_limit_error", "m"), 429,
                  "rate_limit_error/rate_limit_exceeded/"},
        FaultCase{"Overloaded", 529, envelope("overloaded_error", "m"), 503,
                  "server_error/overloaded/"},
        FaultCase{"InAStream", 0, envelope("overloaded_error", "m"), 503,
                  "server_error/overloaded/"},
        FaultCase{"UnknownInAStream", 0, envelope("new_error", "m"), 500, "server_error//"},
        FaultCase{"Gateway", 502, "<html>", 502, "server_error//"},
        FaultCase{"Timeout", 504, envelope("timeout_error", "m"), 504, "server_error/timeout/"}),
    [](const auto& tested) { return tested.param.name; });

TEST(OpenAiErrorBody, HasAllFourFields) {
  EXPECT_EQ(
      openai_error_body(openai_fault(400, envelope("invalid_request_error", "n: need \"1\""))),
      R"({"error":{"message":"n: need \"1\"","type":"invalid_request_error","param":"n","code":"unsupported_value"}})");
  EXPECT_EQ(
      openai_error_body(openai_fault(502, "")),
      R"({"error":{"message":"the upstream answered 502 without a reason","type":"server_error","param":null,"code":null}})");
}

TEST(ClientToolId, GoesThereAndBack) {
  for (const std::string id : {"call_1", "toolu_01A", "functions.Bash:0", "\xff\n", "a/b+c",
                               "toolu_b64_YQ", "toolu_b64_!", "toolu_b64_"}) {
    const std::string there = messages_tool_id(id);
    EXPECT_EQ(
        there.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
        std::string::npos)
        << there;
    EXPECT_EQ(client_tool_id(there), id);
  }
}

}  // namespace
}  // namespace rlm::dialect
