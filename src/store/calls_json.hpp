#pragma once
// The upstream calls of an exchange as one JSON text: a column of the ledger.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domain/exchange_record.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::store {

/// Replaces `out` by an array with one object for each call, in their order.
void write_calls(const std::vector<CallRecord>& calls, std::string& out);

/// The reverse. Internal (Source::Self) for what write_calls() does not write; a member that is
/// missing reads as zero or empty.
Result<std::vector<CallRecord>> read_calls(std::string_view json, wire::JsonIndex& index);

}  // namespace rlm::store
