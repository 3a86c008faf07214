#include "wire/anthropic_error.hpp"

#include <gtest/gtest.h>

namespace rlm::wire {
namespace {

Error error_of(ErrorKind kind, Source source = Source::Client) {
  Error error;
  error.kind = kind;
  error.source = source;
  error.message = "what \"went\" wrong";
  return error;
}

Error upstream_error(int status, std::string body) {
  Error error = error_of(ErrorKind::UpstreamStatus, Source::Upstream);
  error.status = status;
  error.body = std::move(body);
  return error;
}

struct KindCase {
  ErrorKind kind;
  int status;
  const char* type;
  bool retry;
};

TEST(AnthropicErrors, EachKindHasItsStatusTypeAndRetryHint) {
  for (const auto& [kind, status, type, retry] : std::initializer_list<KindCase>{
           {ErrorKind::BadRequest, 400, "invalid_request_error", false},
           {ErrorKind::Unauthorized, 401, "authentication_error", false},
           {ErrorKind::Forbidden, 403, "permission_error", false},
           {ErrorKind::NotFound, 404, "not_found_error", false},
           {ErrorKind::MethodNotAllowed, 405, "invalid_request_error", false},
           {ErrorKind::TooLarge, 413, "request_too_large", false},
           {ErrorKind::RateLimited, 429, "rate_limit_error", true},
           {ErrorKind::Overloaded, 529, "overloaded_error", true},
           {ErrorKind::Timeout, 504, "timeout_error", true},
           {ErrorKind::Unreachable, 502, "api_error", true},
           {ErrorKind::Protocol, 502, "api_error", true},
           {ErrorKind::Cancelled, 499, "api_error", false},
           {ErrorKind::Internal, 500, "api_error", true}}) {
    const Error error =
        error_of(kind, kind == ErrorKind::Timeout ? Source::Upstream : Source::Client);
    EXPECT_EQ(status_of(error), status) << name_of(kind);
    EXPECT_EQ(error_type_of(status), type) << name_of(kind);
    EXPECT_EQ(should_retry(error), retry) << name_of(kind);
  }
}

TEST(AnthropicErrors, TheClientIsNotBlamedForItsUpstream) {
  for (const Source source : {Source::Draft, Source::Verify, Source::Upstream}) {
    EXPECT_EQ(status_of(error_of(ErrorKind::TooLarge, source)), 502);
    EXPECT_EQ(status_of(error_of(ErrorKind::BadRequest, source)), 502);
    EXPECT_EQ(status_of(error_of(ErrorKind::Forbidden, source)), 502);
  }
  EXPECT_EQ(status_of(error_of(ErrorKind::TooLarge, Source::Self)), 413);
  EXPECT_EQ(status_of(error_of(ErrorKind::Timeout, Source::Client)), 408) << "its own silence";
}

TEST(AnthropicErrors, TypesAndStatusesTranslateBothWays) {
  EXPECT_EQ(error_type_of(402), "billing_error");
  EXPECT_EQ(error_type_of(409), "conflict_error");
  EXPECT_EQ(error_type_of(418), "invalid_request_error");
  EXPECT_EQ(error_type_of(503), "api_error");
  EXPECT_EQ(status_of_type("overloaded_error"), 529);
  EXPECT_EQ(status_of_type("rate_limit_error"), 429);
  EXPECT_EQ(status_of_type("api_error"), 500);
  EXPECT_EQ(status_of_type("new_error"), 500);
}

TEST(AnthropicErrors, HaveTheProvidersBody) {
  EXPECT_EQ(
      error_body(error_of(ErrorKind::NotFound), "req_1"),
      R"({"type":"error","error":{"type":"not_found_error","message":"what \"went\" wrong"},"request_id":"req_1"})");
  EXPECT_EQ(
      error_body(error_of(ErrorKind::NotFound), ""),
      R"({"type":"error","error":{"type":"not_found_error","message":"what \"went\" wrong"}})");
  EXPECT_EQ(error_event(error_of(ErrorKind::Timeout, Source::Upstream), ""),
            "event: error\ndata: "
            "{\"type\":\"error\",\"error\":{\"type\":\"timeout_error\",\"message\":\"what "
            "\\\"went\\\" wrong\"}}\n\n");
}

TEST(AnthropicErrors, AnUpstreamsBodyIsPassedOnUntouched) {
  const std::string body =
      R"( {"type":"error", "error":{"type":"invalid_request_error","message":"prompt is too long"}} )";
  EXPECT_EQ(error_body(upstream_error(400, body), "req_1"), body);
  EXPECT_EQ(status_of(upstream_error(418, body)), 418);
  EXPECT_EQ(status_of(upstream_error(200, body)), 502);
  EXPECT_EQ(
      error_event(upstream_error(400, body), "req_1"),
      "event: error\ndata: {\"type\":\"error\", "
      "\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long\"}}\n\n");
}

TEST(AnthropicErrors, AnUpstreamsPageIsNoEvent) {
  EXPECT_EQ(error_event(upstream_error(529, "<html>\n\nevent: x"), ""),
            "event: error\ndata: "
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"what "
            "\\\"went\\\" wrong\"}}\n\n");
  EXPECT_EQ(
      error_body(upstream_error(529, ""), ""),
      R"({"type":"error","error":{"type":"overloaded_error","message":"what \"went\" wrong"}})");
}

TEST(AnthropicErrors, AnUpstreamStatusIsRetriedAsTheSdksWould) {
  for (const int status : {408, 409, 429, 500, 503, 529})
    EXPECT_TRUE(should_retry(upstream_error(status, ""))) << status;
  for (const int status : {400, 401, 404, 413})
    EXPECT_FALSE(should_retry(upstream_error(status, ""))) << status;
}

TEST(AnthropicErrors, WhatIsAboutMoneyIsNotTriedAgain) {
  const std::string limit =
      R"({"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}})";
  for (const Error& error : {upstream_error(402, ""), upstream_error(429, limit)}) {
    EXPECT_TRUE(is_about_money(error)) << error.status;
    EXPECT_FALSE(should_retry(error)) << error.status;
  }
  EXPECT_FALSE(is_about_money(upstream_error(429, "")));
  EXPECT_FALSE(is_about_money(upstream_error(500, limit)));
  EXPECT_FALSE(is_about_money(error_of(ErrorKind::RateLimited, Source::Self)));
}

}  // namespace
}  // namespace rlm::wire
