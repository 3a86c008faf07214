#include "lab/pair_study.hpp"

#include <algorithm>
#include <cmath>

#include "lab/random_text.hpp"

namespace rlm::lab {
namespace {

constexpr int kDraws = 300;
constexpr double kCurveRules[] = {0,   .001, .003, .006, .01, .015, .02, .03, .045, .06,
                                  .08, .11,  .14,  .18,  .22, .27,  .33, .40, .50,  .65};

/// Means over orders, one entry a pair.
using Lives = std::vector<Served>;

Lives live_orders(const std::vector<PairCase>& cases, const PairRules& rules,
                  const PairStudyOptions& options) {
  Lives mean(cases.size());
  for (int order = 0; order < options.orders; ++order) {
    const auto served =
        serve_pairs(cases, rules, options.seed + static_cast<std::uint64_t>(order) * 7919);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      mean[i].right += served[i].right / options.orders;
      mean[i].dollars += served[i].dollars / options.orders;
      mean[i].asked += served[i].asked / options.orders;
      mean[i].unseen_bad += served[i].unseen_bad / options.orders;
    }
  }
  return mean;
}

/// Sums over a sample of the pairs.
struct Sums {
  double right = 0, dollars = 0, asked = 0, unseen_bad = 0;
};

/// The pairs of a resampling, as how often each was drawn; the first is the set itself.
std::vector<std::vector<std::uint8_t>> draw_samples(std::size_t pairs) {
  Random random(0x9A125u);
  std::vector<std::vector<std::uint8_t>> samples(kDraws + 1, std::vector<std::uint8_t>(pairs, 0));
  samples[0].assign(pairs, 1);
  for (int draw = 1; draw <= kDraws; ++draw)
    for (std::size_t i = 0; i < pairs; ++i) {
      auto& count = samples[static_cast<std::size_t>(draw)][random.below(pairs)];
      if (count < 255) ++count;
    }
  return samples;
}

Sums sums_of(const Lives& lives, const std::vector<std::uint8_t>& sample) {
  Sums sums;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    const double times = sample[i];
    sums.right += times * lives[i].right;
    sums.dollars += times * lives[i].dollars;
    sums.asked += times * lives[i].asked;
    sums.unseen_bad += times * lives[i].unseen_bad;
  }
  return sums;
}

/// `values[0]` is the figure, the others are those of the resamplings.
PairFigure figure_of(const std::vector<double>& values) {
  PairFigure figure;
  figure.value = values[0];
  std::vector<double> drawn(values.begin() + 1, values.end());
  figure.interval = {quantile(drawn, .025), quantile(drawn, .975)};
  return figure;
}

class Study {
 public:
  Study(const std::vector<PairCase>& cases, const PairStudyOptions& options)
      : cases_(cases), options_(options), samples_(draw_samples(cases.size())) {
    rules_.verdict_accuracy = options.verdict_accuracy;
    rules_.calls = options.calls;
    verify_ = sums_of_all(lives(PairRules::Kind::AllVerify));
    draft_ = sums_of_all(lives(PairRules::Kind::AllDraft));
  }

  PairPoint point(PairRules::Kind kind) { return point_of(lives(kind)); }
  PairPoint screened(double bad_share_max, double verdict_accuracy) {
    PairRules rules = rules_;
    rules.screen.bad_share_max = bad_share_max;
    rules.verdict_accuracy = verdict_accuracy;
    return point_of(live_orders(cases_, rules, options_));
  }

  /// Without direct answers: the knob is how much is verified.
  void add_curves(PairSetStudy& study) {
    const auto verdicts = curves(false);
    const auto own = curves(true);
    study.curve = verdicts[0];
    study.own_curve = own[0];
    const auto figures = figures_of(verdicts);
    if (figures.empty()) return;
    study.apgr = router_figure(figures, &RouterFigures::apgr);
    study.apgr_capped = router_figure(figures, &RouterFigures::apgr_capped);
    study.cpt50 = router_figure(figures, &RouterFigures::cpt50);
    study.cpt80 = router_figure(figures, &RouterFigures::cpt80);
    study.own_apgr = router_figure(figures_of(own), &RouterFigures::apgr);
  }

 private:
  /// Of the set itself, then of each resampling.
  std::vector<std::vector<CurvePoint>> curves(bool only_own_answers) const {
    std::vector<std::vector<CurvePoint>> curves(samples_.size());
    const double n = static_cast<double>(cases_.size());
    for (const double bad_share_max : kCurveRules) {
      PairRules rules = rules_;
      rules.may_go_direct = false;
      rules.checks = only_own_answers ? PairRules::Checks::OwnAnswers : PairRules::Checks::Verdicts;
      rules.screen.bad_share_max = bad_share_max;
      const auto sums = sums_of_all(live_orders(cases_, rules, options_));
      for (std::size_t s = 0; s < sums.size(); ++s)
        curves[s].push_back({bad_share_max, sums[s].asked / n, sums[s].right / n,
                             verify_[s].dollars > 0 ? sums[s].dollars / verify_[s].dollars : 0});
    }
    return curves;
  }

  Lives lives(PairRules::Kind kind) const {
    PairRules rules = rules_;
    rules.kind = kind;
    return live_orders(cases_, rules, options_);
  }
  std::vector<Sums> sums_of_all(const Lives& lives) const {
    std::vector<Sums> all;
    for (const auto& sample : samples_) all.push_back(sums_of(lives, sample));
    return all;
  }

  PairPoint point_of(const Lives& lives) const {
    const double n = static_cast<double>(cases_.size());
    const auto sums = sums_of_all(lives);
    std::vector<double> quality, kept, cost;
    for (std::size_t s = 0; s < sums.size(); ++s) {
      quality.push_back(sums[s].right / n);
      kept.push_back(verify_[s].right > 0 ? sums[s].right / verify_[s].right : 1);
      if (verify_[s].dollars > 0) cost.push_back(sums[s].dollars / verify_[s].dollars);
    }
    PairPoint point;
    point.quality = figure_of(quality);
    point.kept = figure_of(kept);
    if (cost.size() == sums.size()) point.cost = figure_of(cost);
    point.asked = sums[0].asked / n;
    point.unseen_bad = sums[0].unseen_bad / n;
    return point;
  }

  /// Empty where there is no gap to recover.
  std::vector<RouterFigures> figures_of(const std::vector<std::vector<CurvePoint>>& curves) const {
    const double n = static_cast<double>(cases_.size());
    std::vector<RouterFigures> figures;
    for (std::size_t s = 0; s < curves.size(); ++s) {
      // A resampling without a gap says nothing of how it is closed.
      if (verify_[s].right - draft_[s].right >= .005 * n)
        figures.push_back(router_figures(curves[s], draft_[s].right / n, verify_[s].right / n));
      else if (s == 0)
        break;
    }
    return figures;
  }

  static PairFigure router_figure(const std::vector<RouterFigures>& figures,
                                  double RouterFigures::*member) {
    std::vector<double> values;
    for (const auto& one : figures) values.push_back(one.*member);
    return figure_of(values);
  }

  const std::vector<PairCase>& cases_;
  PairStudyOptions options_;
  PairRules rules_;
  std::vector<std::vector<std::uint8_t>> samples_;
  std::vector<Sums> verify_, draft_;
};

/// Whether a mixture of all-draft and all-verify is as good and as cheap, and better in one.
bool is_dominated(const PairSetStudy& study) {
  if (!study.balanced.cost) return false;
  const double quality = study.balanced.quality.value;
  const double cost = study.balanced.cost->value;
  const double draft_cost = study.all_draft.cost->value;
  constexpr double kSteps = 1'000;
  constexpr double kEqual = 1e-9;
  for (double step = 0; step <= kSteps; ++step) {
    const double share = step / kSteps;
    const double mixed = study.draft_quality + share * (study.verify_quality - study.draft_quality);
    const double paid = draft_cost + share * (1 - draft_cost);
    if (mixed >= quality - kEqual && paid <= cost + kEqual &&
        (mixed > quality + kEqual || paid < cost - kEqual))
      return true;
  }
  return false;
}

}  // namespace

RouterFigures router_figures(std::vector<CurvePoint> curve, double draft_quality,
                             double verify_quality) {
  std::sort(curve.begin(), curve.end(),
            [](const CurvePoint& a, const CurvePoint& b) { return a.asked < b.asked; });
  curve.insert(curve.begin(), CurvePoint{1, 0, draft_quality, 0});
  curve.push_back(curve.back());
  curve.back().asked = 1;
  RouterFigures figures;
  const double gap = verify_quality - draft_quality;
  const auto recovered = [&](const CurvePoint& point) {
    return (point.quality - draft_quality) / gap;
  };
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const double wide = curve[i].asked - curve[i - 1].asked;
    const double a = recovered(curve[i - 1]);
    const double b = recovered(curve[i]);
    figures.apgr += wide * (a + b) / 2;
    figures.apgr_capped += wide * (std::min(1.0, a) + std::min(1.0, b)) / 2;
    for (const auto& [wanted, into] :
         {std::pair{.5, &figures.cpt50}, std::pair{.8, &figures.cpt80}})
      if (*into == 1 && b >= wanted)
        *into = a >= wanted || b == a ? curve[i - 1].asked
                                      : curve[i - 1].asked + wide * (wanted - a) / (b - a);
  }
  return figures;
}

PairSetStudy study_pairs(const std::string& name, const std::vector<PairCase>& cases,
                         const PairStudyOptions& options) {
  PairSetStudy study;
  study.name = name;
  study.pairs = cases.size();
  if (cases.empty()) return study;
  for (const PairCase& one : cases) {
    const double n = static_cast<double>(cases.size());
    study.draft_quality += one.draft_right / n;
    study.verify_quality += one.verify_right / n;
    study.either_quality += std::max(one.draft_right, one.verify_right) / n;
  }
  Study runs(cases, options);
  study.all_draft = runs.point(PairRules::Kind::AllDraft);
  study.paper = runs.point(PairRules::Kind::Paper);
  study.safe = runs.screened(kSafeBadShare, options.verdict_accuracy);
  study.balanced = runs.screened(kBalancedBadShare, options.verdict_accuracy);
  study.max_savings = runs.screened(kMaxSavingsBadShare, options.verdict_accuracy);
  for (const double accuracy : kVerdictAccuracies)
    study.noisy.push_back(runs.screened(kBalancedBadShare, accuracy));
  runs.add_curves(study);
  study.is_dominated = is_dominated(study);
  return study;
}

}  // namespace rlm::lab
