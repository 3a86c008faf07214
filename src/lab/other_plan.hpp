#pragma once
// What an exchange would have come to by another plan, as far as its records tell.

#include <optional>

#include "exchange/cascade.hpp"
#include "lab/ledger_history.hpp"
#include "money/rate_book.hpp"

namespace rlm::lab {

/// What a client got, and for how much.
struct PlanOutcome {
  Verdict verdict = Verdict::Direct;
  NanoUsd cost;
  double ms = -1;  // to the whole answer; negative: not known
  /// Whether the verify model calls the delivered draft worse than its own answer; nothing where
  /// it was not asked.
  std::optional<bool> bad{};

  bool is_unseen() const { return verdict == Verdict::Skipped || verdict == Verdict::Validated; }
};

/// An outcome that chance has shown.
struct DrawnOutcome {
  PlanOutcome outcome;
  double probability = 1;  // with which it was drawn
};

/// How records of one cascade are read. Borrowed.
struct OutcomeRules {
  const exchange::Cascade& cascade;
  const exchange::RoutingTable& table;
  money::RateBook& rates;  // calls are priced anew; one without a price keeps what it cost
};

/// What came of the exchange by its own plan.
PlanOutcome recorded_outcome(const RecordedExchange& exchange, const OutcomeRules& rules);

/// By `plan`, another one, where the exchange's own calls tell it: its baseline for Direct; its
/// draft for a plan that would have delivered it without the verdict that was asked.
std::optional<PlanOutcome> derived_outcome(const RecordedExchange& exchange, Plan plan,
                                           const OutcomeRules& rules);

/// By `plan`, from the try or the audit beside it, if one was drawn.
std::optional<DrawnOutcome> drawn_outcome(const RecordedExchange& exchange, Plan plan,
                                          const OutcomeRules& rules);

/// The label of an answer that left unseen; its probability is that of the draw.
struct DrawnLabel {
  bool bad = false;
  double probability = 1;
};
std::optional<DrawnLabel> recorded_label(const RecordedExchange& exchange);

}  // namespace rlm::lab
