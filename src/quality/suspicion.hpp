#pragma once
// How likely a draft is bad, by numbers that describe it, learned from labels as they come.

#include <array>
#include <cstddef>

namespace rlm::quality {

/// What can be measured about a draft; what the numbers mean is the caller's. The same measure must
/// stand at the same place each time.
inline constexpr std::size_t kMeasures = 27;
using Measures = std::array<double, kMeasures>;

/// A logistic regression over measures that are brought to mean 0 and deviation 1 as they pass,
/// trained by AdaGrad (Duchi, Hazan & Singer, JMLR 12, 2011), a step a label. Begins at a stated
/// guess. One for each class: what tells a bad draft from a good one does not carry over from one
/// kind of work to another (cascade.md §13). Constant memory, well below a microsecond. Not
/// thread-safe.
class Suspicion {
 public:
  /// `prior`: the share of bad drafts that is assumed before the first label. The paper's own share
  /// of verified answers that were rewritten is 14 of 41.
  explicit Suspicion(double prior = 14.0 / 41);

  /// Takes in what an ordinary draft of this class looks like, labelled or not.
  void see(const Measures& measures);
  /// The probability in (0, 1) that such a draft is bad.
  double of(const Measures& measures) const;
  /// A label; `weight` > 0: how many drafts of its kind it stands for.
  void learn(const Measures& measures, bool bad, double weight = 1);

 private:
  Measures standard(const Measures& measures) const;

  double seen_ = 0;
  Measures mean_{};
  Measures variance_{};
  double bias_;
  double bias_gradient_ = 1;
  Measures weight_{};
  Measures gradient_{};
};

}  // namespace rlm::quality
