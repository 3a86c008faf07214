#pragma once
// Where labels are kept, and what classes have earned by them, across restarts.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "quality/label.hpp"

namespace rlm::store {

/// What a class had earned when label `upto` and all before it had been counted.
struct ClassStanding {
  std::string class_name;
  std::int64_t upto = 0;
  std::string snapshot;  // quality::ClassTrust
};

/// How a store stands with what is to be kept in it.
struct LabelCounts {
  std::uint64_t waiting = 0;  // labels that are not stored yet
  std::uint64_t lost = 0;     // because too many waited, or it cannot hold one
  bool reachable = true;      // it answered last time; true where there is none
};

/// Blocking; each object is used by one thread at a time. After a failure other than BadRequest it
/// may be of no more use: open another one. Unreachable and Timeout (Source::Self) may pass by
/// themselves.
class LabelStore {
 public:
  using OnLabel = std::function<void(std::int64_t number, const quality::Label& label)>;
  using OnDamage = std::function<void(const std::string& row_and_cause)>;

  virtual ~LabelStore() = default;

  /// Adds labels in one transaction, in their order. A second label of the same exchange by the
  /// same source is passed over, so that repeating is safe. BadRequest (Source::Self) when one is
  /// not sound: then none is added.
  virtual Result<void> add(const std::vector<quality::Label>& labels) = 0;
  /// The labels behind number `after` in the order in which they came; numbers rise, also where
  /// several processes add to one store. A row that cannot be a label goes to `on_damage` with its
  /// number, its exchange and what is wrong, and stays in the table. Returns the number of the last
  /// row, `after` when there is none.
  virtual Result<std::int64_t> read(std::int64_t after, const OnLabel& on_label,
                                    const OnDamage& on_damage) = 0;

  /// Replaces what is kept of these classes, in one transaction; not a standing that has counted
  /// more labels, which another process was quicker to keep.
  virtual Result<void> keep(const std::vector<ClassStanding>& standings) = 0;
  virtual Result<std::vector<ClassStanding>> standings() = 0;
  /// Drops labels from before `time` that a standing has counted; how many.
  virtual Result<std::int64_t> forget(UnixMs time) = 0;
};

/// The tables `labels` and `standings` of the ledger at `path` (docs/quality.md), made where they
/// are missing. Errors as open_ledger_file().
Result<std::unique_ptr<LabelStore>> open_sqlite_labels(const std::string& path);

}  // namespace rlm::store
