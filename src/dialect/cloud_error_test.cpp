#include "dialect/cloud_error.hpp"

#include <gtest/gtest.h>

namespace rlm::dialect {
namespace {

constexpr std::string_view kEnvelope =
    R"({"type":"error","error":{"type":"invalid_request_error","message":"thinking: no"},"x":1.0})";

CloudError read(int status, std::string_view body, std::string_view error_type = {}) {
  wire::JsonIndex index;
  Headers headers;
  if (!error_type.empty()) headers.add("x-amzn-errortype", error_type);
  return read_cloud_error(status, headers, body, index);
}

TEST(CloudError, PassesAnthropicsEnvelopeUntouched) {
  const CloudError error = read(400, kEnvelope);
  EXPECT_EQ(error.status, 400);
  EXPECT_EQ(error.body, kEnvelope);
  EXPECT_EQ(error.detail, "");
}

struct Case {
  const char* name;
  int status;
  const char* body;
  const char* header;
  int wanted;
  const char* type;
  const char* message;  // part of it
  const char* detail;
};

const Case kCases[] = {
    {"Google's quota", 429,
     R"({"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}})", "", 429,
     "rate_limit_error", "Quota exceeded", ""},
    {"wrapped in an array", 503,
     R"([{"error":{"code":503,"message":"Try later","status":"UNAVAILABLE"}}])", "", 529,
     "overloaded_error", "Try later", ""},
    {"Google's deadline", 504,
     R"({"error":{"code":504,"message":"Late","status":"DEADLINE_EXCEEDED"}})", "", 504,
     "timeout_error", "Late", ""},
    {"a project that may not", 403,
     R"({"error":{"code":403,"message":"Denied on projects/p-1","status":"PERMISSION_DENIED"}})",
     "", 403, "permission_error", "ask the gateway's operator",
     "PERMISSION_DENIED: Denied on projects/p-1"},
    {"an expired token", 401, R"({"error":{"code":401,"message":"m","status":"UNAUTHENTICATED"}})",
     "", 401, "authentication_error", "credential", "UNAUTHENTICATED: m"},
    {"a model of another region", 404,
     R"({"error":{"code":404,"message":"Publisher Model x","status":"NOT_FOUND"}})", "", 404,
     "not_found_error", "no such model", "NOT_FOUND: Publisher Model x"},
    {"AWS's throttling", 429, R"({"message":"Too many requests"})", "ThrottlingException:http://x/",
     429, "rate_limit_error", "Too many requests", ""},
    {"AWS's name in the body", 400,
     R"({"__type":"com.amazon.coral#ValidationException","Message":"bad"})", "", 400,
     "invalid_request_error", "bad", ""},
    {"a user without permission", 403,
     R"({"Message":"User: arn:aws:iam::1:user/x is not authorized"})", "AccessDeniedException", 403,
     "permission_error", "ask the gateway's operator",
     "AccessDeniedException: User: arn:aws:iam::1:user/x is not authorized"},
    {"a model that loads", 429, R"({"message":"wait"})", "ModelNotReadyException", 529,
     "overloaded_error", "wait", ""},
    {"a model that was slow", 408, R"({"message":"slow"})", "ModelTimeoutException", 504,
     "timeout_error", "slow", ""},
    {"a model that failed", 424, R"({"message":"failed"})", "ModelErrorException", 500, "api_error",
     "failed", ""},
    {"Bedrock's full context", 400, R"({"message":"Input is too long for requested model."})",
     "ValidationException", 400, "invalid_request_error",
     "prompt is too long: Input is too long for requested model.", ""},
    {"Azure's deployment", 404, R"({"error":{"code":"DeploymentNotFound","message":"no d"}})", "",
     404, "not_found_error", "no such model", "DeploymentNotFound: no d"},
    {"Azure's filter", 400, R"({"error":{"code":"content_filter","message":"filtered"}})", "", 400,
     "invalid_request_error", "filtered", ""},
    {"a page", 502, "<html>Bad Gateway</html>", "", 502, "api_error", "answered 502", ""},
    {"nothing", 500, "", "", 500, "api_error", "answered 500", ""},
    {"a list of nothing", 500, "[]", "", 500, "api_error", "answered 500", ""},
};

TEST(CloudError, SpeaksAsAnthropicsApiWould) {
  for (const Case& one : kCases) {
    const CloudError error = read(one.status, one.body, one.header);
    EXPECT_EQ(error.status, one.wanted) << one.name;
    EXPECT_NE(error.body.find(std::string(R"({"type":"error","error":{"type":")") + one.type + '"'),
              std::string::npos)
        << one.name << ": " << error.body;
    EXPECT_NE(error.body.find(one.message), std::string::npos) << one.name << ": " << error.body;
    EXPECT_EQ(error.detail, one.detail) << one.name;
  }
}

TEST(CloudError, TellsClientsNoAccountsAndProjects) {
  for (const Case& one : kCases) {
    const std::string body = read(one.status, one.body, one.header).body;
    EXPECT_EQ(body.find("arn:"), std::string::npos);
    EXPECT_EQ(body.find("projects/"), std::string::npos);
  }
}

TEST(CloudError, TheLogHasTheFirstWordsOfTheCloudAlone) {
  EXPECT_EQ(first_words("The signature does not match.\n\nThe Canonical String for this request "
                        "should have been\n'POST\nx-amz-security-token:t0ken'"),
            "The signature does not match.");
  EXPECT_EQ(first_words("a\tb"), "a b");
  EXPECT_EQ(first_words(std::string(1000, 'w')), std::string(300, 'w'));
  EXPECT_EQ(first_words(""), "");
}

}  // namespace
}  // namespace rlm::dialect
