#include "dialect/openai_error.hpp"

#include <gtest/gtest.h>

#include "dialect/canonical_json.hpp"
#include "dialect/quirks.hpp"

namespace rlm::dialect {
namespace {

struct Case {
  int status;
  const char* body;
  int expected;
  const char* type;
  const char* message;  // its beginning
};

TEST(MessagesErrorOf, ReadsEachUpstreamsErrors) {
  const Case cases[] = {
      // OpenAI
      {400, R"({"error":{"message":"bad","type":"invalid_request_error","param":"x","code":null}})",
       400, "invalid_request_error", "bad"},
      {400,
       R"({"error":{"message":"This model's maximum context length is 9 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}})",
       400, "invalid_request_error", "prompt is too long: This model's"},
      {429,
       R"({"error":{"message":"quota","type":"insufficient_quota","code":"insufficient_quota"}})",
       402, "billing_error", "quota"},
      {429, R"({"error":{"message":"slow","type":"tokens","code":"rate_limit_exceeded"}})", 429,
       "rate_limit_error", "slow"},
      {500, R"({"error":{"message":"oh","type":"server_error"}})", 500, "api_error", "oh"},
      {503, R"({"error":{"message":"busy","type":"server_error"}})", 529, "overloaded_error",
       "busy"},
      {409, R"({"error":{"message":"c","code":"conflict"}})", 409, "conflict_error", "c"},
      {504, "", 504, "timeout_error", "the upstream answered 504"},
      // DeepSeek
      {402,
       R"({"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}})",
       402, "billing_error", "Insufficient Balance"},
      {422, R"({"error":{"message":"p","type":"invalid_request_error"}})", 400,
       "invalid_request_error", "p"},
      // OpenRouter
      {429, R"({"error":{"code":429,"message":"free limit","metadata":{}}})", 429,
       "rate_limit_error", "free limit"},
      {502, R"({"error":{"code":502,"message":"provider"}})", 502, "api_error", "provider"},
      {408, R"({"error":{"code":408,"message":"late"}})", 504, "timeout_error", "late"},
      {200, R"({"error":{"code":429,"message":"in the body"}})", 429, "rate_limit_error",
       "in the body"},
      {200, R"({"error":{"message":"in the body"}})", 500, "api_error", "in the body"},
      // llama.cpp
      {503, R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})", 529,
       "overloaded_error", "Loading model"},
      {400,
       R"({"error":{"code":400,"message":"the request exceeds","type":"exceed_context_size_error"}})",
       400, "invalid_request_error", "prompt is too long: the request exceeds"},
      // Foundry
      {400,
       R"({"error":{"code":"content_filter","message":"filtered","innererror":{"content_filter_result":{}}}})",
       400, "invalid_request_error", "filtered"},
      // vLLM, now and before
      {400, R"({"type":"error","error":{"type":"BadRequestError","message":"no tools"}})", 400,
       "invalid_request_error", "no tools"},
      {400,
       R"({"object":"error","message":"This model's maximum context length is 9","type":"BadRequestError","code":400})",
       400, "invalid_request_error", "prompt is too long: This"},
      // Ollama, FastAPI, Responses' event
      {500, R"({"error":"runner died"})", 500, "api_error", "runner died"},
      {400, R"({"detail":"field required"})", 400, "invalid_request_error", "field required"},
      {200, R"({"type":"error","code":"rate_limit_exceeded","message":"r"})", 429,
       "rate_limit_error", "r"},
      // no JSON
      {502, "<html>bad gateway</html>", 502, "api_error", "the upstream answered 502"},
      {429, " slow down\n", 429, "rate_limit_error", "slow down"},
  };
  for (const Case& one : cases) {
    const MessagesError error = messages_error_of(one.status, one.body);
    EXPECT_EQ(error.status, one.expected) << one.body;
    const std::string told = canonical_member(error.body, "error");
    EXPECT_EQ(told.find(R"({"message":")" + std::string(one.message)), 0u) << told;
    EXPECT_NE(told.find(R"("type":")" + std::string(one.type) + "\"}"), told.npos) << told;
    EXPECT_EQ(error.detail, "");
  }
}

TEST(MessagesErrorOf, KeepsKeysAndAccountsForTheOperator) {
  const auto error = messages_error_of(
      401, R"({"error":{"message":"Incorrect API key provided: sk-12","code":"invalid_api_key"}})");
  EXPECT_EQ(error.status, 401);
  EXPECT_EQ(error.body.find("sk-12"), error.body.npos);
  EXPECT_EQ(error.detail, "invalid_api_key: Incorrect API key provided: sk-12");
  const auto missing =
      messages_error_of(404, R"({"error":{"message":"acct","code":"DeploymentNotFound"}})");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.detail, "DeploymentNotFound: acct");
}

TEST(MessagesErrorOf, PassesAnthropicsOwnEnvelope) {
  const std::string body =
      R"({"type":"error","error":{"type":"overloaded_error","message":"m","new":1},"request_id":"r"})";
  const auto error = messages_error_of(529, body);
  EXPECT_EQ(error.status, 529);
  EXPECT_EQ(error.body, body);
}

TEST(QuirksNamed, KnowsItsTableAndNothingElse) {
  for (const char* name : {"openai", "deepseek", "foundry-openai", "openrouter", "ollama", "vllm",
                           "llama.cpp", "openai-compatible"})
    ASSERT_NE(quirks_named(name), nullptr) << name;
  EXPECT_EQ(quirks_named("OpenAI"), nullptr);
  EXPECT_EQ(quirks_named(""), nullptr);
}

}  // namespace
}  // namespace rlm::dialect
