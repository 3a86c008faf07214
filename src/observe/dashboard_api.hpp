#pragma once
// The JSON behind the dashboard (docs/openapi.json describes it): pure functions from data to text.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "observe/model_status.hpp"
#include "observe/recent_exchanges.hpp"
#include "quality/trust_book.hpp"

namespace rlm::observe {

inline constexpr std::string_view kJsonContentType = "application/json; charset=utf-8";

/// What the query of /api/exchanges may say.
struct ExchangesQuery {
  static constexpr std::size_t kLimitMax = 500;
  std::size_t limit = 100;
  std::string before;  // an exchange's id; empty: from the newest
};

/// Reads `limit=..&before=..`. Unknown names are passed over. BadRequest (Source::Client) naming
/// the value and what is allowed.
Result<ExchangesQuery> parse_exchanges_query(std::string_view query);

/// GET /api/classes: what each class of drafts with labels has earned.
std::string classes_json(std::span<const quality::ClassReport> classes);

std::string summary_json(const Summary& summary);
/// The rows, newest first, and `next_before` (null when these were the last).
std::string exchanges_json(std::span<const RecentExchanges::RecordPtr> page, std::size_t limit);
/// One row of the table.
std::string exchange_row_json(const ExchangeRecord& record);
/// The row and every upstream call.
std::string exchange_json(const ExchangeRecord& record);
std::string models_json(std::span<const ModelStatus> models);
/// {"error":{"type":…,"message":…}}
std::string api_error_json(std::string_view type, std::string_view message);
/// The OpenAPI document of these paths, compiled in.
std::string_view openapi_json();

}  // namespace rlm::observe
