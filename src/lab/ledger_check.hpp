#pragma once
// A ledger's figures worked out again from its usage and the price table.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/exchange_record.hpp"
#include "money/rate_book.hpp"

namespace rlm::lab {

/// One figure of the ledger that does not come out again.
struct LedgerDifference {
  std::string exchange;
  int call = -1;     // its place in the exchange; -1: the exchange's own sum
  std::string what;  // which call, and why it may differ
  NanoUsd stored;
  NanoUsd recomputed;
};

struct LedgerGroup {
  std::int64_t exchanges = 0;
  std::int64_t calls = 0;
  std::int64_t dearer = 0;  // exchanges that cost more than direct would have
  NanoUsd cost;
  NanoUsd baseline;
};

/// Fed one exchange after the other.
class LedgerCheck {
 public:
  static constexpr std::size_t kNamedMax = 20;

  /// `rates`: the prices of the configuration that wrote the ledger. Must outlive the check.
  explicit LedgerCheck(money::RateBook& rates) : rates_(rates) {}

  void add(const ExchangeRecord& record);

  const LedgerGroup& of(Verdict verdict) const {
    return groups_[static_cast<std::size_t>(verdict)];
  }
  /// Work off a client's path, which is in no verdict's group.
  const LedgerGroup& of(Occasion occasion) const {
    return asides_[static_cast<std::size_t>(occasion)];
  }
  /// Exchanges of clients; calls and money of everything.
  LedgerGroup total() const;
  NanoUsd recomputed() const { return recomputed_; }
  /// Calls that ended before they told their usage, and what they are estimated to have cost.
  std::int64_t estimated_calls() const { return estimated_; }
  NanoUsd estimated_cost() const { return estimated_cost_; }
  std::int64_t difference_count() const { return difference_count_; }
  /// The first kNamedMax.
  const std::vector<LedgerDifference>& differences() const { return differences_; }
  /// The exchanges that lost most against direct, the worst first; at most kWorstMax.
  static constexpr std::size_t kWorstMax = 5;
  const std::vector<ExchangeRecord>& worst() const { return worst_; }

 private:
  NanoUsd recompute(const ExchangeRecord& record, int index);
  void differ(LedgerDifference difference);
  void keep_if_bad(const ExchangeRecord& record);

  money::RateBook& rates_;
  std::array<LedgerGroup, kVerdictCount> groups_;
  std::array<LedgerGroup, kOccasionCount> asides_;
  NanoUsd recomputed_;
  std::int64_t estimated_ = 0;
  NanoUsd estimated_cost_;
  std::int64_t difference_count_ = 0;
  std::vector<LedgerDifference> differences_;
  std::vector<ExchangeRecord> worst_;
};

std::string ledger_report(const std::string& name, const LedgerCheck& check);
/// `configurations`: JSON of what_if_report_json().
std::string ledger_report_json(const std::string& name, const LedgerCheck& check,
                               const std::string& configurations = "[]");

}  // namespace rlm::lab
