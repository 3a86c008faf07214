// AWS's own test suite for Signature Version 4 (aws-sig-v4-test-suite, in the AWS general reference
// of 2015-08-30), and what Bedrock adds to it.
#include "credential/aws_signature.hpp"

#include <gtest/gtest.h>

namespace rlm::credential {
namespace {

constexpr std::string_view kDate = "20150830T123600Z";
constexpr UnixMs kNow{1'440'938'160'000};
const std::string kSessionToken =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfI"
    "eoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0"
    "wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"
    "scqKmlzm8FDrypN"
    "C9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

AwsKeys suite_keys() {
  return {"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), {}};
}

struct SuiteCase {
  const char* name;
  const char* method;
  const char* target;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  const char* body;
  const char* signed_headers;
  const char* signature;
};

const SuiteCase kSuite[] = {
    {"get-vanilla",
     "GET",
     "/",
     {},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-unreserved",
     "GET",
     "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
     {},
     "",
     "host;x-amz-date",
     "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8",
     "GET",
     "/\xE1\x88\xB4",
     {},
     "",
     "host;x-amz-date",
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-space",
     "GET",
     "/example space/",
     {},
     "",
     "host;x-amz-date",
     "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-slashes",
     "GET",
     "//example//",
     {},
     "",
     "host;x-amz-date",
     "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "/?Param2=value2&Param1=value1",
     {},
     "",
     "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-header-key-duplicate",
     "GET",
     "/",
     {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
     "",
     "host;my-header1;x-amz-date",
     "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-trim",
     "GET",
     "/",
     {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
     "",
     "host;my-header1;my-header2;x-amz-date",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"post-vanilla",
     "POST",
     "/",
     {},
     "",
     "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-header-key-sort",
     "POST",
     "/",
     {{"My-Header1", "value1"}},
     "",
     "host;my-header1;x-amz-date",
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-x-www-form-urlencoded",
     "POST",
     "/",
     {{"Content-Type", "application/x-www-form-urlencoded"}},
     "Param1=value1",
     "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"post-sts-header-before",
     "POST",
     "/",
     {{"X-Amz-Security-Token", kSessionToken}},
     "",
     "host;x-amz-date;x-amz-security-token",
     "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
};

TEST(AwsSignature, AgreesWithTheSuiteOfAws) {
  for (const SuiteCase& one : kSuite) {
    const std::string_view body[] = {one.body};
    const RequestToSign request{one.method, "example.amazonaws.com", one.target, body};
    Headers headers;
    for (const auto& [name, value] : one.headers) headers.add(name, value);
    headers.add("X-Amz-Date", kDate);
    EXPECT_EQ(aws_authorization(request, headers, body_sha256(body), suite_keys(),
                                {"us-east-1", "service"}, kDate),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
              "SignedHeaders=" +
                  std::string(one.signed_headers) + ", Signature=" + one.signature)
        << one.name;
  }
}

std::string canonical(std::string_view target, const Headers& headers = {}) {
  std::string names;
  const RequestToSign request{"POST", "h", target, {}};
  return canonical_request(request, headers, "HASH", names);
}

TEST(AwsSignature, EncodesThePathOfAModelIdASecondTime) {
  EXPECT_EQ(canonical("/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke"),
            "POST\n/model/us.anthropic.claude-sonnet-4-5-20250929-v1%253A0/invoke\n\nhost:h\n\n"
            "host\nHASH");
}

TEST(AwsSignature, OfACallToBedrockIsThatOfTheSdk) {
  // By @smithy/signature-v4 5.7.5 for the same call.
  const std::string_view body[] = {R"({"max_tokens":1})"};
  const RequestToSign request{
      "POST", "bedrock-runtime.us-east-1.amazonaws.com",
      "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke?b=2&a=%2Fx%20y", body};
  AwsKeys keys = suite_keys();
  keys.session_token = Secret("tok/en+==");
  Headers headers{{"content-type", "application/json"},
                  {"accept", " a   b "},
                  {"User-Agent", "u"},
                  {"x-stainless-lang", "js"}};
  sign_for_aws(request, keys, {"us-east-1", "bedrock"}, UnixMs{1'790'000'000'000}, headers);
  const std::string_view authorization = headers.find("authorization");
  EXPECT_EQ(authorization.substr(authorization.find("SignedHeaders=")),
            "SignedHeaders=accept;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-"
            "token;x-stainless-lang, "
            "Signature=11652fa6ebcb01db8499a9da162781e6e1464b0f221f1e3a1d61e0c0e0d3f40c");
}

TEST(AwsSignature, NormalisesPathAndQuery) {
  const auto second_and_third_line = [](std::string_view target) {
    const std::string text = canonical(target);
    return text.substr(5, text.find("\nhost:") - 5);
  };
  EXPECT_EQ(second_and_third_line("/"), "/\n");
  EXPECT_EQ(second_and_third_line("/a/./b/../c"), "/a/c\n");
  EXPECT_EQ(second_and_third_line("/a/.."), "/\n");
  EXPECT_EQ(second_and_third_line("/../.."), "/\n");
  EXPECT_EQ(second_and_third_line("/x?b=2&a=%2F&a=&c"), "/x\na=&a=%2F&b=2&c=");
  EXPECT_EQ(second_and_third_line("/x?a=%zz&b=%4"), "/x\na=%25zz&b=%254");
}

TEST(AwsSignature, LeavesOutWhatAProxyOnTheWayMayChange) {
  const Headers headers{{"User-Agent", "a"},        {"authorization", "b"}, {"Proxy-Thing", "c"},
                        {"sec-fetch-mode", "d"},    {"traceparent", "e"},   {"Connection", "f"},
                        {"anthropic-version", "g"}, {"Host", "other"}};
  EXPECT_EQ(canonical("/", headers),
            "POST\n/\n\nanthropic-version:g\nhost:h\n\nanthropic-version;host\nHASH");
}

TEST(AwsSignature, AddsAllHeadersThatARequestNeeds) {
  const std::string_view body[] = {"{\"a\"", ":1}"};
  const RequestToSign request{"POST", "bedrock-runtime.us-east-1.amazonaws.com", "/model/m/invoke",
                              body};
  AwsKeys keys = suite_keys();
  keys.session_token = Secret("token");
  Headers headers{{"content-type", "application/json"}};
  sign_for_aws(request, keys, {"us-east-1", "bedrock"}, kNow, headers);
  EXPECT_EQ(headers.find("x-amz-date"), kDate);
  EXPECT_EQ(headers.find("x-amz-security-token"), "token");
  const std::string_view whole[] = {"{\"a\":1}"};
  EXPECT_EQ(headers.find("x-amz-content-sha256"), body_sha256(whole));
  const std::string authorization(headers.find("authorization"));
  EXPECT_NE(authorization.find(
                "Credential=AKIDEXAMPLE/20150830/us-east-1/bedrock/aws4_request, SignedHeaders="
                "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"),
            std::string::npos);
  EXPECT_EQ(headers.size(), 5u);
}

}  // namespace
}  // namespace rlm::credential
