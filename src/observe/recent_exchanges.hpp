#pragma once
// The newest exchanges in memory, with sums and percentiles: what the dashboard shows without
// asking the database.

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "domain/exchange_record.hpp"
#include "observe/cost_series.hpp"
#include "observe/latency.hpp"
#include "observe/totals.hpp"

namespace rlm::observe {

struct RecentConfig {
  /// Exchanges kept. At least 1.
  std::size_t capacity = 1000;
  /// Shown on the dashboard.
  std::string version{};
  /// How many exchanges are under way; called on reading threads. Empty: not told.
  std::function<std::int64_t()> inflight{};
};

/// One configured model in one role.
struct UpstreamTotals {
  std::string endpoint;
  CallRole role = CallRole::Direct;
  std::string model;  // the upstream's id, as last seen
  std::int64_t calls = 0;
  std::int64_t failed = 0;
  Usage tokens;
  NanoUsd cost;
  Latency latency;  // over the window
};

/// All numbers of the dashboard at one moment.
struct Summary {
  std::string version{};
  std::uint64_t change = 0;
  UnixMs now;
  UnixMs since;  // start of the oldest exchange counted; 0: none yet
  std::int64_t inflight = 0;
  Totals totals;
  std::size_t window = 0;  // exchanges behind the percentiles
  Latency all;
  Latency cascaded;  // those with a drafted plan
  std::array<Latency, kVerdictCount> by_verdict;
  std::vector<UpstreamTotals> upstreams;
  std::int64_t step_ms = 0;
  std::vector<CostSeries::Point> points;
};

/// Thread-safe: one thread adds, any reads. Readers hold the lock for a copy of pointers or, in
/// summary(), for a pass over the ring.
class RecentExchanges {
 public:
  using RecordPtr = std::shared_ptr<const ExchangeRecord>;
  /// Upstreams told apart; more share one entry named "other".
  static constexpr std::size_t kUpstreamsMax = 64;

  explicit RecentExchanges(RecentConfig config = {});

  void add(ExchangeRecord record);
  /// Takes the ledger's newest (newest first, as LedgerStore::recent gives them) so that a restart
  /// does not empty the page.
  void preload(std::vector<ExchangeRecord> newest_first);

  /// The newest first, older than `before_id` when that is not empty; nothing when that id is no
  /// longer here.
  std::vector<RecordPtr> page(std::size_t limit, std::string_view before_id = {}) const;
  /// Null when it is not (or no longer) here.
  RecordPtr find(std::string_view id) const;
  /// Those added after change number `after` up to `until`, oldest first, the newest `limit` of
  /// them that are still here.
  std::vector<RecordPtr> added_between(std::uint64_t after, std::uint64_t until,
                                       std::size_t limit) const;
  Summary summary(UnixMs now) const;

  /// Grows by one with every add(). A relaxed load: watching costs the writer nothing.
  std::uint64_t change() const { return change_.load(std::memory_order_acquire); }

  /// As configured; 0 when it is not.
  std::int64_t inflight() const { return config_.inflight ? config_.inflight() : 0; }

  /// Ends all live streams at their next look, so that a server with an open dashboard can shut
  /// down.
  void close() { closed_.store(true, std::memory_order_release); }
  bool closed() const { return closed_.load(std::memory_order_acquire); }

 private:
  using UpstreamKey = std::pair<std::string, CallRole>;

  void count(const ExchangeRecord& record);
  UpstreamKey key_of(const CallRecord& call) const;

  const RecentConfig config_;
  std::atomic<std::uint64_t> change_{0};
  std::atomic<bool> closed_{false};

  mutable std::mutex mutex_;    // of everything below
  std::deque<RecordPtr> ring_;  // oldest first
  UnixMs since_;
  Totals totals_;
  CostSeries series_;
  std::map<UpstreamKey, UpstreamTotals> upstreams_;
};

}  // namespace rlm::observe
