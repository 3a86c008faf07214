#pragma once
// Brings a book of classes back from the label store, and writes it there.

#include <cstdint>
#include <string>
#include <vector>

#include "quality/trust_book.hpp"
#include "store/label_store.hpp"

namespace rlm::store {

struct RestoredTrust {
  static constexpr std::size_t kNamedMax = 20;

  std::int64_t standings = 0;  // classes taken over from their standing
  std::int64_t labels = 0;     // counted, behind the standings
  std::int64_t damaged = 0;    // rows passed over
  std::int64_t upto = 0;       // the number of the newest label
  /// The first kNamedMax of them, each with its row and what is wrong with it.
  std::vector<std::string> named;
};

/// Fills `book`, which is empty: each class's standing, then its labels since. A damaged label is
/// passed over; a damaged standing too, and its class begins anew with the labels that are still
/// there. On failure (the file cannot be read) nothing was counted.
Result<RestoredTrust> restore_trust(LabelStore& store, quality::TrustBook& book);

/// Keeps the standing of every class. `book` must have counted exactly the store's labels up to
/// number `upto`.
Result<void> keep_trust(LabelStore& store, const quality::TrustBook& book, std::int64_t upto);

}  // namespace rlm::store
