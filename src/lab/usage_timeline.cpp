#include "lab/usage_timeline.hpp"

#include <algorithm>
#include <ctime>
#include <numeric>

#include "lab/statistics.hpp"
#include "lab/table.hpp"
#include "observe/json_builder.hpp"

namespace rlm::lab {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr double kHourMs = 3'600'000;
/// More lines than colours cannot be told apart.
constexpr std::size_t kClassesDrawn = 6;

double hours(const UsageTimeline& timeline, UnixMs time) {
  return static_cast<double>(time.value - timeline.parts.front().begins.value) / kHourMs;
}

/// The middle of a part.
double middle(const UsageTimeline& timeline, const UsageTimeline::Part& part) {
  return hours(timeline, {part.begins.value + timeline.part_ms / 2});
}

Chart chart_over_time(const UsageTimeline& timeline, std::string title, std::string y_label) {
  Chart chart;
  chart.title = std::move(title);
  chart.x_label = "hours since " + time_text(timeline.parts.front().begins) + " UTC";
  chart.y_label = std::move(y_label);
  chart.y_from_zero = true;
  return chart;
}

Chart cost_chart(const UsageTimeline& timeline) {
  Chart chart = chart_over_time(timeline, "Cost", "dollars since the beginning");
  ChartSeries cost{"spent", {{0, 0}}};
  ChartSeries baseline{"all-direct, with its own warm cache", {{0, 0}}, ChartSeries::Look::Dashed};
  NanoUsd spent, direct;
  for (const auto& part : timeline.parts) {
    const double end = hours(timeline, {part.begins.value + timeline.part_ms});
    spent += part.cost;
    direct += part.baseline;
    cost.points.emplace_back(end, spent.dollars());
    baseline.points.emplace_back(end, direct.dollars());
  }
  chart.series = {cost, baseline};
  return chart;
}

Chart verdict_chart(const UsageTimeline& timeline) {
  Chart chart = chart_over_time(timeline, "Verdicts", "% of the exchanges");
  for (int i = 0; i < kVerdictCount; ++i) {
    ChartSeries series{std::string(name_of(static_cast<Verdict>(i))), {}};
    std::int64_t all = 0;
    for (const auto& part : timeline.parts) {
      const std::int64_t count = part.verdicts[static_cast<std::size_t>(i)];
      all += count;
      if (part.exchanges() > 0)
        series.points.emplace_back(
            middle(timeline, part),
            100 * static_cast<double>(count) / static_cast<double>(part.exchanges()));
    }
    if (all > 0) chart.series.push_back(std::move(series));
  }
  return chart;
}

Chart latency_chart(const UsageTimeline& timeline) {
  Chart chart = chart_over_time(timeline, "Time to the whole answer", "seconds");
  ChartSeries p50{"half of them within", {}};
  ChartSeries p95{"19 of 20 within", {}};
  for (const auto& part : timeline.parts) {
    if (part.duration_ms.empty()) continue;
    p50.points.emplace_back(middle(timeline, part), quantile(part.duration_ms, .5) / 1000);
    p95.points.emplace_back(middle(timeline, part), quantile(part.duration_ms, .95) / 1000);
  }
  chart.series = {p50, p95};
  return chart;
}

Chart bound_chart(const std::map<std::string, ClassEvidence>& classes, double bad_rate_max) {
  Chart chart;
  chart.title = "Bound on each class's bad drafts";
  chart.x_label = "labels";
  chart.y_label = "% bad at most, at 95 %";
  chart.y_from_zero = true;
  std::vector<std::pair<std::int64_t, std::string>> most;
  for (const auto& [name, evidence] : classes)
    if (evidence.labels() > 0) most.emplace_back(-evidence.labels(), name);
  std::sort(most.begin(), most.end());
  double labels = 1;
  for (std::size_t i = 0; i < std::min(most.size(), kClassesDrawn); ++i) {
    ChartSeries series{most[i].second, {}};
    for (const auto& [count, bound] : classes.at(most[i].second).bounds)
      series.points.emplace_back(count, 100 * bound);
    labels = std::max(labels, static_cast<double>(-most[i].first));
    chart.series.push_back(std::move(series));
  }
  if (!chart.series.empty())
    chart.series.push_back({"allowed",
                            {{0, 100 * bad_rate_max}, {labels, 100 * bad_rate_max}},
                            ChartSeries::Look::Dashed});
  return chart;
}

}  // namespace

std::int64_t UsageTimeline::Part::exchanges() const {
  return std::accumulate(verdicts.begin(), verdicts.end(), std::int64_t{0});
}

std::string time_text(UnixMs time) {
  const std::time_t seconds = time.value / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return text;
}

UsageTimeline timeline_of(const std::vector<RecordedExchange>& exchanges, std::size_t parts_max) {
  UsageTimeline timeline;
  if (exchanges.empty()) return timeline;
  const std::int64_t first = exchanges.front().client->started.value / kMinuteMs * kMinuteMs;
  const std::int64_t span = exchanges.back().client->started.value - first + 1;
  const auto most = static_cast<std::int64_t>(parts_max);
  timeline.part_ms = (span / most / kMinuteMs + 1) * kMinuteMs;
  const auto count = static_cast<std::size_t>((span - 1) / timeline.part_ms + 1);
  timeline.parts.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    timeline.parts[i].begins = {first + static_cast<std::int64_t>(i) * timeline.part_ms};
  for (const RecordedExchange& exchange : exchanges) {
    const ExchangeRecord& record = *exchange.client;
    const std::int64_t since = std::max<std::int64_t>(0, record.started.value - first);
    auto& part =
        timeline.parts[std::min(count - 1, static_cast<std::size_t>(since / timeline.part_ms))];
    ++part.verdicts[static_cast<std::size_t>(record.verdict)];
    part.cost += record.cost;
    part.baseline += record.baseline;
    part.duration_ms.push_back(static_cast<double>(record.duration_ms));
    for (const ExchangeRecord* aside : exchange.asides) part.cost += aside->cost;
  }
  return timeline;
}

std::vector<Chart> usage_charts(const UsageTimeline& timeline,
                                const std::map<std::string, ClassEvidence>& classes,
                                double bad_rate_max) {
  if (timeline.parts.empty()) return {};
  std::vector<Chart> charts{cost_chart(timeline), verdict_chart(timeline), latency_chart(timeline)};
  Chart bounds = bound_chart(classes, bad_rate_max);
  if (!bounds.series.empty()) charts.push_back(std::move(bounds));
  return charts;
}

std::string timeline_csv(const UsageTimeline& timeline) {
  std::string csv = "begins_utc,minutes,exchanges,cost_usd,baseline_usd,p50_ms,p95_ms";
  for (int i = 0; i < kVerdictCount; ++i) csv.append(",").append(name_of(static_cast<Verdict>(i)));
  csv += '\n';
  for (const auto& part : timeline.parts) {
    csv += time_text(part.begins) + ',' + std::to_string(timeline.part_ms / kMinuteMs) + ',' +
           std::to_string(part.exchanges()) + ',' + observe::dollars_text(part.cost) + ',' +
           observe::dollars_text(part.baseline) + ',' + decimal(quantile(part.duration_ms, .5), 0) +
           ',' + decimal(quantile(part.duration_ms, .95), 0);
    for (const std::int64_t count : part.verdicts) csv += ',' + std::to_string(count);
    csv += '\n';
  }
  return csv;
}

}  // namespace rlm::lab
