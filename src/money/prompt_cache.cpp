#include "money/prompt_cache.hpp"

#include <algorithm>
#include <array>

namespace rlm::money {
namespace {

constexpr int kBreakpointsMax = 4;   // pricing.md §6.2; a provider refuses more
constexpr int kLookBackBlocks = 20;  // pricing.md §6.2: the breakpoint itself included
// Of an automatically cached prompt, the blocks at its end that are remembered one by one: a client
// may replace the last ones (a reminder, a regenerated turn), and the cache still serves up to
// them.
constexpr int kAutomaticBlocks = 8;

/// Indices of the last breakpoints, the last first.
struct Breakpoints {
  std::array<int, kBreakpointsMax> at{};
  int count = 0;
};

Breakpoints breakpoints_of(const RequestFacts& facts) {
  Breakpoints found;
  for (int i = static_cast<int>(facts.prefix.size()) - 1; i >= 0; --i) {
    if (!facts.prefix[static_cast<std::size_t>(i)].breakpoint) continue;
    found.at[static_cast<std::size_t>(found.count)] = i;
    if (++found.count == kBreakpointsMax) break;
  }
  return found;
}

const PrefixMark& mark_at(const RequestFacts& facts, int index) {
  return facts.prefix[static_cast<std::size_t>(index)];
}

/// Moves an expiry on; exchanges are settled out of order, so never back.
void extend(UnixMs& expires, bool one_hour, UnixMs now) {
  const std::int64_t ttl = one_hour ? PromptCache::kLongTtlMs : PromptCache::kShortTtlMs;
  expires = std::max(expires, UnixMs{now.value + ttl});
}

template <class Entries>
auto place_of(Entries& entries, std::uint64_t hash) {
  return std::lower_bound(entries.begin(), entries.end(), hash,
                          [](const auto& entry, std::uint64_t h) { return entry.hash < h; });
}

}  // namespace

CacheRules rules_of(const Price& price) {
  return {price.cache_minimum, price.cache_minimum == 0};
}

TokenScale guess_scale(const RequestFacts& facts, const PromptCache* cache,
                       double tokens_per_byte) {
  TokenScale scale;
  scale.bytes = facts.prompt_bytes;
  if (cache != nullptr) {
    for (auto mark = facts.prefix.rbegin(); mark != facts.prefix.rend(); ++mark) {
      const Tokens known = cache->tokens_at(*mark);
      if (known == 0 || mark->bytes > scale.bytes) continue;
      scale.known_bytes = mark->bytes;
      scale.known_tokens = known;
      break;
    }
  }
  const auto rest = static_cast<double>(scale.bytes - scale.known_bytes);
  scale.tokens = scale.known_tokens + static_cast<Tokens>(rest * tokens_per_byte);
  return scale;
}

Tokens TokenScale::at(std::size_t position) const {
  if (position >= bytes) return tokens;
  const auto share = [](Tokens of, std::size_t part, std::size_t whole) {
    return static_cast<Tokens>(static_cast<double>(of) *
                               (static_cast<double>(part) / static_cast<double>(whole)));
  };
  if (position < known_bytes) return share(known_tokens, position, known_bytes);
  return known_tokens + share(tokens - known_tokens, position - known_bytes, bytes - known_bytes);
}

const PromptCache::Entry* PromptCache::entry_of(std::uint64_t hash) const {
  const auto at = place_of(entries_, hash);
  return at != entries_.end() && at->hash == hash ? &*at : nullptr;
}

PromptCache::Entry* PromptCache::entry_of(std::uint64_t hash) {
  const auto at = place_of(entries_, hash);
  return at != entries_.end() && at->hash == hash ? &*at : nullptr;
}

Tokens PromptCache::tokens_at(const PrefixMark& mark) const {
  const Entry* entry = entry_of(mark.hash);
  return entry != nullptr ? static_cast<Tokens>(entry->tokens) : 0;
}

UnixMs PromptCache::expiry_of(const PrefixMark& mark) const {
  const Entry* entry = entry_of(mark.hash);
  return entry != nullptr ? entry->expires : UnixMs{};
}

template <class OnHit>
int PromptCache::look_up(const RequestFacts& facts, const TokenScale& scale, CacheRules rules,
                         UnixMs now, OnHit on_hit) const {
  if (entries_.empty()) return -1;
  int hit = -1;
  const auto probe = [&](int from, int to) {
    for (int i = from; i >= to; --i) {
      const PrefixMark& mark = mark_at(facts, i);
      const Entry* entry = entry_of(mark.hash);
      if (entry == nullptr || entry->expires <= now) continue;
      if (scale.at(mark.bytes) < rules.minimum) continue;
      hit = std::max(hit, i);
      on_hit(mark.hash);
      return;
    }
  };
  if (rules.automatic) probe(static_cast<int>(facts.prefix.size()) - 1, 0);
  const Breakpoints breakpoints = breakpoints_of(facts);
  for (int i = 0; i < breakpoints.count; ++i) {
    const int at = breakpoints.at[static_cast<std::size_t>(i)];
    probe(at, std::max(0, at - kLookBackBlocks + 1));
  }
  return hit;
}

int PromptCache::find(const RequestFacts& facts, const TokenScale& scale, CacheRules rules,
                      UnixMs now) const {
  return look_up(facts, scale, rules, now, [](std::uint64_t) {});
}

int PromptCache::touch(const RequestFacts& facts, const TokenScale& scale, CacheRules rules,
                       UnixMs now) {
  return look_up(facts, scale, rules, now, [&](std::uint64_t hash) {
    Entry& entry = *entry_of(hash);
    extend(entry.expires, entry.one_hour, now);
  });
}

void PromptCache::insert(const PrefixMark& mark, bool one_hour, Tokens tokens, UnixMs now,
                         std::size_t entries_max) {
  Entry* entry = entry_of(mark.hash);
  if (entry == nullptr) {
    if (entries_.size() >= entries_max)
      std::erase_if(entries_, [&](const Entry& e) { return e.expires <= now; });
    if (entries_.size() >= entries_max)
      entries_.erase(
          std::min_element(entries_.begin(), entries_.end(),
                           [](const Entry& a, const Entry& b) { return a.expires < b.expires; }));
    entry = &*entries_.insert(place_of(entries_, mark.hash), Entry{mark.hash, {}, 0, one_hour});
  }
  // A live entry keeps the longer of its lives; an expired one is written anew.
  entry->one_hour = one_hour || (entry->one_hour && entry->expires > now);
  entry->tokens = static_cast<std::uint32_t>(std::clamp<Tokens>(tokens, 0, UINT32_MAX));
  extend(entry->expires, entry->one_hour, now);
}

void PromptCache::write(const RequestFacts& facts, const TokenScale& scale, CacheRules rules,
                        UnixMs now, std::size_t entries_max) {
  const auto keep = [&](int index, bool one_hour) {
    const PrefixMark& mark = mark_at(facts, index);
    insert(mark, one_hour, scale.at(mark.bytes), now, entries_max);
  };
  // Nothing says how long an automatic cache lives: the longer guess, which for a baseline is the
  // cheaper one.
  if (rules.automatic) {
    const int count = static_cast<int>(facts.prefix.size());
    int opening = count - 1;
    while (opening >= 0 && mark_at(facts, opening).message >= 0) --opening;
    if (opening >= 0) keep(opening, true);
    for (int i = std::max(opening + 1, count - kAutomaticBlocks); i < count; ++i) keep(i, true);
  }
  const Breakpoints breakpoints = breakpoints_of(facts);
  for (int i = 0; i < breakpoints.count; ++i) {
    const int at = breakpoints.at[static_cast<std::size_t>(i)];
    keep(at, rules.automatic || mark_at(facts, at).one_hour);
  }
}

void PromptCache::forget_behind(const RequestFacts& facts, const TokenScale& scale, Tokens tokens) {
  for (const PrefixMark& mark : facts.prefix)
    if (scale.at(mark.bytes) > tokens)
      if (Entry* entry = entry_of(mark.hash)) entry->expires = {};
}

Usage classes_of(const RequestFacts& facts, int hit, const TokenScale& scale, CacheRules rules) {
  const auto at = [&](int index) { return scale.at(mark_at(facts, index).bytes); };
  const Tokens read_to = hit >= 0 ? at(hit) : 0;
  Tokens hour_to = read_to, short_to = read_to;
  if (!rules.automatic) {
    for (int i = hit + 1; i < static_cast<int>(facts.prefix.size()); ++i) {
      const PrefixMark& mark = mark_at(facts, i);
      if (!mark.breakpoint || at(i) < rules.minimum) continue;
      (mark.one_hour ? hour_to : short_to) = at(i);
    }
  }
  short_to = std::max(short_to, hour_to);
  Usage usage;
  usage.cache_read = read_to;
  usage.cache_write_1h = hour_to - read_to;
  usage.cache_write_5m = short_to - hour_to;
  usage.input = scale.tokens - short_to;
  return usage;
}

Tokens suffix_tokens(const Usage& usage, std::size_t prompt_bytes, std::size_t suffix_bytes) {
  const auto all = static_cast<double>(prompt_bytes + suffix_bytes);
  if (all == 0) return 0;
  return static_cast<Tokens>(static_cast<double>(usage.prompt()) *
                             static_cast<double>(suffix_bytes) / all);
}

Usage without_suffix(Usage usage, Tokens suffix) {
  usage.input = std::max<Tokens>(0, usage.input - suffix);
  return usage;
}

}  // namespace rlm::money
