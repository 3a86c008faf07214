#pragma once
// The seam to whoever bounds the quality of delivered drafts (cascade.md §9).

#include "domain/exchange_record.hpp"

namespace rlm::exchange {

/// Decides which drafts that left without the verify model's word are judged afterwards, and hears
/// what came of it. One for the whole process; thread-safe.
class Auditor {
 public:
  virtual ~Auditor() = default;
  /// How likely the answer of this exchange, SKIPPED or VALIDATED, is to be judged, in [0, 1].
  /// Before its last byte leaves: a look-up, no more.
  virtual double share_of(const ExchangeRecord& delivered) = 0;
  /// An audit that came to a judgement; its record `follows` the delivered exchange and tells with
  /// which probability it was drawn. What failed is not told: it is no label.
  virtual void judged(const ExchangeRecord& audit) = 0;
};

}  // namespace rlm::exchange
