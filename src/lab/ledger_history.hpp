#pragma once
// A ledger's exchanges in the order in which they happened, each with the work that followed it.

#include <deque>
#include <string>
#include <vector>

#include "domain/exchange_record.hpp"

namespace rlm::lab {

/// One exchange of a client, and what was tried or judged off its path. Points into the history.
struct RecordedExchange {
  const ExchangeRecord* client = nullptr;
  const ExchangeRecord* shadow = nullptr;       // a try that did not break off; null: none
  const ExchangeRecord* audit = nullptr;        // with a judgement; null: none
  std::vector<const ExchangeRecord*> asides{};  // all of it, whatever came of it
};

/// Fed a ledger's records, the newest first. Holds all of them.
class LedgerHistory {
 public:
  void add(ExchangeRecord record) { records_.push_back(std::move(record)); }

  /// The oldest first. Call it when everything was added.
  std::vector<RecordedExchange> exchanges() const;
  /// Work whose exchange is not in the history.
  std::vector<const ExchangeRecord*> orphans() const;

 private:
  std::deque<ExchangeRecord> records_;
};

}  // namespace rlm::lab
