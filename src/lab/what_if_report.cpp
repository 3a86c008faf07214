#include "lab/what_if_report.hpp"

#include <cmath>

#include "lab/replay_report.hpp"
#include "lab/table.hpp"
#include "observe/json_builder.hpp"

namespace rlm::lab {
namespace {

template <class Text>
std::string with_interval(const WhatIfFigure& figure, Text text) {
  std::string out = text(figure.value);
  if (figure.interval.low == figure.interval.high) return out;
  return out + " [" + text(figure.interval.low) + ", " + text(figure.interval.high) + "]";
}

std::string money_text(double value) {
  return dollars(value, 4);
}
std::string share_text(double value) {
  return percent(value);
}

std::string saved_text(const WhatIfResult& result) {
  if (result.baseline <= 0) return "-";
  return with_interval({1 - result.cost.value / result.baseline,
                        {1 - result.cost.interval.high / result.baseline,
                         1 - result.cost.interval.low / result.baseline}},
                       share_text);
}

std::string money_table(const std::vector<NamedWhatIf>& tried) {
  Table table({"configuration", "cost", "saved of all-direct", "draft use", "p50", "p95"});
  for (const auto& [name, result] : tried)
    table.add({name, with_interval(result.cost, money_text), saved_text(result),
               with_interval(result.draft_use, share_text),
               with_interval(result.p50_ms, milliseconds),
               with_interval(result.p95_ms, milliseconds)});
  return table.text();
}

std::string quality_table(const std::vector<NamedWhatIf>& tried) {
  Table table({"configuration", "delivered unseen", "labels", "worse than the verify model's"});
  for (const auto& [name, result] : tried) {
    const WhatIfQuality& quality = result.quality;
    const bool known = quality.labelled > 0;
    const auto n = static_cast<double>(result.exchanges);
    table.add({name, n > 0 ? percent(quality.unseen / n) : "-", grouped(quality.labels),
               quality.unseen <= 0 ? "none left unseen"
               : known             ? with_interval(quality.bad_rate, share_text)
                                   : "no label"});
  }
  return table.text();
}

std::string verdict_table(const std::vector<NamedWhatIf>& tried) {
  std::vector<std::string> header{"configuration"};
  for (int i = 0; i < kVerdictCount; ++i) header.emplace_back(name_of(static_cast<Verdict>(i)));
  Table table(header);
  for (const auto& [name, result] : tried) {
    std::vector<std::string> row{name};
    for (const double count : result.verdicts) row.push_back(grouped(std::llround(count)));
    table.add(row);
  }
  return table.text();
}

std::string grounds_text(const NamedWhatIf& one) {
  const WhatIfResult& r = one.result;
  std::string text = one.name + ": " + grouped(r.exchanges) + " exchanges, " +
                     grouped(r.other_plan) + " by another plan than was taken";
  if (r.derived > 0) text += "; of " + grouped(r.derived) + " their own calls tell the result";
  if (r.estimated > 0)
    text += "; " + grouped(r.estimated) + " are estimated from " + grouped(r.drawn) +
            " that were tried or judged by chance";
  if (r.expected > 0)
    text += "; for " + grouped(r.expected) +
            " nothing like them was tried: their cost is the planner's expectation, their verdict "
            "and time are left out";
  if (r.untold > 0)
    text += "; of " + grouped(r.untold) +
            " the record does not say what would have been chosen: they are as they were";
  text += r.is_exact() ? ". All of it is told by the records: $" : ". Told by the records: $";
  return wrapped("- " + text + observe::dollars_text(r.told_cost) + ".", 96, "");
}

void add_figure(observe::JsonBuilder& json, std::string_view name, const WhatIfFigure& figure) {
  json.key(name).open('{').key("value").real(figure.value);
  json.key("low").real(figure.interval.low).key("high").real(figure.interval.high).close('}');
}

}  // namespace

std::string what_if_report(const std::vector<NamedWhatIf>& tried) {
  std::string text =
      money_table(tried) + '\n' + quality_table(tried) + '\n' + verdict_table(tried) + '\n';
  for (const NamedWhatIf& one : tried) text += grounds_text(one);
  return text;
}

std::string what_if_report_json(const std::vector<NamedWhatIf>& tried) {
  observe::JsonBuilder json;
  json.open('[');
  for (const auto& [name, r] : tried) {
    json.open('{').member("configuration", name).member("exchanges", r.exchanges);
    json.member("other_plan", r.other_plan).member("derived", r.derived);
    json.member("estimated", r.estimated).member("drawn", r.drawn);
    json.member("expected", r.expected).member("untold", r.untold);
    json.member("told_cost_usd", r.told_cost);
    add_figure(json, "cost_usd", r.cost);
    json.key("baseline_usd").real(r.baseline);
    add_figure(json, "draft_use", r.draft_use);
    add_figure(json, "p50_ms", r.p50_ms);
    add_figure(json, "p95_ms", r.p95_ms);
    json.key("verdicts").open('{');
    for (int i = 0; i < kVerdictCount; ++i)
      json.key(name_of(static_cast<Verdict>(i))).real(r.verdicts[static_cast<std::size_t>(i)]);
    json.close('}').key("unseen").real(r.quality.unseen).member("labels", r.quality.labels);
    add_figure(json, "bad_rate", r.quality.bad_rate);
    json.close('}');
  }
  return json.close(']').take();
}

}  // namespace rlm::lab
