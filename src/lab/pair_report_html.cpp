#include "lab/pair_report.hpp"
#include "lab/svg_chart.hpp"

namespace rlm::lab {
namespace {

using Point = std::pair<double, double>;

Chart chart_of(const PairSetStudy& set) {
  const bool priced = set.balanced.cost.has_value();
  const auto place = [priced](const PairPoint& point) {
    return Point(priced ? point.cost->value : point.asked, point.quality.value);
  };
  Chart chart;
  chart.title = set.name;
  chart.x_label = priced ? "cost of all-verify's" : "share of calls to the verify model";
  chart.y_label = "right answers";
  chart.in_percent = true;
  ChartSeries curve{"screened, verdicts", {}};
  ChartSeries own{"screened, own answers only", {}};
  for (const auto& [from, into] : {std::pair{&set.curve, &curve}, std::pair{&set.own_curve, &own}})
    for (const CurvePoint& point : *from)
      into->points.emplace_back(priced ? point.cost : point.asked, point.quality);
  chart.series = {curve, own};
  chart.series.push_back({"random mixing",
                          {place(set.all_draft), {1, set.verify_quality}},
                          ChartSeries::Look::Dashed});
  chart.series.push_back({"paper", {place(set.paper)}, ChartSeries::Look::Dots});
  chart.series.push_back({"balanced", {place(set.balanced)}, ChartSeries::Look::Dots});
  return chart;
}

}  // namespace

std::string pair_report_html(const PairRun& run) {
  std::vector<Chart> charts;
  for (const auto& set : run.sets)
    if (set.pairs > 0) charts.push_back(chart_of(set));
  return html_page("Cascading recorded pairs", charts, pair_report_text(run));
}

}  // namespace rlm::lab
