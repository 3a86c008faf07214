#include <algorithm>
#include <cmath>

#include "lab/random_text.hpp"
#include "lab/what_if.hpp"

namespace rlm::lab {
namespace {

constexpr int kResamples = 200;

struct Weighted {
  double ms = 0;
  double weight = 0;
  std::size_t drawn = 0;  // 1 + place among all drawn ones; 0: certain
};

/// `values` rise.
double weighted_quantile(const std::vector<Weighted>& values, const std::vector<double>& scale,
                         double q) {
  double all = 0;
  for (const Weighted& each : values) all += each.weight * scale[each.drawn];
  double left = q * all;
  for (const Weighted& each : values) {
    left -= each.weight * scale[each.drawn];
    if (left <= 0) return each.ms;
  }
  return values.empty() ? 0 : values.back().ms;
}

WhatIfFigure figure_of(double value, std::vector<double> resampled) {
  if (resampled.empty()) return {value, {value, value}};
  return {value,
          {std::min(value, quantile(resampled, .025)), std::max(value, quantile(resampled, .975))}};
}

/// The 95 % score interval of a share that was estimated from as much as `n` answers.
Interval score_interval(double share, double n) {
  if (n <= 0) return {0, 1};
  constexpr double kZ = 1.959964;
  const double z2 = kZ * kZ / n;
  const double middle = (share + z2 / 2) / (1 + z2);
  const double half = kZ / (1 + z2) * std::sqrt(share * (1 - share) / n + z2 / (4 * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace

/// Sums over everything, with the drawn of each stratum taken so many times.
class WhatIfSums {
 public:
  explicit WhatIfSums(const WhatIf& what_if) : w_(what_if), result_(what_if.told_) {
    for (const auto& [name, stratum] : w_.strata_) {
      if (stratum.drawn.empty())
        result_.expected += static_cast<std::int64_t>(stratum.members);
      else
        result_.estimated += static_cast<std::int64_t>(stratum.members);
      result_.drawn += static_cast<std::int64_t>(stratum.drawn.size());
    }
    gather_times();
  }

  WhatIfResult result() {
    std::vector<double> cost, use, p50, p95;
    const bool by_chance = result_.estimated > 0;
    for (int draw = 1; by_chance && draw <= kResamples; ++draw) {
      const Sums sums = sums_of(true);
      cost.push_back(sums.dollars);
      use.push_back(use_of(sums));
      p50.push_back(weighted_quantile(times_, scale_, .5));
      p95.push_back(weighted_quantile(times_, scale_, .95));
    }
    const Sums sums = sums_of(false);
    result_.cost = figure_of(sums.dollars, cost);
    result_.verdicts = sums.verdicts;
    result_.draft_use = figure_of(use_of(sums), use);
    result_.p50_ms = figure_of(weighted_quantile(times_, scale_, .5), p50);
    result_.p95_ms = figure_of(weighted_quantile(times_, scale_, .95), p95);
    add_quality(sums);
    return result_;
  }

 private:
  struct Sums {
    double dollars = 0;
    double drafted = 0;  // with a known verdict
    std::array<double, kVerdictCount> verdicts{};
    std::map<std::string, double> unseen;  // by kind, of the estimated ones
  };

  static double use_of(const Sums& sums) {
    double used = 0;
    for (const Verdict verdict : {Verdict::Skipped, Verdict::Validated, Verdict::Accepted})
      used += sums.verdicts[static_cast<std::size_t>(verdict)];
    return sums.drafted > 0 ? used / sums.drafted : 0;
  }

  /// Certain times, those of direct answers that are like others of their kind, and drawn ones.
  void gather_times() {
    for (const double ms : w_.ms_) times_.push_back({ms, 1, 0});
    for (const auto& [kind, count] : w_.direct_without_ms_) {
      const auto known = w_.direct_ms_.find(kind);
      if (known == w_.direct_ms_.end()) continue;
      for (const double ms : known->second)
        times_.push_back({ms, count / static_cast<double>(known->second.size()), 0});
    }
    std::size_t number = 0;
    for (const auto& [name, stratum] : w_.strata_)
      for (const auto& drawn : stratum.drawn) times_.push_back({drawn.outcome.ms, 1, ++number});
    scale_.assign(number + 1, 1);
    std::sort(times_.begin(), times_.end(),
              [](const Weighted& a, const Weighted& b) { return a.ms < b.ms; });
  }

  Sums sums_of(bool resampled) {
    Sums sums;
    sums.dollars = result_.told_cost.dollars();
    sums.verdicts = result_.verdicts;
    sums.drafted = w_.drafted_ - static_cast<double>(result_.expected);
    std::size_t number = 0;
    for (const auto& [name, stratum] : w_.strata_) {
      const auto times = times_of(stratum, resampled);
      double weight = 0, residual = 0;
      for (std::size_t i = 0; i < stratum.drawn.size(); ++i) {
        weight += times[i] * stratum.drawn[i].weight;
        residual += times[i] * stratum.drawn[i].weight * stratum.drawn[i].residual_nano;
      }
      sums.dollars += stratum.expected_nano / 1e9;
      if (stratum.drawn.empty()) continue;
      sums.dollars += stratum.members * residual / weight / 1e9;
      const std::string kind = kind_of(name);
      for (std::size_t i = 0; i < stratum.drawn.size(); ++i) {
        const auto& drawn = stratum.drawn[i];
        const double mass = stratum.members * times[i] * drawn.weight / weight;
        scale_[++number] = mass;
        sums.verdicts[static_cast<std::size_t>(drawn.outcome.verdict)] += mass;
        if (drawn.outcome.is_unseen()) sums.unseen[kind] += mass;
      }
    }
    return sums;
  }

  /// How often each drawn one counts. One that was certain to be drawn stands for itself alone.
  std::vector<double> times_of(const WhatIfStratum& stratum, bool resampled) {
    const std::size_t n = stratum.drawn.size();
    const bool all = static_cast<double>(n) == stratum.members;
    if (!resampled || all) return std::vector<double>(n, 1);
    std::vector<double> times(n, 0);
    for (std::size_t i = 0; i < n; ++i) times[random_.below(n)] += 1;
    return times;
  }

  /// The second part of a stratum's name.
  static std::string kind_of(const std::string& name) {
    const auto from = name.find('\n') + 1;
    return name.substr(from, name.find('\n', from) - from);
  }

  void add_quality(const Sums& sums) {
    WhatIfQuality& quality = result_.quality;
    double bad = 0;
    double spread = 0;  // Σ N²/n
    for (const auto& [kind, labels] : w_.labels_) {
      const auto estimated = sums.unseen.find(kind);
      const double unseen =
          labels.unseen + (estimated == sums.unseen.end() ? 0 : estimated->second);
      quality.unseen += unseen;
      quality.labels += labels.count;
      if (labels.weight <= 0) continue;
      quality.labelled += unseen;
      bad += unseen * labels.bad / labels.weight;
      const double n = labels.weight * labels.weight / labels.weight_squared;
      spread += unseen * unseen / n;
    }
    for (const auto& [kind, unseen] : sums.unseen)
      if (!w_.labels_.contains(kind)) quality.unseen += unseen;
    if (quality.labelled <= 0) return;
    quality.bad_rate.value = bad / quality.labelled;
    quality.bad_rate.interval =
        score_interval(quality.bad_rate.value, quality.labelled * quality.labelled / spread);
  }

  const WhatIf& w_;
  WhatIfResult result_;
  std::vector<Weighted> times_;
  std::vector<double> scale_;  // of drawn ones, by their number; 1 at 0
  Random random_{0x5EED};
};

WhatIfResult WhatIf::result() const {
  return WhatIfSums(*this).result();
}

}  // namespace rlm::lab
