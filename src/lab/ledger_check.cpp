#include "lab/ledger_check.hpp"

#include <algorithm>

namespace rlm::lab {

NanoUsd LedgerCheck::recompute(const ExchangeRecord& record, int index) {
  const CallRecord& call = record.calls[static_cast<std::size_t>(index)];
  if (call.role == CallRole::Count) return {};  // counting is free
  const UnixMs when{record.started.value + call.started_ms};
  const money::Rate rate = rates_.find(call.endpoint, call.model, when);
  std::string what =
      std::string(name_of(call.role)) + " at " + call.endpoint + " (" + call.model + "), ";
  if (rate.price == nullptr) {
    if (call.cost.value == 0) return {};  // free then as now
    differ({record.id, index, what + "no price is known for it now", call.cost, {}});
    return {};
  }
  const NanoUsd cost = rate.cost_of(call.usage, when);
  if (cost == call.cost) return cost;
  what += rate.price->valid_from == call.price_version
              ? "same price version " + call.price_version + ", other price or multiplier"
              : "priced then by version " +
                    (call.price_version.empty() ? "(none)" : call.price_version) + ", now by " +
                    rate.price->valid_from;
  differ({record.id, index, what, call.cost, cost});
  return cost;
}

void LedgerCheck::differ(LedgerDifference difference) {
  ++difference_count_;
  if (differences_.size() < kNamedMax) differences_.push_back(std::move(difference));
}

void LedgerCheck::keep_if_bad(const ExchangeRecord& record) {
  if (record.saved().value >= 0) return;
  const auto worse = [](const ExchangeRecord& a, const ExchangeRecord& b) {
    return a.saved() < b.saved();
  };
  worst_.insert(std::upper_bound(worst_.begin(), worst_.end(), record, worse), record);
  if (worst_.size() > kWorstMax) worst_.pop_back();
}

void LedgerCheck::add(const ExchangeRecord& record) {
  const bool of_client = record.occasion == Occasion::Client;
  LedgerGroup& group = of_client ? groups_[static_cast<std::size_t>(record.verdict)]
                                 : asides_[static_cast<std::size_t>(record.occasion)];
  ++group.exchanges;
  group.calls += static_cast<std::int64_t>(record.calls.size());
  group.cost += record.cost;
  group.baseline += record.baseline;
  if (of_client) {
    group.dearer += record.saved().value < 0 ? 1 : 0;
    keep_if_bad(record);
  }
  NanoUsd stored;
  for (int i = 0; i < static_cast<int>(record.calls.size()); ++i) {
    const CallRecord& call = record.calls[static_cast<std::size_t>(i)];
    stored += call.cost;
    if (is_estimated(call)) {
      ++estimated_;
      estimated_cost_ += call.cost;
    }
    recomputed_ += recompute(record, i);
  }
  if (stored != record.cost)
    differ({record.id, -1, "the exchange is not the sum of its calls", record.cost, stored});
}

LedgerGroup LedgerCheck::total() const {
  LedgerGroup sum;
  for (const LedgerGroup& group : groups_) {
    sum.exchanges += group.exchanges;
    sum.calls += group.calls;
    sum.dearer += group.dearer;
    sum.cost += group.cost;
    sum.baseline += group.baseline;
  }
  for (const LedgerGroup& group : asides_) {
    sum.calls += group.calls;
    sum.cost += group.cost;
  }
  return sum;
}

}  // namespace rlm::lab
