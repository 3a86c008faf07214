#include "lab/statistics.hpp"

#include <algorithm>
#include <cmath>

#include "lab/random_text.hpp"

namespace rlm::lab {

namespace {

constexpr double kZ95 = 1.959963984540054;

double log_choose(std::size_t n, std::size_t k) {
  return std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(k) + 1) -
         std::lgamma(static_cast<double>(n - k) + 1);
}

double binomial(std::size_t n, std::size_t k, double p) {
  if (p <= 0) return k == 0 ? 1 : 0;
  if (p >= 1) return k == n ? 1 : 0;
  return std::exp(log_choose(n, k) + static_cast<double>(k) * std::log(p) +
                  static_cast<double>(n - k) * std::log1p(-p));
}

double sorted_quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return 0;
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

}  // namespace

Interval wilson(std::size_t successes, std::size_t total) {
  if (total == 0) return {0, 1};
  const double n = static_cast<double>(total);
  const double p = static_cast<double>(successes) / n;
  const double z2 = kZ95 * kZ95;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ95 / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return sorted_quantile(values, q);
}

Interval quantile_interval(std::vector<double> values, double q) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  // The number of values below the true quantile is binomial(n, q); cut 2.5 % off at each end.
  double cumulative = 0;
  std::size_t low = 0;
  std::size_t high = n - 1;
  bool low_found = false;
  for (std::size_t k = 0; k <= n; ++k) {
    cumulative += binomial(n, k, q);
    if (!low_found && cumulative > 0.025) {
      low = k == 0 ? 0 : k - 1;
      low_found = true;
    }
    if (cumulative >= 0.975) {
      high = std::min(k, n - 1);
      break;
    }
  }
  return {values[low], values[high]};
}

Interval saving_interval(const std::vector<double>& a, const std::vector<double>& b) {
  constexpr int kDraws = 2000;
  const std::size_t n = std::min(a.size(), b.size());
  if (n == 0) return {};
  Random random(0x524C4Du);
  std::vector<double> savings;
  savings.reserve(kDraws);
  for (int draw = 0; draw < kDraws; ++draw) {
    double sum_a = 0;
    double sum_b = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t pick = random.below(n);
      sum_a += a[pick];
      sum_b += b[pick];
    }
    if (sum_a > 0) savings.push_back(1 - sum_b / sum_a);
  }
  std::sort(savings.begin(), savings.end());
  return {sorted_quantile(savings, 0.025), sorted_quantile(savings, 0.975)};
}

double fisher_exact(std::size_t k1, std::size_t n1, std::size_t k2, std::size_t n2) {
  const std::size_t k = k1 + k2;
  const std::size_t n = n1 + n2;
  const auto chance = [&](std::size_t x) {
    return std::exp(log_choose(n1, x) + log_choose(n2, k - x) - log_choose(n, k));
  };
  const double observed = chance(k1);
  double p = 0;
  for (std::size_t x = k > n2 ? k - n2 : 0; x <= std::min(k, n1); ++x) {
    const double each = chance(x);
    if (each <= observed * (1 + 1e-9)) p += each;
  }
  return std::min(1.0, p);
}

}  // namespace rlm::lab
