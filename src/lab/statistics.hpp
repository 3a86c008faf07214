#pragma once
// How sure a count or a percentile is: the paper's samples are small, so no figure goes without its
// interval.

#include <cstddef>
#include <vector>

namespace rlm::lab {

struct Interval {
  double low = 0;
  double high = 0;
};

/// The 95 % Wilson score interval of a share; [0, 1] when `total` is 0.
Interval wilson(std::size_t successes, std::size_t total);

/// The q-quantile (0..1), linear between neighbours; 0 for no values. Sorts a copy.
double quantile(std::vector<double> values, double q);

/// The distribution-free 95 % interval of the q-quantile from order statistics (exact binomial).
/// The whole range of the values when there are too few for 95 %.
Interval quantile_interval(std::vector<double> values, double q);

/// The 95 % interval of 1 − sum(b) / sum(a) over paired values: percentile bootstrap with a fixed
/// seed, so that the same run gives the same interval. [0, 0] for no values. a and b have one size.
Interval saving_interval(const std::vector<double>& a, const std::vector<double>& b);

/// The two-sided p-value of Fisher's exact test for two shares k1/n1 and k2/n2.
double fisher_exact(std::size_t k1, std::size_t n1, std::size_t k2, std::size_t n2);

}  // namespace rlm::lab
