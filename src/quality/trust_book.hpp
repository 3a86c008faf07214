#pragma once
// The standing of every class: looked up by each request, changed by each label.

#include <atomic>
#include <functional>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "quality/label.hpp"
#include "quality/trust.hpp"

namespace rlm::quality {

/// What a request has to know.
struct Standing {
  Trust state = Trust::Probation;
  double audit_share = 1;  // what a label of this answer stores as its least probability
};

/// What a dashboard shows of a class.
struct ClassReport {
  std::string class_name;
  Standing standing;
  TrustRules rules;
  bool presumed = false;  // trusted without having earned it yet
  double upper = 1;       // the bound on its bad rate
  std::int64_t labels = 0;
  std::int64_t bad = 0;
  std::int64_t demotions = 0;
};

/// Thread-safe; a look-up takes a shared lock and some 100 ns. Bounded by kClassesMax: what comes
/// beyond is on probation for good.
class TrustBook {
 public:
  static constexpr std::size_t kClassesMax = 10'000;
  /// How a class begins that nothing is known of, and by which rules it goes on.
  struct Beginning {
    TrustRules rules;
    Trust start = Trust::Probation;
  };
  using BeginningOf = std::function<Beginning(std::string_view class_name)>;
  /// A class's state changed.
  struct Change {
    std::string class_name;
    Trust from = Trust::Probation;
    Trust to = Trust::Probation;
  };

  /// `beginning_of` is called by several threads at once.
  explicit TrustBook(BeginningOf beginning_of) : beginning_of_(std::move(beginning_of)) {}

  Standing standing_of(std::string_view class_name) const;

  /// Until what was earned before is known, no class is trusted: one that was demoted would else
  /// begin anew as if nothing had happened. Known from the start, unless said otherwise.
  void set_known(bool known) { known_.store(known, std::memory_order_relaxed); }
  bool is_known() const { return known_.load(std::memory_order_relaxed); }

  /// Takes a label in. Off the request path. BadRequest (Source::Self) for a label that is not
  /// sound or that has no room; it then counts for nothing.
  Result<std::optional<Change>> add(const Label& label);

  /// All classes with labels, by name. Some ten microseconds a class.
  std::vector<ClassReport> report() const;

  /// {class, snapshot} of all classes with labels.
  std::vector<std::pair<std::string, std::string>> snapshot() const;
  /// Puts one of these back, in place of what was known of the class. BadRequest (Source::Self).
  Result<void> restore(const std::string& class_name, std::string_view snapshot);

 private:
  BeginningOf beginning_of_;
  std::atomic<bool> known_{true};
  mutable std::shared_mutex mutex_;
  std::map<std::string, ClassTrust, std::less<>> classes_;
};

}  // namespace rlm::quality
