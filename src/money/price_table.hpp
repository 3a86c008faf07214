#pragma once
// Dated prices, a data file and never constants (reference/pricing.md).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/units.hpp"
#include "domain/usage.hpp"

namespace rlm::money {

/// Price of one model from `valid_from` on. Unit: micro-dollars per million tokens ($5 / MTok =
/// 5,000,000).
struct Price {
  std::string match;       // glob over the model id, e.g. "claude-opus-4-8*"; '*' stops at '/'
  std::string valid_from;  // "2026-09-22" or "2026-08-16T16:00Z"; the version that records carry
  std::int64_t input = 0;
  std::int64_t cache_write_5m = 0;
  std::int64_t cache_write_1h = 0;
  std::int64_t cache_read = 0;
  std::int64_t output = 0;
  std::string source;  // page and date
  /// Fewest tokens that can be cached (Anthropic's minimum prefix); 0: automatic caching or none
  /// known.
  Tokens cache_minimum = 1024;
  /// Tier: from this many prompt tokens on, `above` applies to the whole request; 0: no tier.
  Tokens tier_over = 0;
  std::int64_t tier_input = 0, tier_cache_write_5m = 0, tier_cache_write_1h = 0,
               tier_cache_read = 0, tier_output = 0;
  /// Daily UTC windows with other prices (DeepSeek's peak hours): multiplier in per mille on all
  /// classes, Monday to Friday.
  std::vector<std::pair<int, int>> peak_minutes;  // [from, to) minutes of the UTC day
  std::int64_t peak_per_mille = 1000;
};

/// All known prices. Immutable after loading; share by pointer.
class PriceTable {
 public:
  /// Reads the JSON price file (a list of rows, dollars per MTok with at most 6 decimals; see
  /// money/prices.json). `match` may be a list: one row each. All mistakes at once in one
  /// BadRequest (Source::Self) error: unknown keys, missing prices, negative numbers, dates that
  /// are none. An unknown price is an error, never zero.
  static Result<PriceTable> parse(std::string_view json);
  /// The prices compiled into the binary (money/prices.json).
  static const PriceTable& built_in();

  /// The row for a model id at a time: the glob with the most literal characters, of these the
  /// latest valid_from not after `when`, of equal ones the last row. When the whole id is unknown,
  /// what stands behind each of its slashes and dots is tried, longest first
  /// ("us.anthropic.claude-opus-4-8", "vendor/model"), so a row for "azure/deepseek*" goes before
  /// one for "deepseek*". Nothing when unknown. The pointer lives as long as the table is
  /// unchanged.
  const Price* find(std::string_view model, UnixMs when) const;
  std::vector<Price>& rows() { return rows_; }
  const std::vector<Price>& rows() const { return rows_; }

 private:
  std::vector<Price> rows_;
};

/// When a `valid_from` begins; nothing for text that is no such date.
std::optional<UnixMs> start_of(std::string_view valid_from);

/// What `usage` costs at `price`, rounded up to the next nano-dollar. `multiplier_per_mille` is for
/// regional endpoints (1100). Counts that an upstream reports as negative cost nothing; the sum
/// saturates.
NanoUsd cost_of(const Usage& usage, const Price& price, UnixMs when,
                std::int64_t multiplier_per_mille = 1000);

}  // namespace rlm::money
