#pragma once
// A provider's prompt cache as one session sees it, by the providers' published rules (pricing.md
// §6): what a prompt would read, and what it leaves behind. No clock, no I/O.

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "domain/request.hpp"
#include "domain/usage.hpp"
#include "money/price_table.hpp"

namespace rlm::money {

/// How a model's cache behaves.
struct CacheRules {
  /// Fewest tokens that can be cached.
  Tokens minimum = 1024;
  /// Every prompt is cached as it is, and writing is not billed apart; else only at the client's
  /// breakpoints, of which reads look back over at most 20 blocks.
  bool automatic = false;
};
CacheRules rules_of(const Price& price);

/// Tokens up to a byte position of a prompt: between the start, a position whose tokens are known,
/// and the end by the share of bytes. Rounded down, so that it grows with the position and never
/// passes the whole.
struct TokenScale {
  std::size_t bytes = 0;  // of the whole prompt
  Tokens tokens = 0;
  std::size_t known_bytes = 0;  // at most `bytes`; 0: no such position
  Tokens known_tokens = 0;      // at most `tokens`
  Tokens at(std::size_t position) const;
};

/// Marks are named by their index in RequestFacts::prefix; -1: none. Bounded by `entries_max`: the
/// entry that expires first goes first.
class PromptCache {
 public:
  static constexpr std::int64_t kShortTtlMs = 5 * 60'000;
  static constexpr std::int64_t kLongTtlMs = 60 * 60'000;

  /// The last mark up to which a prompt sent at `now` would be read.
  int find(const RequestFacts& facts, const TokenScale& scale, CacheRules rules, UnixMs now) const;
  /// The same, for a prompt that is sent: each entry that was hit lives on from `now`.
  int touch(const RequestFacts& facts, const TokenScale& scale, CacheRules rules, UnixMs now);
  /// A prompt's entries: its last four breakpoints; with automatic caching also its last blocks and
  /// the end of its tools and system, where the next prompt may part from it.
  void write(const RequestFacts& facts, const TokenScale& scale, CacheRules rules, UnixMs now,
             std::size_t entries_max);
  /// The provider did not have what lies behind `tokens` of this prompt.
  void forget_behind(const RequestFacts& facts, const TokenScale& scale, Tokens tokens);

  /// Tokens that were counted up to this mark when it was last written, even if it has expired; 0:
  /// unknown.
  Tokens tokens_at(const PrefixMark& mark) const;
  /// When the entry of this mark expires; 0: there is none.
  UnixMs expiry_of(const PrefixMark& mark) const;
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    UnixMs expires;
    std::uint32_t tokens = 0;
    bool one_hour = false;
  };
  const Entry* entry_of(std::uint64_t hash) const;
  Entry* entry_of(std::uint64_t hash);
  void insert(const PrefixMark& mark, bool one_hour, Tokens tokens, UnixMs now,
              std::size_t entries_max);
  template <class OnHit>
  int look_up(const RequestFacts& facts, const TokenScale& scale, CacheRules rules, UnixMs now,
              OnHit on_hit) const;

  std::vector<Entry> entries_;  // sorted by hash
};

/// The scale of a prompt that is still to be counted: what `cache` knows of its beginning (null:
/// nothing), the rest by its bytes.
TokenScale guess_scale(const RequestFacts& facts, const PromptCache* cache, double tokens_per_byte);

/// The classes in which a prompt is billed that is read up to mark `hit` (pricing.md §6.8): read up
/// to there, one-hour writes up to the last breakpoint of that kind, five-minute ones up to the
/// last. They add up to scale.tokens; output is 0.
Usage classes_of(const RequestFacts& facts, int hit, const TokenScale& scale, CacheRules rules);

/// Of a prompt to which `suffix_bytes` were appended behind `prompt_bytes`: the tokens of the
/// suffix, by its share of bytes.
Tokens suffix_tokens(const Usage& usage, std::size_t prompt_bytes, std::size_t suffix_bytes);
/// The usage without them: a suffix stands behind every cache mark, so it was plain input.
Usage without_suffix(Usage usage, Tokens suffix);

}  // namespace rlm::money
