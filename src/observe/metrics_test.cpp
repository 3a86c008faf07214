#include "observe/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

#include <map>
#include <set>
#include <sstream>

#include "observe/prometheus_text.hpp"
#include "observe/sample_record.hpp"

namespace rlm::observe {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const Metrics& metrics) {
  return prometheus_text(metrics.collect());
}

TEST(Metrics, StartWithEveryVerdictAtZero) {
  const std::string text = text_of(Metrics("1.2.3"));
  for (const char* verdict : {"DIRECT", "SKIPPED", "ACCEPTED", "ENHANCED", "FALLBACK", "FAILED"})
    EXPECT_THAT(text,
                HasSubstr("rlm_requests_total{verdict=\"" + std::string(verdict) + "\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("rlm_build_info{version=\"1.2.3\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("rlm_limit_reached_total{limit=\"body_bytes\"} 0\n"));
}

TEST(Metrics, ShowBoundStateAndLabelsOfEachClass) {
  quality::ClassReport report;
  report.class_name = "ask/simple/read/cheap/coding";
  report.standing.state = quality::Trust::Demoted;
  report.upper = 0.5;
  report.labels = 7;
  report.bad = 3;
  report.demotions = 2;
  const std::string text = prometheus_text(Metrics("1").collect({report}));
  const std::string of = "{class=\"ask/simple/read/cheap/coding\"";
  for (const std::string& line : {
           "rlm_class_bad_rate_upper" + of + "} 0.5\n",
           "rlm_class_labels_total" + of + ",bad=\"true\"} 3\n",
           "rlm_class_labels_total" + of + ",bad=\"false\"} 4\n",
           "rlm_class_trust" + of + ",state=\"demoted\"} 1\n",
           "rlm_class_trust" + of + ",state=\"trusted\"} 0\n",
           "rlm_class_demotions_total" + of + "} 2\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, CountAnExchangeOnceAndItsCallsByRole) {
  Metrics metrics("1", {"deepseek", "opus"});
  metrics.record(sample_record("exc_1"));
  const std::string text = text_of(metrics);
  for (const char* line : {
           "rlm_requests_total{verdict=\"ACCEPTED\"} 1\n",
           "rlm_requests_total{verdict=\"DIRECT\"} 0\n",
           "rlm_exchange_duration_seconds_count{verdict=\"ACCEPTED\"} 1\n",
           "rlm_exchange_duration_seconds_sum{verdict=\"ACCEPTED\"} 2\n",
           "rlm_exchange_duration_seconds_bucket{verdict=\"ACCEPTED\",le=\"+Inf\"} 1\n",
           "rlm_first_byte_seconds_sum{verdict=\"ACCEPTED\"} 1.2\n",
           "rlm_saved_usd 0.007\n",
           "rlm_baseline_cost_usd_total 0.01\n",
           "rlm_draft_use_ratio 1\n",
           "rlm_cache_read_share{endpoint=\"opus\"} 0.375\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
  EXPECT_THAT(
      text,
      HasSubstr(
          "rlm_upstream_calls_total{endpoint=\"opus\",role=\"verify\",status_class=\"2xx\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "rlm_tokens_total{class=\"cache_write\",endpoint=\"deepseek\",role=\"draft\"} 25\n"));
  EXPECT_THAT(text, HasSubstr("rlm_cost_usd_total{endpoint=\"opus\",role=\"verify\"} 0.002\n"));
}

TEST(Metrics, CountWhatIsEstimatedOfTheMoney) {
  Metrics metrics("1", {"deepseek", "opus"});
  ExchangeRecord record = sample_record("exc_1");
  record.calls[1].usage.reported = false;
  metrics.record(record);
  const std::string text = text_of(metrics);
  for (const char* line : {
           "rlm_cost_estimated_usd_total{endpoint=\"opus\",role=\"verify\"} 0.002\n",
           "rlm_cost_estimated_usd_total{endpoint=\"deepseek\",role=\"draft\"} 0\n",
           "rlm_cost_usd_total{endpoint=\"opus\",role=\"verify\"} 0.002\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, CountWorkOffAClientsPathInItsMoneyAndInNoVerdict) {
  Metrics metrics("1", {"deepseek", "opus"});
  metrics.record(sample_record("exc_1"));
  metrics.record(sample_shadow("exc_2"));
  const std::string text = text_of(metrics);
  for (const char* line : {
           "rlm_requests_total{verdict=\"ACCEPTED\"} 1\n",
           "rlm_requests_total{verdict=\"SKIPPED\"} 0\n",
           "rlm_exchange_duration_seconds_count{verdict=\"SKIPPED\"} 0\n",
           "rlm_saved_usd 0.006\n",
           "rlm_draft_use_ratio 1\n",
           "rlm_aside_work_total{occasion=\"shadow\"} 1\n",
           "rlm_aside_work_total{occasion=\"keep_alive\"} 0\n",
           "rlm_aside_dropped_total{reason=\"queue\"} 0\n",
           "rlm_cost_usd_total{endpoint=\"deepseek\",role=\"shadow\"} 0.001\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, TellALossAsNegativeSaving) {
  Metrics metrics("1");
  auto record = sample_record("exc_1");
  record.baseline = {1'000'000};
  metrics.record(record);
  EXPECT_THAT(text_of(metrics), HasSubstr("rlm_saved_usd -0.002\n"));
}

TEST(Metrics, KeepTheNumberOfSeriesBoundedByNamingNewEndpointsOther) {
  Metrics metrics("1");
  for (std::size_t i = 0; i < Metrics::kEndpointsMax + 5; ++i) {
    auto record = sample_record("exc_" + std::to_string(i), Verdict::Direct);
    record.calls = {sample_call(CallRole::Direct, "model-" + std::to_string(i), 1'000'000)};
    metrics.record(record);
  }
  const std::string text = text_of(metrics);
  EXPECT_THAT(text, HasSubstr("endpoint=\"model-63\""));
  EXPECT_THAT(text, Not(HasSubstr("endpoint=\"model-64\"")));
  EXPECT_THAT(
      text,
      HasSubstr(
          "rlm_upstream_calls_total{endpoint=\"other\",role=\"direct\",status_class=\"2xx\"} 5\n"));
}

TEST(Metrics, ShowWhatRequestThreadsCounted) {
  Metrics metrics("1");
  {
    const InFlight one(metrics);
    const InFlight two(metrics);
    metrics.ping_sent();
    metrics.retried();
    metrics.limit_reached(Limit::BodyBytes);
    EXPECT_THAT(text_of(metrics), HasSubstr("rlm_inflight_exchanges 2\n"));
  }
  metrics.set_ledger({.stored = 5, .dropped = 1, .recovered = 2});
  metrics.set_labels({.waiting = 4, .lost = 6, .reachable = false});
  metrics.set_trace_dropped(3);
  metrics.set_url_sources({7, 8, 9, 10});
  metrics.cache_forecast(50, 2'000);
  metrics.cache_forecast(0, 1'000);
  metrics.prefix_changed(PrefixPart::System, 700);
  const std::string text = text_of(metrics);
  for (const char* line :
       {"rlm_inflight_exchanges 0\n", "rlm_pings_total 1\n", "rlm_retries_total 1\n",
        "rlm_limit_reached_total{limit=\"body_bytes\"} 1\n", "rlm_ledger_stored_total 5\n",
        "rlm_labels_waiting 4\n", "rlm_labels_lost_total 6\n", "rlm_label_store_up 0\n",
        "rlm_ledger_dropped_total 1\n", "rlm_ledger_recovered_total 2\n",
        "rlm_trace_dropped_total 3\n", "rlm_url_sources_total{outcome=\"kept\"} 8\n",
        "rlm_cache_forecast_off_tokens_total 50\n", "rlm_cache_forecast_tokens_total 3000\n",
        "rlm_prefix_changes_total{part=\"system\"} 1\n",
        "rlm_prefix_changes_total{part=\"tools\"} 0\n", "rlm_prefix_lost_bytes_total 700\n"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, GiveEachCallWithoutAnAnswerTheStatusClassNone) {
  Metrics metrics("1");
  auto record = sample_record("exc_1");
  record.calls[0].status = 0;
  record.calls[1].status = 529;
  metrics.record(record);
  const std::string text = text_of(metrics);
  EXPECT_THAT(text, HasSubstr("role=\"draft\",status_class=\"none\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("role=\"verify\",status_class=\"5xx\"} 1\n"));
}

TEST(PrometheusText, DescribesEachFamilyOnceBeforeItsSamplesAndEndsWithALineBreak) {
  Metrics metrics("1", {"opus"});
  metrics.record(sample_record("exc_1"));
  const std::string text = text_of(metrics);
  EXPECT_EQ(text.back(), '\n');
  std::istringstream lines(text);
  std::set<std::string> described;
  std::set<std::string> series;
  std::string family;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(described.insert(family).second) << line;
    } else if (!line.starts_with('#')) {
      EXPECT_TRUE(line.starts_with(family)) << line << " is not below " << family;
      EXPECT_TRUE(series.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
  }
  for (const char* name : {"process_resident_memory_bytes", "process_cpu_seconds_total",
                           "process_open_fds", "process_start_time_seconds"})
    EXPECT_TRUE(described.contains(name)) << name;
}

TEST(PrometheusText, EscapesLabelValues) {
  const std::string text = text_of(Metrics("a\"b\\c\nd"));
  EXPECT_THAT(text, HasSubstr(R"(rlm_build_info{version="a\"b\\c\nd"} 1)"));
}

}  // namespace
}  // namespace rlm::observe
