#pragma once
// What Prometheus is told. The request path only increments atomics; the rest is added up on the
// ledger's thread.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/exchange_record.hpp"
#include "observe/model_status.hpp"
#include "observe/quality_metrics.hpp"
#include "quality/trust_book.hpp"

namespace prometheus {
struct MetricFamily;
}

namespace rlm::observe {

/// The bounds that a request can run into; each is a label of rlm_limit_reached_total.
enum class Limit : std::uint8_t {
  Connections,  // of the listener
  HeadBytes,
  BodyBytes,
  JsonDepth,
  InFlight,  // exchanges at once
  RequestRate,
  DraftBytes,   // a draft grew beyond what may be held
  AnswerBytes,  // an upstream's answer or event did
  Deadline,     // the exchange's whole time
};
inline constexpr std::size_t kLimitCount = 9;
std::string_view name_of(Limit limit);

/// The part of a prompt that changed where it should have stayed; a label of
/// rlm_prefix_changes_total.
enum class PrefixPart : std::uint8_t { Tools, System, Message };
inline constexpr std::size_t kPrefixPartCount = 3;

/// Where a draft came from that was not asked for again.
enum class Reuse : std::uint8_t {
  Memo,     // an earlier try of the same request
  Twin,     // the same request under way at the same time
  Verdict,  // an earlier try's verdict
};
inline constexpr std::size_t kReuseCount = 3;

/// Who had an answer first where both models were asked; a label of rlm_races_total.
enum class RaceWinner : std::uint8_t { Nobody, Draft, Verify };
inline constexpr std::size_t kRaceWinnerCount = 3;

/// What became of images and documents by URL that the proxy fetches; a label of
/// rlm_url_sources_total.
enum class UrlSource : std::uint8_t {
  Fetched,
  Kept,        // served from memory
  Failed,      // a request was refused for one
  TurnedAway,  // a request came when there were too many
};
inline constexpr std::size_t kUrlSourceCount = 4;

/// Why work off a client's path was not begun; a label of rlm_aside_dropped_total.
enum class AsideDrop : std::uint8_t {
  Queue,     // too much was waiting
  Bytes,     // what waits held too many bytes
  Shutdown,  // the process ends
};
inline constexpr std::size_t kAsideDropCount = 3;

/// How the ledger stands; read when metrics are collected.
struct LedgerCounts {
  std::uint64_t stored = 0;
  std::uint64_t dropped = 0;
  std::uint64_t recovered = 0;
};

/// Thread-safe. Nothing in it can fail after construction.
class Metrics {
 public:
  /// `version` for rlm_build_info; `endpoints`: the configured models' names, whose series start at
  /// zero. At most kEndpointsMax names get series of their own, later ones count as "other": labels
  /// stay bounded.
  static constexpr std::size_t kEndpointsMax = 64;
  explicit Metrics(std::string_view version, const std::vector<std::string>& endpoints = {});
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Counts a finished exchange. Off the request path: the ledger calls it after storing the
  /// record.
  void record(const ExchangeRecord& record);

  // On request threads; one relaxed atomic each.
  void exchange_begun() { inflight_.fetch_add(1, std::memory_order_relaxed); }
  void exchange_ended() { inflight_.fetch_sub(1, std::memory_order_relaxed); }
  void ping_sent() { pings_.fetch_add(1, std::memory_order_relaxed); }
  void retried() { retries_.fetch_add(1, std::memory_order_relaxed); }
  void limit_reached(Limit limit) {
    limits_[static_cast<std::size_t>(limit)].fetch_add(1, std::memory_order_relaxed);
  }
  /// How far a forecast of cached tokens was off, and the tokens of the prompts it was for.
  void cache_forecast(Tokens off, Tokens prompt) {
    forecast_off_.fetch_add(static_cast<std::uint64_t>(off), std::memory_order_relaxed);
    forecast_tokens_.fetch_add(static_cast<std::uint64_t>(prompt), std::memory_order_relaxed);
  }
  /// A session's prompt no longer began as the one before it; `bytes` of it were to be cached anew.
  void prefix_changed(PrefixPart part, std::size_t bytes) {
    prefix_changes_[static_cast<std::size_t>(part)].fetch_add(1, std::memory_order_relaxed);
    prefix_bytes_.fetch_add(bytes, std::memory_order_relaxed);
  }
  void draft_reused(Reuse from) {
    reused_[static_cast<std::size_t>(from)].fetch_add(1, std::memory_order_relaxed);
  }
  /// `lost`: what the side that was stopped has cost.
  void raced(RaceWinner winner, NanoUsd lost) {
    races_[static_cast<std::size_t>(winner)].fetch_add(1, std::memory_order_relaxed);
    race_lost_.fetch_add(lost.value, std::memory_order_relaxed);
  }
  /// What a session's next call is estimated to have saved because its cache was kept alive.
  void keep_alive_saved(NanoUsd saved) {
    keep_alive_saved_.fetch_add(saved.value, std::memory_order_relaxed);
  }
  void aside_begun() { asides_running_.fetch_add(1, std::memory_order_relaxed); }
  void aside_ended() { asides_running_.fetch_sub(1, std::memory_order_relaxed); }
  void aside_dropped(AsideDrop why) {
    aside_drops_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed);
  }
  std::int64_t inflight() const { return inflight_.load(std::memory_order_relaxed); }

  /// Absolute counts, as the ledger, the fetcher and the trace exporter keep them.
  void set_ledger(const LedgerCounts& counts);
  void set_labels(const store::LabelCounts& counts) {
    labels_waiting_.store(counts.waiting, std::memory_order_relaxed);
    labels_lost_.store(counts.lost, std::memory_order_relaxed);
    labels_up_.store(counts.reachable, std::memory_order_relaxed);
  }
  void set_url_sources(const std::array<std::uint64_t, kUrlSourceCount>& counts) {
    for (std::size_t i = 0; i < kUrlSourceCount; ++i)
      url_sources_[i].store(counts[i], std::memory_order_relaxed);
  }
  void set_trace_dropped(std::uint64_t count) {
    trace_dropped_.store(count, std::memory_order_relaxed);
  }

  /// Everything as of now, process metrics, what `classes` have earned and how `models` are doing
  /// included, sorted by name.
  std::vector<prometheus::MetricFamily> collect(
      const std::vector<quality::ClassReport>& classes = {},
      const std::vector<ModelStatus>& models = {}) const;

 private:
  struct Families;

  void collect_others(std::vector<prometheus::MetricFamily>& all) const;

  alignas(64) std::atomic<std::int64_t> inflight_{0};
  alignas(64) std::atomic<std::uint64_t> pings_{0};
  std::atomic<std::uint64_t> retries_{0};
  std::atomic<std::uint64_t> forecast_off_{0};
  std::array<std::atomic<std::uint64_t>, kPrefixPartCount> prefix_changes_{};
  std::atomic<std::uint64_t> prefix_bytes_{0};
  std::atomic<std::uint64_t> forecast_tokens_{0};
  std::array<std::atomic<std::uint64_t>, kLimitCount> limits_{};
  std::array<std::atomic<std::uint64_t>, kReuseCount> reused_{};
  std::array<std::atomic<std::uint64_t>, kRaceWinnerCount> races_{};
  std::atomic<std::int64_t> race_lost_{0};
  std::atomic<std::int64_t> asides_running_{0};
  std::atomic<std::int64_t> keep_alive_saved_{0};
  std::array<std::atomic<std::uint64_t>, kAsideDropCount> aside_drops_{};
  alignas(64) std::atomic<std::uint64_t> ledger_stored_{0};
  std::atomic<std::uint64_t> ledger_dropped_{0};
  std::atomic<std::uint64_t> ledger_recovered_{0};
  std::atomic<std::uint64_t> labels_waiting_{0};
  std::atomic<std::uint64_t> labels_lost_{0};
  std::atomic<bool> labels_up_{true};
  std::atomic<std::uint64_t> trace_dropped_{0};
  std::array<std::atomic<std::uint64_t>, kUrlSourceCount> url_sources_{};
  std::string version_;
  std::unique_ptr<Families> families_;
};

/// Holds an exchange's place in rlm_inflight_exchanges while it lives.
class InFlight {
 public:
  explicit InFlight(Metrics& metrics) : metrics_(metrics) { metrics_.exchange_begun(); }
  ~InFlight() { metrics_.exchange_ended(); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  Metrics& metrics_;
};

}  // namespace rlm::observe
