#pragma once
// The ledger against the models' own bills, call by call.

#include <string>
#include <vector>

#include "domain/exchange_record.hpp"
#include "sim/records.hpp"

namespace rlm::test {

/// All exchanges of a ledger's file that nobody writes any more, oldest first. Throws when it
/// cannot be read.
std::vector<ExchangeRecord> records_of_file(const std::string& path);

/// Calls of one model that stand on one side only, each side's by their prompts' size.
struct LonelyCalls {
  std::vector<CallRecord> ledger;
  std::vector<sim::BilledCall> bill;
};
/// Calls are the same when model, tokens and money are.
LonelyCalls lonely_calls(const std::vector<ExchangeRecord>& records, const sim::Bill& bill);

/// One line for each call that is on one side only; empty when ledger and bills hold the same
/// calls, each as often. Calls are the same when model, tokens and money are. `bills` must hold
/// every call.
std::string unlike_calls(const std::vector<ExchangeRecord>& records,
                         const std::vector<sim::Bill>& bills);

}  // namespace rlm::test
