#include "draft/make_draft.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"
#include "tests/support/scripted_model.hpp"

namespace rlm::draft {
namespace {

using test::ScriptedCall;
using test::ScriptedModel;

struct Drafting {
  explicit Drafting(std::vector<ScriptedCall> calls) : model(std::move(calls)) {
    model.settings().retry.retries_max = 0;
  }
  tl::expected<Draft, NoDraft> run() {
    request.facts.max_tokens = 1000;
    return test::run_task(worker, make_draft(model, request, "{}", log, stop, index));
  }
  const CallRecord& call() const { return log.calls().at(0); }

  net::Worker worker;
  ScriptedModel model;
  Request request;
  FakeClock clock;
  upstream::CallLog log{clock, clock.steady()};
  net::StopSource stop;
  wire::JsonIndex index;
};

ScriptedCall stream(std::string bytes) {
  ScriptedCall call;
  call.pieces = {std::move(bytes)};
  return call;
}

TEST(MakeDraft, CollectsAnAnswerAndItsUsage) {
  Drafting d({stream(test::text_stream("a good draft"))});
  const auto draft = d.run();
  ASSERT_TRUE(draft) << draft.error().cause;
  EXPECT_EQ(draft->answer.text(), "a good draft");
  EXPECT_EQ(draft->usage.output, 5);
  EXPECT_EQ(d.call().role, CallRole::Draft);
  EXPECT_EQ(d.call().end, CallEnd::Complete);
  EXPECT_EQ(d.call().model, "scripted-1");
  EXPECT_EQ(d.model.log().bodies.at(0), "{}");
}

struct FailureCase {
  std::string name;
  ScriptedCall call;
  std::string cause;
  CallEnd end;
};

FailureCase broken(std::string name, ErrorKind kind, std::string cause,
                   CallEnd end = CallEnd::Failed) {
  ScriptedCall call = stream(test::start_event());
  call.failure = Error(kind, Source::Upstream, "broken");
  return {std::move(name), std::move(call), std::move(cause), end};
}

FailureCase refused(std::string name, ErrorKind kind, std::string cause) {
  ScriptedCall call;
  call.refusal = Error(kind, Source::Upstream, "refused");
  return {std::move(name), std::move(call), std::move(cause), CallEnd::Failed};
}

FailureCase status(int code) {
  ScriptedCall call = stream("{}");
  call.status = code;
  return {"Status" + std::to_string(code), std::move(call), "draft_status_" + std::to_string(code),
          CallEnd::Failed};
}

class NoDrafts : public testing::TestWithParam<FailureCase> {};

TEST_P(NoDrafts, HaveACauseAndAnEndedEntry) {
  Drafting d({GetParam().call});
  const auto draft = d.run();
  ASSERT_FALSE(draft);
  EXPECT_EQ(draft.error().cause, GetParam().cause);
  EXPECT_EQ(d.call().end, GetParam().end);
  const bool gone = GetParam().end == CallEnd::Cancelled;
  EXPECT_EQ(draft.error().error.source, gone ? Source::Client : Source::Draft);
}

INSTANTIATE_TEST_SUITE_P(
    MakeDraft, NoDrafts,
    testing::Values(
        broken("ATimeout", ErrorKind::Timeout, "draft_timeout"),
        broken("ABreak", ErrorKind::Protocol, "draft_protocol"),
        broken("AClientThatLeaves", ErrorKind::Cancelled, "draft_cancelled", CallEnd::Cancelled),
        refused("NoConnection", ErrorKind::Unreachable, "draft_unreachable"),
        refused("NoHead", ErrorKind::Timeout, "draft_timeout"), status(429), status(500),
        status(529),
        FailureCase{"NoJson", stream(test::start_event() + "data: {\"type\":\"cont\n\n"),
                    "draft_protocol", CallEnd::Failed},
        FailureCase{
            "ABlockTwice",
            stream(test::start_event() + test::block_start_event(0) + test::block_start_event(0)),
            "draft_protocol", CallEnd::Failed},
        FailureCase{"NothingSaid", stream(test::text_stream("  ")), "draft_refused:empty",
                    CallEnd::Complete},
        FailureCase{"ARefusal",
                    stream(test::text_stream("I'm sorry, but I can't help with that request.")),
                    "draft_refused:refusal", CallEnd::Complete},
        FailureCase{
            "NoEnd",
            stream(test::start_event() + test::block_start_event(0) + test::text_event(0, "x")),
            "draft_refused:incomplete", CallEnd::Failed}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace rlm::draft
