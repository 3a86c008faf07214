#include "observe/recent_exchanges.hpp"

#include <algorithm>

namespace rlm::observe {

RecentExchanges::RecentExchanges(RecentConfig config) : config_(std::move(config)) {}

RecentExchanges::UpstreamKey RecentExchanges::key_of(const CallRecord& call) const {
  UpstreamKey key{call.endpoint, call.role};
  if (upstreams_.size() >= kUpstreamsMax && !upstreams_.contains(key)) key.first = "other";
  return key;
}

void RecentExchanges::count(const ExchangeRecord& record) {
  if (since_.value == 0 || record.started < since_) since_ = record.started;
  totals_.add(record);
  series_.add(record.started, record.cost, record.baseline,
              record.occasion == Occasion::Client ? 1 : 0);
  for (const auto& call : record.calls) {
    auto key = key_of(call);
    UpstreamTotals& upstream = upstreams_[key];
    upstream.endpoint = std::move(key.first);
    upstream.role = call.role;
    upstream.model = call.model;
    ++upstream.calls;
    if (call.end == CallEnd::Failed) ++upstream.failed;
    add_usage(upstream.tokens, call.usage);
    upstream.cost += call.cost;
  }
}

void RecentExchanges::add(ExchangeRecord record) {
  auto kept = std::make_shared<const ExchangeRecord>(std::move(record));
  const std::lock_guard lock(mutex_);
  count(*kept);
  ring_.push_back(std::move(kept));
  if (ring_.size() > config_.capacity) ring_.pop_front();
  change_.fetch_add(1, std::memory_order_release);
}

void RecentExchanges::preload(std::vector<ExchangeRecord> newest_first) {
  for (auto record = newest_first.rbegin(); record != newest_first.rend(); ++record)
    add(std::move(*record));
}

std::vector<RecentExchanges::RecordPtr> RecentExchanges::page(std::size_t limit,
                                                              std::string_view before_id) const {
  const std::lock_guard lock(mutex_);
  auto from = ring_.rbegin();
  if (!before_id.empty()) {
    from = std::find_if(ring_.rbegin(), ring_.rend(),
                        [&](const RecordPtr& record) { return record->id == before_id; });
    if (from != ring_.rend()) ++from;
  }
  const auto left = static_cast<std::size_t>(ring_.rend() - from);
  return {from, from + static_cast<std::ptrdiff_t>(std::min(limit, left))};
}

RecentExchanges::RecordPtr RecentExchanges::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(ring_.rbegin(), ring_.rend(),
                                  [&](const RecordPtr& record) { return record->id == id; });
  return found == ring_.rend() ? nullptr : *found;
}

std::vector<RecentExchanges::RecordPtr> RecentExchanges::added_between(std::uint64_t after,
                                                                       std::uint64_t until,
                                                                       std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  // ring_[i] came with change number oldest + i.
  const std::uint64_t newest = change_.load(std::memory_order_relaxed);
  const std::uint64_t oldest = newest - ring_.size() + 1;
  const std::uint64_t last = std::min(until, newest);
  std::uint64_t first = std::max(after + 1, oldest);
  if (first > last) return {};
  if (last - first >= limit) first = last - limit + 1;
  const auto at = [&](std::uint64_t number) {
    return ring_.begin() + static_cast<std::ptrdiff_t>(number - oldest);
  };
  return {at(first), at(last) + 1};
}

Summary RecentExchanges::summary(UnixMs now) const {
  Summary result;
  result.version = config_.version;
  result.now = now;
  result.inflight = inflight();
  LatencySample all;
  LatencySample cascaded;
  std::array<LatencySample, kVerdictCount> by_verdict;
  std::map<UpstreamKey, LatencySample> by_upstream;

  const std::lock_guard lock(mutex_);
  result.change = change_.load(std::memory_order_relaxed);
  result.since = since_;
  result.totals = totals_;
  result.step_ms = series_.step_ms();
  result.points = series_.points();
  result.window = ring_.size();
  for (const auto& record : ring_) {
    // What a client saw who left early says nothing about speed, nor does what none waited for.
    if (!record->client_left && record->occasion == Occasion::Client) {
      all.add(record->duration_ms, record->first_byte_ms);
      if (is_cascaded(*record)) cascaded.add(record->duration_ms, record->first_byte_ms);
      by_verdict[static_cast<std::size_t>(record->verdict)].add(record->duration_ms,
                                                                record->first_byte_ms);
    }
    for (const auto& call : record->calls)
      if (call.end == CallEnd::Complete)
        by_upstream[key_of(call)].add(call.duration_ms, call.first_byte_ms);
  }
  result.all = all.latency();
  result.cascaded = cascaded.latency();
  for (std::size_t i = 0; i < by_verdict.size(); ++i)
    result.by_verdict[i] = by_verdict[i].latency();
  for (const auto& [key, upstream] : upstreams_) {
    result.upstreams.push_back(upstream);
    result.upstreams.back().latency = by_upstream[key].latency();
  }
  return result;
}

}  // namespace rlm::observe
