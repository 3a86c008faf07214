#include "observe/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

#include "observe/endpoint_metrics.hpp"
#include "observe/metric_family.hpp"
#include "observe/process_metrics.hpp"
#include "observe/totals.hpp"

namespace rlm::observe {
namespace {

using prometheus::MetricType;

constexpr std::array<std::string_view, kReuseCount> kReuseNames = {"memo", "twin", "verdict"};
constexpr std::array<std::string_view, kRaceWinnerCount> kRaceWinners = {"nobody", "draft",
                                                                         "verify"};
constexpr std::array<std::string_view, kLimitCount> kLimitNames = {
    "connections",  "head_bytes",  "body_bytes",   "json_depth", "in_flight",
    "request_rate", "draft_bytes", "answer_bytes", "deadline"};

constexpr std::array<std::string_view, kUrlSourceCount> kUrlSources = {"fetched", "kept", "failed",
                                                                       "turned_away"};
constexpr std::array<std::string_view, kAsideDropCount> kAsideDrops = {"queue", "bytes",
                                                                       "shutdown"};
constexpr std::array<std::string_view, kPrefixPartCount> kPrefixParts = {"tools", "system",
                                                                         "message"};

// Model calls take from tens of milliseconds to minutes.
const prometheus::Histogram::BucketBoundaries& duration_buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets{
      0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120, 300, 600};
  return buckets;
}

const prometheus::Histogram::BucketBoundaries& first_byte_buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets{
      0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 20, 30, 60, 120};
  return buckets;
}

double seconds(std::int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

constexpr std::array<std::string_view, 6> kStatusClasses = {"none", "1xx", "2xx",
                                                            "3xx",  "4xx", "5xx"};

std::size_t status_class(int status) {
  return status >= 100 && status < 600 ? static_cast<std::size_t>(status / 100) : 0;
}

void add_races(std::vector<prometheus::MetricFamily>& all,
               const std::array<std::atomic<std::uint64_t>, kRaceWinnerCount>& races,
               NanoUsd lost) {
  add_counts(all, "rlm_races_total",
             "Requests that both models were asked, by who had an answer first.", "winner",
             kRaceWinners, races);
  all.push_back(make_family(MetricType::Counter, "rlm_race_lost_usd_total",
                            "Dollars that the calls of those who lost a race have cost.",
                            lost.dollars()));
}

}  // namespace

std::string_view name_of(Limit limit) {
  return kLimitNames[static_cast<std::size_t>(limit)];
}

struct Metrics::Families {
  using Counter = prometheus::Counter;
  using Histogram = prometheus::Histogram;

  prometheus::Registry registry;
  prometheus::Family<Counter>& requests =
      prometheus::BuildCounter()
          .Name("rlm_requests_total")
          .Help("Exchanges by verdict; every exchange is counted once.")
          .Register(registry);
  prometheus::Family<Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("rlm_exchange_duration_seconds")
          .Help("From the request's head to the end of the answer, by verdict.")
          .Register(registry);
  prometheus::Family<Histogram>& first_bytes =
      prometheus::BuildHistogram()
          .Name("rlm_first_byte_seconds")
          .Help("From the request's head to the first content byte to the client, by verdict.")
          .Register(registry);
  prometheus::Family<Counter>& calls =
      prometheus::BuildCounter()
          .Name("rlm_upstream_calls_total")
          .Help("Upstream calls by configured model, role and HTTP status class.")
          .Register(registry);
  prometheus::Family<Histogram>& call_durations =
      prometheus::BuildHistogram()
          .Name("rlm_upstream_duration_seconds")
          .Help("Duration of upstream calls by configured model and role.")
          .Register(registry);
  prometheus::Family<Counter>& tokens =
      prometheus::BuildCounter()
          .Name("rlm_tokens_total")
          .Help("Tokens by configured model, role and billing class.")
          .Register(registry);
  prometheus::Family<Counter>& costs =
      prometheus::BuildCounter()
          .Name("rlm_cost_usd_total")
          .Help("Dollars paid to upstreams by configured model and role.")
          .Register(registry);
  prometheus::Family<Counter>& estimated_costs =
      prometheus::BuildCounter()
          .Name("rlm_cost_estimated_usd_total")
          .Help("The part of rlm_cost_usd_total whose usage was never told, by model and role.")
          .Register(registry);
  prometheus::Family<Counter>& aside_work =
      prometheus::BuildCounter()
          .Name("rlm_aside_work_total")
          .Help("Pieces of work that were done off a client's path, by occasion.")
          .Register(registry);

  // The series of one verdict.
  struct OfVerdict {
    Counter* requests = nullptr;
    Histogram* duration = nullptr;
    Histogram* first_byte = nullptr;
  };
  // The series of one configured model in one role; empty until its first call.
  struct OfCall {
    std::array<Counter*, kStatusClasses.size()> by_status{};
    Histogram* duration = nullptr;
    Counter* input = nullptr;
    Counter* cache_write = nullptr;
    Counter* cache_read = nullptr;
    Counter* output = nullptr;
    Counter* cost = nullptr;
    Counter* estimated = nullptr;
  };
  struct OfEndpoint {
    Usage usage;
    std::array<OfCall, kCallRoleCount> by_role;
  };

  mutable std::mutex mutex;  // of everything below
  std::array<OfVerdict, kVerdictCount> by_verdict;
  std::array<Counter*, kOccasionCount> asides{};  // by occasion; none for a client's own
  std::map<std::string, OfEndpoint> by_endpoint;  // by label
  Totals totals;

  Families();
  std::pair<const std::string, OfEndpoint>& of_endpoint(const std::string& endpoint);
  void open(OfCall& series, const std::string& label, CallRole role);
  void count(const CallRecord& call);
};

Metrics::Families::Families() {
  for (int i = 0; i < kVerdictCount; ++i) {
    const prometheus::Labels labels{{"verdict", std::string(name_of(static_cast<Verdict>(i)))}};
    auto& series = by_verdict[static_cast<std::size_t>(i)];
    series.requests = &requests.Add(labels);
    series.duration = &durations.Add(labels, duration_buckets());
    series.first_byte = &first_bytes.Add(labels, first_byte_buckets());
  }
  for (int i = static_cast<int>(Occasion::Client) + 1; i < kOccasionCount; ++i)
    asides[static_cast<std::size_t>(i)] =
        &aside_work.Add({{"occasion", std::string(name_of(static_cast<Occasion>(i)))}});
}

// The label and what is counted under it.
std::pair<const std::string, Metrics::Families::OfEndpoint>& Metrics::Families::of_endpoint(
    const std::string& endpoint) {
  const auto known = by_endpoint.find(endpoint);
  if (known != by_endpoint.end()) return *known;
  return *by_endpoint.try_emplace(by_endpoint.size() < kEndpointsMax ? endpoint : "other").first;
}

void Metrics::Families::open(OfCall& series, const std::string& label, CallRole role) {
  const prometheus::Labels labels{{"endpoint", label}, {"role", std::string(name_of(role))}};
  const auto with = [&](const char* name, std::string_view value) {
    auto more = labels;
    more[name] = std::string(value);
    return more;
  };
  series.duration = &call_durations.Add(labels, duration_buckets());
  series.input = &tokens.Add(with("class", "input"));
  series.cache_write = &tokens.Add(with("class", "cache_write"));
  series.cache_read = &tokens.Add(with("class", "cache_read"));
  series.output = &tokens.Add(with("class", "output"));
  series.cost = &costs.Add(labels);
  series.estimated = &estimated_costs.Add(labels);
}

void Metrics::Families::count(const CallRecord& call) {
  auto& [label, endpoint] = of_endpoint(call.endpoint);
  OfCall& series = endpoint.by_role[static_cast<std::size_t>(call.role)];
  if (series.duration == nullptr) open(series, label, call.role);
  const std::size_t status = status_class(call.status);
  if (series.by_status[status] == nullptr)
    series.by_status[status] = &calls.Add({{"endpoint", label},
                                           {"role", std::string(name_of(call.role))},
                                           {"status_class", std::string(kStatusClasses[status])}});
  series.by_status[status]->Increment();
  series.duration->Observe(seconds(call.duration_ms));
  // A counter refuses to go down; counts of a broken upstream may be negative.
  const auto add = [](Counter* counter, Tokens more) {
    counter->Increment(static_cast<double>(std::max<Tokens>(0, more)));
  };
  add(series.input, call.usage.input);
  add(series.cache_write, call.usage.cache_write_5m + call.usage.cache_write_1h);
  add(series.cache_read, call.usage.cache_read);
  add(series.output, call.usage.output);
  const double dollars = std::max(0.0, call.cost.dollars());
  series.cost->Increment(dollars);
  if (is_estimated(call)) series.estimated->Increment(dollars);
  add_usage(endpoint.usage, call.usage);
}

Metrics::Metrics(std::string_view version, const std::vector<std::string>& endpoints)
    : version_(version), families_(std::make_unique<Families>()) {
  for (const auto& endpoint : endpoints) families_->of_endpoint(endpoint);
}

Metrics::~Metrics() = default;

void Metrics::record(const ExchangeRecord& record) {
  const std::lock_guard lock(families_->mutex);
  for (const auto& call : record.calls) families_->count(call);
  families_->totals.add(record);
  if (record.occasion != Occasion::Client) {
    families_->asides[static_cast<std::size_t>(record.occasion)]->Increment();
    return;
  }
  auto& series = families_->by_verdict[static_cast<std::size_t>(record.verdict)];
  series.requests->Increment();
  series.duration->Observe(seconds(record.duration_ms));
  if (record.first_byte_ms >= 0) series.first_byte->Observe(seconds(record.first_byte_ms));
}

void Metrics::set_ledger(const LedgerCounts& counts) {
  ledger_stored_.store(counts.stored, std::memory_order_relaxed);
  ledger_dropped_.store(counts.dropped, std::memory_order_relaxed);
  ledger_recovered_.store(counts.recovered, std::memory_order_relaxed);
}

void Metrics::collect_others(std::vector<prometheus::MetricFamily>& all) const {
  all.push_back(make_family(MetricType::Gauge, "rlm_aside_running",
                            "Pieces of work off a client's path that are under way.",
                            static_cast<double>(asides_running_.load(std::memory_order_relaxed))));
  add_counts(all, "rlm_url_sources_total", "Images and documents by URL that are fetched here.",
             "outcome", kUrlSources, url_sources_);
  add_counts(all, "rlm_aside_dropped_total",
             "Work off a client's path that was given up, by what there was no room for.", "reason",
             kAsideDrops, aside_drops_);
  all.push_back(make_family(
      MetricType::Counter, "rlm_keep_alive_saved_usd_total",
      "Dollars that calls are estimated to have saved because a read kept their prompt's cache "
      "alive; what the reads cost is in rlm_cost_usd_total.",
      NanoUsd{keep_alive_saved_.load(std::memory_order_relaxed)}.dollars()));
}

std::vector<prometheus::MetricFamily> Metrics::collect(
    const std::vector<quality::ClassReport>& classes,
    const std::vector<ModelStatus>& models) const {
  const auto read = [](const std::atomic<std::uint64_t>& count) {
    return static_cast<double>(count.load(std::memory_order_relaxed));
  };
  auto all = families_->registry.Collect();
  const auto counter = [&](const char* name, const char* help, double value) {
    all.push_back(make_family(MetricType::Counter, name, help, value));
  };
  const auto gauge = [&](const char* name, const char* help, double value) {
    all.push_back(make_family(MetricType::Gauge, name, help, value));
  };
  {
    const std::lock_guard lock(families_->mutex);
    const Totals& totals = families_->totals;
    counter("rlm_baseline_cost_usd_total",
            "Dollars that the verify model alone would have cost, with its own warm cache.",
            totals.baseline.dollars());
    gauge("rlm_saved_usd", "Baseline minus cost in dollars; negative when the cascade cost more.",
          totals.saved().dollars());
    gauge("rlm_draft_use_ratio", "Share of the cascaded exchanges that delivered the draft.",
          totals.draft_use_ratio().value_or(0));
    counter("rlm_client_disconnects_total", "Clients that left before their answer's end.",
            static_cast<double>(totals.client_left));
    auto shares = make_family(MetricType::Gauge, "rlm_cache_read_share",
                              "Share of prompt tokens read from the upstream's cache.");
    for (const auto& [label, endpoint] : families_->by_endpoint)
      add_series(shares, {{"endpoint", label}}, cache_read_share(endpoint.usage).value_or(0));
    all.push_back(std::move(shares));
  }
  gauge("rlm_inflight_exchanges", "Exchanges under way.", static_cast<double>(inflight()));
  counter("rlm_pings_total", "Pings sent to waiting clients.", read(pings_));
  counter("rlm_retries_total", "Upstream calls that were repeated.", read(retries_));
  counter("rlm_cache_forecast_off_tokens_total",
          "Tokens that were read from an upstream's cache and not expected to, or the reverse.",
          read(forecast_off_));
  counter("rlm_cache_forecast_tokens_total", "Tokens of the prompts whose caching was forecast.",
          read(forecast_tokens_));
  counter("rlm_ledger_stored_total", "Exchanges stored in the ledger.", read(ledger_stored_));
  counter("rlm_ledger_dropped_total", "Exchanges lost because the journal was full.",
          read(ledger_dropped_));
  counter("rlm_ledger_recovered_total", "Exchanges found in journals at start.",
          read(ledger_recovered_));
  counter("rlm_trace_dropped_total", "Exchanges whose trace could not be exported.",
          read(trace_dropped_));
  add_counts(all, "rlm_limit_reached_total", "How often a bound was reached.", "limit", kLimitNames,
             limits_);
  collect_others(all);
  add_counts(
      all, "rlm_prefix_changes_total",
      "Prompts that no longer began as their session's last one, while its cache was alive, by "
      "the part that changed.",
      "part", kPrefixParts, prefix_changes_);
  counter("rlm_prefix_lost_bytes_total", "Bytes of prompts that such a change had cached anew.",
          read(prefix_bytes_));
  add_counts(all, "rlm_drafts_reused_total",
             "Drafts and verdicts that were not paid for again, by where they came from.", "from",
             kReuseNames, reused_);
  add_races(all, races_, NanoUsd{race_lost_.load(std::memory_order_relaxed)});
  append_process_metrics(all, version_);
  append_quality_metrics(all, classes);
  append_label_metrics(all, {labels_waiting_, labels_lost_, labels_up_});
  append_endpoint_metrics(all, models);

  // A family without series would be a HELP line without samples.
  std::erase_if(all, [](const auto& family) { return family.metric.empty(); });
  std::ranges::sort(all, {}, &prometheus::MetricFamily::name);
  return all;
}

}  // namespace rlm::observe
