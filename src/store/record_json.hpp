#pragma once
// What an exchange's row keeps as one JSON text: all that is neither its key nor added up.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/exchange_record.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::store {

/// Writes everything of `record` but what has a column of its own (ledger_schema.cpp) into the
/// memory of `scratch`, which only grows; the text stays there until the next call.
std::string_view write_record_json(const ExchangeRecord& record, std::string& scratch);

/// The reverse, into `record`. Internal (Source::Self) for what write_record_json() does not write,
/// with the field's name; a member that is missing reads as zero, empty or the first of its names.
Result<void> read_record_json(std::string_view json, wire::JsonIndex& index,
                              ExchangeRecord& record);

}  // namespace rlm::store
