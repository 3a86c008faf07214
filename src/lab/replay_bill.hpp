#pragma once
// What a replayed policy spends: tokens per purpose and class, and their price.

#include <array>
#include <cstdint>
#include <string_view>

#include "domain/usage.hpp"
#include "money/price_table.hpp"

namespace rlm::lab {

/// What a replayed call is for.
enum class Purpose : std::uint8_t {
  Draft,      // the draft model drives
  Verify,     // the verify model drives from the turn's start
  HandOver,   // the verify model drives on after tool errors
  Verdict,    // the verify model judges
  Redo,       // the verify model serves what was rejected once more
  KeepAlive,  // a read that only keeps the verify model's cache
};
inline constexpr std::size_t kPurposeCount = 6;

/// "draft", "verify", "hand_over", "verdict", "redo", "keep_alive".
std::string_view name_of(Purpose purpose);

struct ReplayPrices {
  money::Price verify;
  money::Price draft;
};

/// Opus 5/25 with Anthropic's cache prices, and a draft model at 1.74, 0.145 for a cache hit, 3.48.
ReplayPrices reference_prices();

class Bill {
 public:
  void add(Purpose purpose, const Usage& usage);
  /// Tokens of a call that was added already.
  void add_to_last(Purpose purpose, const Usage& usage);

  std::int64_t calls(Purpose purpose) const { return entries_[index(purpose)].calls; }
  const Usage& usage(Purpose purpose) const { return entries_[index(purpose)].usage; }
  /// Calls of the verify model that write an answer: those it drives, takes over or does again.
  std::int64_t verify_answers() const;

  /// Daily peaks and price tiers are passed over: shapes tell no time of day, and sums no prompt.
  NanoUsd cost(Purpose purpose, const ReplayPrices& prices) const;
  NanoUsd cost(const ReplayPrices& prices) const;

 private:
  struct Entry {
    Usage usage;
    std::int64_t calls = 0;
  };
  static std::size_t index(Purpose purpose) { return static_cast<std::size_t>(purpose); }

  std::array<Entry, kPurposeCount> entries_;
};

}  // namespace rlm::lab
