#pragma once
// Sums over exchanges, shared by the metrics and the dashboard so that both tell the same numbers.

#include <array>
#include <cstdint>
#include <optional>

#include "domain/exchange_record.hpp"

namespace rlm::observe {

/// Everything that is added up over exchanges: counts over those of clients, money and tokens with
/// the work off their path. One thread, or behind a lock.
struct Totals {
  std::int64_t requests = 0;
  std::array<std::int64_t, kVerdictCount> by_verdict{};
  /// Exchanges for which a draft was planned.
  std::int64_t cascaded = 0;
  /// Of these, those whose draft the client got (SKIPPED, VALIDATED and ACCEPTED).
  std::int64_t draft_used = 0;
  std::int64_t client_left = 0;
  NanoUsd cost;
  NanoUsd aside_cost;      // the part of it that no client waited for
  NanoUsd estimated_cost;  // the part of it whose calls never told their usage
  NanoUsd baseline;
  Usage tokens;  // over all upstream calls

  void add(const ExchangeRecord& record);
  NanoUsd saved() const { return baseline - cost; }
  /// Paper: 88.8 %. Nothing while no exchange was cascaded.
  std::optional<double> draft_use_ratio() const;
  /// Saved / baseline; negative when the cascade cost more. Nothing without a baseline.
  std::optional<double> saved_ratio() const;
};

/// A draft was planned for the client.
bool is_cascaded(const ExchangeRecord& record);

/// Adds the classes of `more` to `sum`.
void add_usage(Usage& sum, const Usage& more);

/// Share of the prompt tokens that were read from a cache; nothing without prompt tokens.
std::optional<double> cache_read_share(const Usage& usage);

}  // namespace rlm::observe
