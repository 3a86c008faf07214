#pragma once
// Records that the tests of this folder share.

#include <string>

#include "domain/exchange_record.hpp"

namespace rlm::observe {

inline CallRecord sample_call(CallRole role, std::string endpoint, std::int64_t nanousd) {
  CallRecord call;
  call.role = role;
  call.end = CallEnd::Complete;
  call.endpoint = std::move(endpoint);
  call.model = role == CallRole::Draft ? "deepseek-v4-pro" : "claude-opus-4-8";
  call.status = 200;
  call.usage = {.input = 100,
                .cache_write_5m = 20,
                .cache_write_1h = 5,
                .cache_read = 75,
                .output = 40,
                .reported = true};
  call.price_version = "2026-09-22";
  call.cost = {nanousd};
  call.started_ms = 5;
  call.first_byte_ms = 120;
  call.duration_ms = 900;
  return call;
}

/// An accepted draft: a draft call of $0.001 and a verify call of $0.002 against a baseline of
/// $0.010.
inline ExchangeRecord sample_record(std::string id, Verdict verdict = Verdict::Accepted) {
  ExchangeRecord record;
  record.id = std::move(id);
  record.started = {1'790'000'000'000};
  record.session = "session-1";
  record.asked_model = "claude-opus-4-8";
  record.answered_model = verdict == Verdict::Direct ? "opus" : "deepseek";
  record.cascade = "0";
  record.plan = verdict == Verdict::Direct ? Plan::Direct : Plan::DraftVerify;
  record.verdict = verdict;
  record.reason = "long_prompt";
  record.status = 200;
  record.streamed = true;
  record.first_byte_ms = 1'200;
  record.duration_ms = 2'000;
  record.calls = {sample_call(CallRole::Draft, "deepseek", 1'000'000),
                  sample_call(CallRole::Verify, "opus", 2'000'000)};
  record.cost = {3'000'000};
  record.baseline = {10'000'000};
  record.seen = record.calls[0].usage;
  return record;
}

/// A shadow of exc_1: a draft call of $0.001 that no client waited for.
inline ExchangeRecord sample_shadow(std::string id) {
  ExchangeRecord record = sample_record(std::move(id), Verdict::Skipped);
  record.occasion = Occasion::Shadow;
  record.follows = "exc_1";
  record.sampled_ppm = 100'000;
  record.judgement = Judgement::Accepted;
  record.calls = {sample_call(CallRole::Shadow, "deepseek", 1'000'000)};
  record.cost = {1'000'000};
  record.baseline = {};
  record.would_cost = {1'000'000};
  record.would_baseline = {10'000'000};
  return record;
}

}  // namespace rlm::observe
