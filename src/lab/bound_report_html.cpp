#include <cmath>

#include "lab/bound_report.hpp"
#include "lab/svg_chart.hpp"

namespace rlm::lab {
namespace {

/// The bound after n labels of which a share is bad, evenly spread.
ChartSeries bound_series(std::string name, double bad_rate) {
  constexpr int kLabels = 600;
  ChartSeries series{std::move(name), {}};
  quality::ConfidenceSequence sequence;
  for (int label = 1; label <= kLabels; ++label) {
    sequence.add(std::floor(label * bad_rate) > std::floor((label - 1) * bad_rate));
    if (label >= 20 && label % 5 == 0) series.points.emplace_back(label, sequence.upper());
  }
  return series;
}

Chart bound_chart() {
  Chart chart;
  chart.title = "The bound after so many labels";
  chart.x_label = "labels";
  chart.y_label = "bad rate, at most";
  chart.y_from_zero = true;
  chart.series = {bound_series("no bad label", 0), bound_series("1 % bad", .01),
                  bound_series("5 % bad", .05)};
  ChartSeries fixed{"fixed sample, no bad label", {}, ChartSeries::Look::Dashed};
  for (int n = 20; n <= 600; n += 5)
    fixed.points.emplace_back(n, 1 - std::pow(quality::TrustRules{}.risk, 1.0 / n));
  chart.series.push_back(fixed);
  return chart;
}

Chart coverage_chart(const BoundFigures& figures) {
  Chart chart;
  chart.title = "How often the bound holds in a whole life";
  chart.x_label = "true bad rate";
  chart.y_label = "lives";
  chart.in_percent = true;
  ChartSeries exact{"exact judge", {}, ChartSeries::Look::Dots};
  ChartSeries other{
      "noisy judge, or a preference for suspicious answers", {}, ChartSeries::Look::Dots};
  for (const auto& each : figures.constant) {
    const bool is_exact = each.world.suspicious == 0 && each.world.judge.misses == 0;
    (is_exact ? exact : other)
        .points.emplace_back(each.world.stretches[0].bad_rate,
                             static_cast<double>(each.held) / std::max(1, each.runs));
  }
  chart.series = {exact, other};
  chart.series.push_back({"promised", {{0, .95}, {.2, .95}}, ChartSeries::Look::Dashed});
  return chart;
}

Chart delay_chart(const BoundFigures& figures) {
  Chart chart;
  chart.title = "Exchanges until a drift is noticed, 10 % audits";
  chart.x_label = "bad rate after the drift, in %";
  chart.y_label = "exchanges";
  chart.y_from_zero = true;
  ChartSeries median{"median", {}};
  ChartSeries slow{"all but the slowest tenth", {}, ChartSeries::Look::Dashed};
  for (const auto& each : figures.drifting) {
    const auto& stretches = each.world.stretches;
    const bool is_plain = stretches.size() == 2 && each.world.judge.misses == 0 &&
                          each.world.rules.audit_share == quality::TrustRules{}.audit_share &&
                          stretches[0].bad_rate == .005;
    if (!is_plain) continue;
    median.points.emplace_back(100 * stretches[1].bad_rate, each.notice_exchanges);
    if (each.notice_exchanges_p90 >= 0)
      slow.points.emplace_back(100 * stretches[1].bad_rate, each.notice_exchanges_p90);
  }
  chart.series = {median, slow};
  return chart;
}

}  // namespace

std::string bound_report_html(const BoundFigures& figures) {
  return html_page("The quality rule's bound",
                   {bound_chart(), coverage_chart(figures), delay_chart(figures)},
                   bound_report_text(figures));
}

}  // namespace rlm::lab
