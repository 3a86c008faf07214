#pragma once
// Records for the tests of store/ and account/.

#include <gtest/gtest.h>

#include <string>

#include "domain/exchange_record.hpp"

namespace rlm::store {

inline std::string record_id(int number) {
  const std::string digits = std::to_string(number);
  return "exc_" + std::string(26 - digits.size(), '0') + digits;
}

/// A record with every field set, each differently.
inline ExchangeRecord full_record(int number) {
  ExchangeRecord r;
  r.id = record_id(number);
  r.started = {1'790'000'000'000 + number};
  r.session = "session-1";
  r.agent = "agent-2";
  r.asked_model = "claude-opus-4-8";
  r.answered_model = "fast";
  r.cascade = "coding";
  r.plan = Plan::DraftVerify;
  r.verdict = Verdict::Enhanced;
  r.reason = "simple,draft_timeout";
  r.status = 529;
  r.error_type = "overloaded_error";
  r.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  r.streamed = true;
  r.client_left = true;
  r.first_byte_ms = 1;
  r.duration_ms = 2;
  r.request_bytes = 3;
  r.response_bytes = 5'000'000'000;
  CallRecord draft;
  draft.role = CallRole::Draft;
  draft.end = CallEnd::Cancelled;
  draft.endpoint = "fast";
  draft.model = "sim-draft";
  draft.status = 200;
  draft.attempt = 2;
  draft.error = "Timeout";
  draft.usage = {.input = 1,
                 .cache_write_5m = 2,
                 .cache_write_1h = 3,
                 .cache_read = 4,
                 .output = 5,
                 .reported = true};
  draft.price_version = "2026-01-01";
  draft.cost = {123'456'789'012};
  draft.started_ms = 7;
  draft.first_byte_ms = -1;
  draft.duration_ms = 9;
  CallRecord verify;
  verify.role = CallRole::Verify;
  verify.end = CallEnd::Complete;
  verify.endpoint = "big";
  r.calls = {draft, verify};
  r.cost = {1'000'000'000'000 + number};
  r.baseline = {-5};
  r.seen = {.input = 10,
            .cache_write_5m = 20,
            .cache_write_1h = 30,
            .cache_read = 40,
            .output = 50,
            .reported = true};
  r.occasion = Occasion::Shadow;
  r.follows = record_id(number + 1);
  r.sampled_ppm = 100'000;
  r.judgement = Judgement::Different;
  r.weighed = R"([{"plan":"direct","price_nano":1}])";
  r.kind = "chat/complex";
  r.would_cost = {6};
  r.would_baseline = {7};
  r.class_name = "ask/simple/write/deepseek/coding";
  r.failed_draft = "exc_0";
  return r;
}

/// The same of a client's own exchange.
inline ExchangeRecord client_record(int number) {
  ExchangeRecord r = full_record(number);
  r.occasion = Occasion::Client;
  return r;
}

inline void expect_same(const CallRecord& a, const CallRecord& b) {
  EXPECT_EQ(a.role, b.role);
  EXPECT_EQ(a.end, b.end);
  EXPECT_EQ(a.endpoint, b.endpoint);
  EXPECT_EQ(a.model, b.model);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.attempt, b.attempt);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.usage, b.usage);
  EXPECT_EQ(a.price_version, b.price_version);
  EXPECT_EQ(a.cost, b.cost);
  EXPECT_EQ(a.started_ms, b.started_ms);
  EXPECT_EQ(a.first_byte_ms, b.first_byte_ms);
  EXPECT_EQ(a.duration_ms, b.duration_ms);
}

inline void expect_same(const ExchangeRecord& a, const ExchangeRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.started, b.started);
  EXPECT_EQ(a.session, b.session);
  EXPECT_EQ(a.agent, b.agent);
  EXPECT_EQ(a.asked_model, b.asked_model);
  EXPECT_EQ(a.answered_model, b.answered_model);
  EXPECT_EQ(a.cascade, b.cascade);
  EXPECT_EQ(a.plan, b.plan);
  EXPECT_EQ(a.verdict, b.verdict);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.error_type, b.error_type);
  EXPECT_EQ(a.traceparent, b.traceparent);
  EXPECT_EQ(a.streamed, b.streamed);
  EXPECT_EQ(a.client_left, b.client_left);
  EXPECT_EQ(a.first_byte_ms, b.first_byte_ms);
  EXPECT_EQ(a.duration_ms, b.duration_ms);
  EXPECT_EQ(a.request_bytes, b.request_bytes);
  EXPECT_EQ(a.response_bytes, b.response_bytes);
  EXPECT_EQ(a.cost, b.cost);
  EXPECT_EQ(a.baseline, b.baseline);
  EXPECT_EQ(a.seen, b.seen);
  EXPECT_EQ(a.occasion, b.occasion);
  EXPECT_EQ(a.follows, b.follows);
  EXPECT_EQ(a.sampled_ppm, b.sampled_ppm);
  EXPECT_EQ(a.judgement, b.judgement);
  EXPECT_EQ(a.weighed, b.weighed);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.class_name, b.class_name);
  EXPECT_EQ(a.failed_draft, b.failed_draft);
  EXPECT_EQ(a.would_cost, b.would_cost);
  EXPECT_EQ(a.would_baseline, b.would_baseline);
  ASSERT_EQ(a.calls.size(), b.calls.size());
  for (std::size_t i = 0; i < a.calls.size(); ++i) expect_same(a.calls[i], b.calls[i]);
}

}  // namespace rlm::store
