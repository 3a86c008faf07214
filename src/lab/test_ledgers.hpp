#pragma once
// Small made-up ledgers for tests: one cascade, text requests, every try with a known outcome.

#include <string>

#include "exchange/cascade.hpp"
#include "lab/ledger_history.hpp"
#include "money/price_table.hpp"

namespace rlm::lab {

inline std::shared_ptr<const money::PriceTable> test_prices() {
  auto table = money::PriceTable::parse(R"([
    {"match": "cheap-1", "valid_from": "2026-01-01", "input": 1, "cache_write_5m": 1,
     "cache_write_1h": 1, "cache_read": 0.1, "output": 2, "source": "test"},
    {"match": "dear-1", "valid_from": "2026-01-01", "input": 10, "cache_write_5m": 10,
     "cache_write_1h": 10, "cache_read": 1, "output": 50, "source": "test"}])");
  return std::make_shared<const money::PriceTable>(std::move(*table));
}

/// Endpoints "cheap" and "dear", and a cascade over all names between them.
inline exchange::RoutingTable test_table(route::RoutePolicy::Preset preset) {
  exchange::RoutingTable table;
  for (const char* name : {"cheap", "dear"}) {
    upstream::EndpointConfig endpoint;
    endpoint.name = name;
    endpoint.model = std::string(name) + "-1";
    table.endpoints.push_back(endpoint);
  }
  exchange::Cascade cascade;
  cascade.name = "one";
  cascade.match = {"*"};
  cascade.draft = 0;
  cascade.verify = 1;
  cascade.policy.preset = preset;
  cascade.policy.quality = route::quality_of(preset);
  table.cascades.push_back(cascade);
  return table;
}

inline CallRecord test_call(CallRole role, Tokens input, Tokens output) {
  const bool drafts = role == CallRole::Draft;
  CallRecord call;
  call.role = role;
  call.end = CallEnd::Complete;
  call.endpoint = drafts ? "cheap" : "dear";
  call.model = call.endpoint + "-1";
  call.usage.input = input;
  call.usage.output = output;
  call.usage.reported = true;
  call.cost = {(drafts ? 1'000 : 10'000) * input + (drafts ? 2'000 : 50'000) * output};
  call.duration_ms = drafts ? 1'000 : 4'000;
  return call;
}

inline void close_record(ExchangeRecord& record) {
  record.cost = {};
  for (const CallRecord& call : record.calls) record.cost += call.cost;
}

/// What the planner expected of every text request here.
inline constexpr const char* kTestWeighed =
    R"([{"plan":"direct","price_nano":15000000,"p95_ms":5000},)"
    R"({"plan":"draft_only","price_nano":2000000,"p95_ms":1500},)"
    R"({"plan":"draft_verify","price_nano":18000000,"p95_ms":6000}])";

/// A chat that the verify model answered directly, 1,000 tokens in and `output` out.
inline ExchangeRecord direct_chat(int number, Plan plan, Tokens output = 100) {
  ExchangeRecord record;
  const std::string digits = std::to_string(number);
  record.id = "exc_" + std::string(26 - digits.size(), '0') + digits;
  record.started = {1'780'000'000'000 + 1'000 * number};
  record.asked_model = "some-model";
  record.cascade = "one";
  record.plan = plan;
  record.verdict = Verdict::Direct;
  record.reason = plan == Plan::Shadow ? "shadow" : "cheapest";
  record.kind = "chat/simple";
  record.weighed = kTestWeighed;
  record.calls = {test_call(CallRole::Direct, 1'000, output)};
  close_record(record);
  record.baseline = record.cost;
  record.duration_ms = 4'000;
  return record;
}

/// Its try: the draft would have left unseen and was judged.
inline ExchangeRecord tried_chat(const ExchangeRecord& client, Judgement judgement,
                                 std::int64_t ppm) {
  ExchangeRecord record = client;
  record.id[4] = 'S';
  record.occasion = Occasion::Shadow;
  record.follows = client.id;
  record.plan = Plan::DraftOnly;
  record.verdict = Verdict::Skipped;
  record.reason = "balanced:draft_only,cheapest";
  record.judgement = judgement;
  record.sampled_ppm = ppm;
  record.calls = {test_call(CallRole::Draft, 1'000, client.calls[0].usage.output),
                  test_call(CallRole::Verify, 1'300, 6)};
  for (CallRecord& call : record.calls) call.role = CallRole::Shadow;
  close_record(record);
  record.baseline = {};
  return record;
}

}  // namespace rlm::lab
