#include "lab/pair_report.hpp"

#include <algorithm>

#include "lab/table.hpp"

namespace rlm::lab {
namespace {

/// What RouteLLM published of its best router on the same data (arXiv 2406.18665).
struct Published {
  const char* set;
  const char* router;
  double apgr;
  double cpt50;
  double cpt80;
};
constexpr Published kPublished[] = {
    {"routellm_gsm8k", "RouteLLM, causal LLM", .627, .3406, .6238},
    {"mtbench", "RouteLLM, matrix factorization", .802, .1340, .3131},
};

std::string range_text(const Interval& interval, int digits = 1) {
  const auto number = [digits](double value) { return decimal(value * 100, digits); };
  return number(interval.low) + ".." + number(interval.high);
}

std::string share_text(const PairFigure& figure) {
  return percent(figure.value) + " (" + range_text(figure.interval) + ")";
}

std::string figure_text(const std::optional<PairFigure>& figure) {
  if (!figure) return "-";
  return decimal(figure->value, 3) + " (" + decimal(figure->interval.low, 2) + ".." +
         decimal(figure->interval.high, 2) + ")";
}

std::string cost_text(const PairPoint& point) {
  return point.cost ? percent(point.cost->value) : "-";
}

std::string calls_text(PairRules::Calls calls) {
  switch (calls) {
    case PairRules::Calls::OwnAnswers:
      break;
    case PairRules::Calls::Compared:
      return "drafted tool calls are compared with the verify model's own, for its price";
    case PairRules::Calls::Verdicts:
      return "drafted tool calls are judged by verdicts";
  }
  return "drafted tool calls are checked by the verify model's own";
}

std::string instruction_text(const route::VerdictForms& forms) {
  const std::string full = "an instruction of " + std::to_string(forms.full) + " tokens";
  if (forms.brief <= 0) return full;
  return full + ", or of " + std::to_string(forms.brief) + " where that is cheaper, on calls of " +
         std::to_string(forms.calls);
}

std::string balanced_table(const PairRun& run) {
  Table table({"set", "pairs", "draft", "verify", "either", "balanced", "of all-verify's", "cost",
               "verify calls", "unseen worse", "random"});
  for (const auto& set : run.sets)
    table.add({set.name, std::to_string(set.pairs), percent(set.draft_quality),
               percent(set.verify_quality), percent(set.either_quality),
               percent(set.balanced.quality.value), share_text(set.balanced.kept),
               set.balanced.cost ? share_text(*set.balanced.cost) : "-",
               percent(set.balanced.asked), percent(set.balanced.unseen_bad),
               !set.balanced.cost ? "-"
               : set.is_dominated ? "DOMINATES"
                                  : "is worse"});
  return table.text();
}

std::string presets_table(const PairRun& run) {
  const auto cell = [](const PairPoint& point) {
    return percent(point.kept.value) + " / " + cost_text(point);
  };
  Table table({"set", "all draft", "paper", "safe", "balanced", "max_savings"});
  for (const auto& set : run.sets)
    table.add({set.name, cell(set.all_draft), cell(set.paper), cell(set.safe), cell(set.balanced),
               cell(set.max_savings)});
  return table.text();
}

std::string router_table(const PairRun& run) {
  Table table({"set", "APGR", "capped at 1", "CPT50", "CPT80", "APGR, own answers only"});
  table.add({"random mixing", "0.500", "0.500", "50.0 %", "80.0 %"});
  for (const auto& published : kPublished)
    table.add({std::string(published.router) + " on " + published.set, decimal(published.apgr, 3),
               "", percent(published.cpt50), percent(published.cpt80)});
  for (const auto& set : run.sets)
    table.add({set.name, figure_text(set.apgr), figure_text(set.apgr_capped),
               set.cpt50 ? share_text(*set.cpt50) : "-", set.cpt80 ? share_text(*set.cpt80) : "-",
               figure_text(set.own_apgr)});
  return table.text();
}

std::string noise_table(const PairRun& run) {
  std::vector<std::string> header = {"set", percent(run.options.verdict_accuracy, 0)};
  for (const double accuracy : kVerdictAccuracies) header.push_back(percent(accuracy, 0));
  Table table(header);
  for (const auto& set : run.sets) {
    std::vector<std::string> row = {
        set.name, percent(set.balanced.kept.value) + " / " + cost_text(set.balanced)};
    for (const auto& point : set.noisy)
      row.push_back(percent(point.kept.value) + " / " + cost_text(point));
    table.add(std::move(row));
  }
  return table.text();
}

const PairSetStudy* set_named(const PairRun& run, std::string_view name) {
  for (const auto& set : run.sets)
    if (set.name.starts_with(name)) return &set;
  return nullptr;
}

std::string goals_text(const PairRun& run) {
  const auto line = [](bool met, const std::string& what) {
    return std::string(met ? "met     " : "MISSED  ") + what + "\n";
  };
  std::string text;
  if (const auto* set = set_named(run, "routellm_gsm8k"); set != nullptr && set->apgr)
    text += line(set->apgr->value >= .80,
                 "routellm_gsm8k: APGR at least 0.80: " + figure_text(set->apgr) +
                     ", capped at 1 " + figure_text(set->apgr_capped));
  if (const auto* set = set_named(run, "gsm8k__deepseek"); set != nullptr && set->balanced.cost) {
    const auto reaches = [&](const CurvePoint& point) {
      return point.quality >= .99 * set->verify_quality && point.cost <= .30;
    };
    text += line(set->balanced.kept.value >= .99 && set->balanced.cost->value <= .30,
                 "gsm8k, DeepSeek to Sonnet: 99 % of verify's quality for at most 30 % of its "
                 "cost: balanced " +
                     share_text(set->balanced.kept) + " for " + share_text(*set->balanced.cost) +
                     (std::any_of(set->curve.begin(), set->curve.end(), reaches)
                          ? "; another setting of the rule reaches it"
                          : "; no setting of the rule reaches it"));
  }
  std::string dominated;
  for (const auto& set : run.sets)
    if (set.is_dominated) dominated += (dominated.empty() ? "" : ", ") + set.name;
  text += line(dominated.empty(), "balanced is dominated by random mixing on no set" +
                                      (dominated.empty() ? "" : ": it is on " + dominated));
  return text;
}

std::string json_of(const PairFigure& figure) {
  return "[" + decimal(figure.value, 5) + "," + decimal(figure.interval.low, 5) + "," +
         decimal(figure.interval.high, 5) + "]";
}
std::string json_of(const std::optional<PairFigure>& figure) {
  return figure ? json_of(*figure) : "null";
}
std::string json_of(const PairPoint& point) {
  return "{\"quality\":" + json_of(point.quality) + ",\"kept\":" + json_of(point.kept) +
         ",\"cost\":" + json_of(point.cost) + ",\"asked\":" + decimal(point.asked, 5) +
         ",\"unseen_worse\":" + decimal(point.unseen_bad, 5) + "}";
}

std::string json_of(const PairSetStudy& set) {
  std::string json = "{\"set\":\"" + set.name + "\",\"pairs\":" + std::to_string(set.pairs) +
                     ",\"draft\":" + decimal(set.draft_quality, 5) +
                     ",\"verify\":" + decimal(set.verify_quality, 5) +
                     ",\"either\":" + decimal(set.either_quality, 5);
  const std::pair<const char*, const PairPoint*> points[] = {{"all_draft", &set.all_draft},
                                                             {"paper", &set.paper},
                                                             {"safe", &set.safe},
                                                             {"balanced", &set.balanced},
                                                             {"max_savings", &set.max_savings}};
  for (const auto& [name, point] : points)
    json += std::string(",\"") + name + "\":" + json_of(*point);
  json += ",\"apgr\":" + json_of(set.apgr) + ",\"apgr_capped\":" + json_of(set.apgr_capped) +
          ",\"cpt50\":" + json_of(set.cpt50) + ",\"cpt80\":" + json_of(set.cpt80) +
          ",\"dominated\":" + (set.is_dominated ? "true" : "false") + ",\"curve\":[";
  for (const auto& point : set.curve)
    json += std::string(&point == set.curve.data() ? "" : ",") + "[" +
            decimal(point.bad_share_max, 4) + "," + decimal(point.asked, 5) + "," +
            decimal(point.quality, 5) + "," + decimal(point.cost, 5) + "]";
  json += "],\"noisy\":[";
  for (std::size_t i = 0; i < set.noisy.size(); ++i)
    json += std::string(i == 0 ? "" : ",") + "{\"accuracy\":" + decimal(kVerdictAccuracies[i], 2) +
            ",\"balanced\":" + json_of(set.noisy[i]) + "}";
  return json + "]}";
}

}  // namespace

std::string pair_report_text(const PairRun& run) {
  std::size_t pairs = 0;
  for (const auto& set : run.sets) pairs += set.pairs;
  std::string text = std::to_string(pairs) + " pairs in " + std::to_string(run.sets.size()) +
                     " sets, each served in " + std::to_string(run.options.orders) +
                     " orders (seed " + std::to_string(run.options.seed) + "), verdicts right " +
                     percent(run.options.verdict_accuracy, 0) + " of the time, with " +
                     instruction_text(run.options.forms) + "; " + calls_text(run.options.calls) +
                     ".\n\n";
  text += "Preset balanced: at most " + percent(kBalancedBadShare, 0) +
          " of all answers unseen and bad; in brackets the 95 % interval\n\n" + balanced_table(run);
  text += "\nPresets: quality of all-verify's / cost of all-verify's\n\n" + presets_table(run);
  text += "\nAs a router: recovered gap over the share of calls to the verify model\n\n" +
          router_table(run);
  text += "\nbalanced, by how often a verdict is right: quality / cost\n\n" + noise_table(run);
  text += "\nGoals\n\n" + goals_text(run) + "\n";
  for (const char* note :
       {"Drafts, answers and tokens are as recorded. Each class (turn kind, complexity, draft and "
        "verify model) begins without knowledge and learns from the verdicts that the rule has "
        "bought, in the order of the pairs. Verdicts are drawn from the recorded correctness: "
        "right is to take a draft that is no worse than the verify model's own answer, unless both "
        "are "
        "wrong. That is what bounds these figures: no real verify model has perfect verdicts.",
        "Verified share and cost count every call to the verify model, those that only explore "
        "included. A draft is verified by a verdict call (prompt, draft and instruction read, "
        "6 tokens written, its own answer on top when it rewrites); tool calls that code finds a "
        "fault with are answered by the verify model (--calls own: all that are checked, and "
        "whether the draft's is worse is known for nothing; compared pays for that); an agent's "
        "turn is judged by its digest, from the request alone. Where drafts of a class cost more "
        "than direct answers, balanced goes direct.",
        "\"either\": quality if the better of both answers were always known. \"unseen worse\": "
        "delivered without a verdict although the verify model's answer was better. Recovery can "
        "exceed 1 because a verdict also keeps drafts that are right where the verify model is "
        "wrong; \"capped at 1\" leaves that out. Published figures are of routers that see the "
        "prompt only, trained beforehand. Prices: compiled in, older models at their list price, "
        "uncached; \"-\": tokens were not recorded, or there is no gap."})
    text += wrapped(note);
  return text;
}

std::string pair_report_json(const PairRun& run) {
  std::string sets;
  for (const auto& set : run.sets) sets += (sets.empty() ? "" : ",\n") + json_of(set);
  return "{\"verdict_accuracy\":" + decimal(run.options.verdict_accuracy, 3) +
         ",\"orders\":" + std::to_string(run.options.orders) +
         ",\"seed\":" + std::to_string(run.options.seed) + ",\"sets\":[" + sets + "]}\n";
}

}  // namespace rlm::lab
