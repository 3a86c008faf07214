// Each fault, as a client sees it, and what it costs.

#include "sim/fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "sim/test_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

Reply with_fault(std::string_view text) {
  auto parsed = parse_fault(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  Reply reply =
      Reply::of_text("This answer is long enough to be cut somewhere in the middle of it.");
  reply.fault = parsed->fault;
  return reply;
}

Got ask_with_fault(const SimulatedModel& model, std::string_view fault, bool stream = true) {
  const_cast<SimulatedModel&>(model).script(with_fault(fault));
  return ask(model, user_body("x", stream));
}

TEST(Fault, StatusesComeInTheProvidersShapeWithTheirHeaders) {
  const auto model = running();
  const Got limited = ask_with_fault(*model, "429@7");
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.header("retry-after"), "7");
  EXPECT_EQ(string_at(limited.body, "error.type"), "rate_limit_error");
  EXPECT_EQ(string_at(ask_with_fault(*model, "529").body, "error.type"), "overloaded_error");
  const Got failed = ask_with_fault(*model, "500");
  EXPECT_EQ(string_at(failed.body, "error.type"), "api_error");
  EXPECT_EQ(failed.header("retry-after"), "");
  EXPECT_EQ(model->bill().count, 0u);
}

TEST(Fault, AScriptedStatusMayHaveItsOwnBody) {
  const auto model = running();
  Reply reply;
  reply.fault = status_fault(400);
  reply.fault.body = R"({"type":"error","error":{"type":"invalid_request_error","message":"odd"}})";
  model->script(reply);
  EXPECT_EQ(ask(*model, user_body("x")).body, reply.fault.body);
}

// A client that would wait for ever is cut by the model's end.
TEST(Fault, AStalledHeadLastsUntilTheModelGoes) {
  auto model = running();
  model->script(with_fault("stall_head"));
  Ask request;
  request.body = user_body("x");
  std::thread ending([&model] {
    while (model->requests().empty()) std::this_thread::yield();
    model.reset();
  });
  const Got got = ask(*model, request);
  ending.join();
  EXPECT_TRUE(got.failure.has_value());
  EXPECT_EQ(got.status, 0);
}

TEST(Fault, ASlowHeadStillAnswers) {
  const auto model = running();
  const Got got = ask_with_fault(*model, "slow_head@5");
  EXPECT_EQ(got.status, 200);
  EXPECT_THAT(got.body, HasSubstr("message_stop"));
}

TEST(Fault, AStallSendsTheBytesBeforeIt) {
  const auto model = running();
  model->script(with_fault("stall@700"));
  Ask request;
  request.body = user_body("x", true);
  request.leave_after = 700;
  const Got got = ask(*model, request);
  EXPECT_EQ(got.body.size(), 700u);
  ASSERT_TRUE(model->wait_finished(1));
  EXPECT_TRUE(model->requests()[0].client_left);
  EXPECT_EQ(model->bill().calls.at(0).end, CallEnd::Faulted);
}

TEST(Fault, AResetIsAnErrorAtTheByte) {
  const auto model = running();
  const Got got = ask_with_fault(*model, "reset@300");
  EXPECT_EQ(got.status, 200);
  EXPECT_TRUE(got.failure.has_value());
  EXPECT_LE(got.body.size(), 300u);
  ASSERT_TRUE(model->wait_finished(1));
  EXPECT_EQ(model->bill().calls.at(0).end, CallEnd::Faulted);
  const Got early = ask_with_fault(*model, "reset@0");
  EXPECT_EQ(early.status, 0);
  EXPECT_TRUE(early.failure.has_value());
}

TEST(Fault, ACutEndsCleanlyWithoutMessageStop) {
  const auto model = running();
  const Got got = ask_with_fault(*model, "cut");
  EXPECT_FALSE(got.failure.has_value());
  EXPECT_THAT(got.body, HasSubstr("event: message_delta"));
  EXPECT_THAT(got.body, Not(HasSubstr("message_stop")));
  const Got at_byte = ask_with_fault(*model, "cut@333");
  EXPECT_FALSE(at_byte.failure.has_value());
  EXPECT_EQ(at_byte.body.size(), 333u);
  const Got whole = ask_with_fault(*model, "cut@40", false);
  EXPECT_FALSE(whole.failure.has_value());
  EXPECT_EQ(whole.body.size(), 40u);
}

TEST(Fault, AMalformedEventBreaksOneEventOnly) {
  const auto model = running();
  const Got got = ask_with_fault(*model, "malformed");
  int broken = 0;
  for (const Event& event : events_of(got.body)) {
    wire::JsonIndex index;
    if (!index.parse(event.data)) ++broken;
  }
  EXPECT_EQ(broken, 1);
  EXPECT_THAT(got.body, HasSubstr("message_stop"));
}

TEST(Fault, AnErrorEventComesFirstOrAfterContent) {
  const auto model = running();
  const Got first = ask_with_fault(*model, "error_first");
  EXPECT_EQ(first.status, 200);
  ASSERT_EQ(events_of(first.body).size(), 1u);
  EXPECT_EQ(string_at(events_of(first.body)[0].data, "error.type"), "overloaded_error");
  EXPECT_EQ(model->bill().count, 0u);
  const Got later = ask_with_fault(*model, "error_later");
  EXPECT_THAT(later.body, HasSubstr("text_delta"));
  EXPECT_EQ(events_of(later.body).back().name, "error");
  EXPECT_THAT(later.body, Not(HasSubstr("message_stop")));
  EXPECT_EQ(ask_with_fault(*model, "error_first", false).status, 529);
}

TEST(Fault, UsageCanBeMissing) {
  const auto model = running();
  for (const bool stream : {true, false})
    EXPECT_THAT(ask_with_fault(*model, "no_usage", stream).body, Not(HasSubstr("usage")));
  EXPECT_EQ(model->bill().count, 2u);
}

TEST(Fault, RawFramesAreSentAsTheyAre) {
  const auto model = running();
  const std::string frames = "event: message_start\r\ndata: {}\r\n\r\n: comment\n\n";
  model->script(Reply::of_raw_sse(frames));
  EXPECT_EQ(ask(*model, user_body("x", true)).body, frames);
}

TEST(Fault, ProbabilitiesAreDrawnPerRepetitionSoThatARetryMaySucceed) {
  SimConfig config;
  config.faults = {FaultChance{status_fault(529, 1), 0.5}};
  const auto model = running(config);
  const auto other = running(config);
  int failed = 0;
  for (int i = 0; i < 40; ++i) {
    const int status = ask(*model, user_body("same body")).status;
    EXPECT_EQ(ask(*other, user_body("same body")).status, status);
    failed += status == 529 ? 1 : 0;
  }
  EXPECT_GT(failed, 8);
  EXPECT_LT(failed, 32);
}

struct ParseCase {
  const char* name;
  const char* text;
  const char* complaint;
};

class BadFault : public testing::TestWithParam<ParseCase> {};

TEST_P(BadFault, IsRefusedWithAReason) {
  const auto parsed = parse_fault(GetParam().text);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_THAT(parsed.error().message, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(Fault, BadFault,
                         testing::Values(ParseCase{"Unknown", "explode", "unknown"},
                                         ParseCase{"Probability", "429:1.5", "probability"},
                                         ParseCase{"EmptyProbability", "429:", "probability"},
                                         ParseCase{"Status", "200", "400 to 599"},
                                         ParseCase{"NoNumber", "reset", "needs a number"},
                                         ParseCase{"BadNumber", "reset@x", "number after @"}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace rlm::sim
