#include "money/baseline.hpp"

#include <algorithm>

namespace rlm::money {
namespace {

constexpr int kBreakpointsMax = 4;   // pricing.md §6.2; a provider refuses more
constexpr int kLookBackBlocks = 20;  // pricing.md §6.2: the breakpoint itself included
constexpr std::int64_t kShortTtlMs = 5 * 60'000;
constexpr std::int64_t kLongTtlMs = 60 * 60'000;

/// Tokens up to a mark, as the share of its bytes in the prompt's. Rounded down, so that it grows
/// with the position and never passes the whole.
Tokens tokens_at(const PrefixMark& mark, const RequestFacts& facts, Tokens prompt_tokens) {
  if (mark.bytes >= facts.prompt_bytes) return prompt_tokens;
  return static_cast<Tokens>(
      static_cast<double>(prompt_tokens) *
      (static_cast<double>(mark.bytes) / static_cast<double>(facts.prompt_bytes)));
}

bool is_automatic(const Price& price) {
  return price.cache_minimum == 0;
}

/// Moves an expiry on; exchanges are settled out of order, so never back.
void extend(UnixMs& expires, bool one_hour, UnixMs now) {
  expires = std::max(expires, UnixMs{now.value + (one_hour ? kLongTtlMs : kShortTtlMs)});
}

/// Indices of the marks that are breakpoints, the last first.
std::vector<int> breakpoints_of(const RequestFacts& facts) {
  std::vector<int> found;
  for (int i = static_cast<int>(facts.prefix.size()) - 1; i >= 0; --i) {
    if (!facts.prefix[static_cast<std::size_t>(i)].breakpoint) continue;
    found.push_back(i);
    if (found.size() == kBreakpointsMax) break;
  }
  return found;
}

template <class Entries>
auto place_of(Entries& entries, std::uint64_t hash) {
  return std::lower_bound(entries.begin(), entries.end(), hash,
                          [](const auto& entry, std::uint64_t h) { return entry.hash < h; });
}

/// Billing positions of pricing.md §6.8: read up to A, one-hour writes up to B, five-minute ones up
/// to C.
Usage bill(const RequestFacts& facts, int hit, Tokens prompt_tokens, Tokens output,
           const Price& price) {
  const auto at = [&](int mark) {
    return tokens_at(facts.prefix[static_cast<std::size_t>(mark)], facts, prompt_tokens);
  };
  const Tokens read_to = hit >= 0 ? at(hit) : 0;
  Tokens hour_to = read_to, short_to = read_to;
  if (!is_automatic(price)) {
    for (int i = hit + 1; i < static_cast<int>(facts.prefix.size()); ++i) {
      const PrefixMark& mark = facts.prefix[static_cast<std::size_t>(i)];
      if (!mark.breakpoint || at(i) < price.cache_minimum) continue;
      (mark.one_hour ? hour_to : short_to) = at(i);
    }
  }
  short_to = std::max(short_to, hour_to);
  Usage usage;
  usage.cache_read = read_to;
  usage.cache_write_1h = hour_to - read_to;
  usage.cache_write_5m = short_to - hour_to;
  usage.input = prompt_tokens - short_to;
  usage.output = output;
  return usage;
}

}  // namespace

BaselineCache::Session& BaselineCache::session_named(const std::string& name) {
  if (const auto found = sessions_.find(name); found != sessions_.end()) {
    lru_.splice(lru_.begin(), lru_, found->second);
    return lru_.front();
  }
  if (sessions_.size() >= config_.sessions_max && !lru_.empty()) {
    sessions_.erase(lru_.back().name);
    lru_.pop_back();
  }
  lru_.push_front({name, {}});
  sessions_.emplace(name, lru_.begin());
  return lru_.front();
}

BaselineCache::Entry* BaselineCache::find(Session& session, std::uint64_t hash) {
  const auto at = place_of(session.entries, hash);
  return at != session.entries.end() && at->hash == hash ? &*at : nullptr;
}

BaselineCache::Hits BaselineCache::look_up(Session& session, const Visit& visit) {
  Hits hits;
  const auto& marks = visit.facts.prefix;
  const auto probe = [&](int from, int to) {
    bool found = false;
    for (int i = from; i >= to; --i) {
      const PrefixMark& mark = marks[static_cast<std::size_t>(i)];
      Entry* entry = find(session, mark.hash);
      if (entry == nullptr) continue;
      if (tokens_at(mark, visit.facts, visit.prompt_tokens) < visit.minimum) continue;
      if (!found && entry->expires > visit.now) {
        found = true;
        hits.counterfactual = std::max(hits.counterfactual, i);
        extend(entry->expires, entry->one_hour, visit.now);
      }
      if (entry->sent_expires > visit.now) {
        hits.sent = std::max(hits.sent, i);
        if (visit.sent) extend(entry->sent_expires, entry->one_hour, visit.now);
        break;  // whatever was sent is in the counterfactual cache too, here or further on
      }
    }
  };
  const int last = static_cast<int>(marks.size()) - 1;
  if (visit.automatic) probe(last, 0);
  for (const int b : breakpoints_of(visit.facts)) probe(b, std::max(0, b - kLookBackBlocks + 1));
  return hits;
}

void BaselineCache::insert(Session& session, const PrefixMark& mark, bool one_hour,
                           const Visit& visit) {
  auto& entries = session.entries;
  Entry* entry = find(session, mark.hash);
  if (entry == nullptr) {
    if (entries.size() >= config_.entries_max)
      std::erase_if(entries, [&](const Entry& e) { return e.expires <= visit.now; });
    if (entries.size() >= config_.entries_max)
      entries.erase(
          std::min_element(entries.begin(), entries.end(),
                           [](const Entry& a, const Entry& b) { return a.expires < b.expires; }));
    entry = &*entries.insert(place_of(entries, mark.hash), Entry{mark.hash, {}, {}, one_hour});
  }
  // A live entry keeps the longer of its lives; an expired one is written anew.
  entry->one_hour = one_hour || (entry->one_hour && entry->expires > visit.now);
  extend(entry->expires, entry->one_hour, visit.now);
  if (visit.sent) extend(entry->sent_expires, entry->one_hour, visit.now);
}

void BaselineCache::write(Session& session, const Visit& visit) {
  const auto& marks = visit.facts.prefix;
  for (const int b : breakpoints_of(visit.facts)) {
    const PrefixMark& mark = marks[static_cast<std::size_t>(b)];
    insert(session, mark, mark.one_hour, visit);
  }
  // Nothing says how long an automatic cache lives; the longer guess makes the baseline cheaper.
  if (visit.automatic && !marks.empty()) insert(session, marks.back(), true, visit);
}

Usage BaselineCache::expect(const std::string& name, const RequestFacts& facts,
                            Tokens prompt_tokens, Tokens output, const Price& price, UnixMs now) {
  prompt_tokens = std::max<Tokens>(prompt_tokens, 0);
  Session& session = session_named(name);
  const Visit visit{facts, prompt_tokens, price.cache_minimum, is_automatic(price), false, now};
  const Hits hits = look_up(session, visit);
  write(session, visit);
  return bill(facts, hits.counterfactual, prompt_tokens, output, price);
}

void BaselineCache::remember(const std::string& name, const RequestFacts& facts, const Price& price,
                             UnixMs now) {
  Session& session = session_named(name);
  // Without a token count nothing is known to be too short; reading looks again.
  const Visit visit{facts, 0, 0, is_automatic(price), true, now};
  look_up(session, visit);
  write(session, visit);
}

std::optional<Usage> BaselineCache::expect_sent(const std::string& name, const RequestFacts& facts,
                                                const Usage& actual, const Price& price,
                                                UnixMs now) {
  Session& session = session_named(name);
  const Tokens prompt_tokens = std::max<Tokens>(actual.prompt(), 0);
  const Visit visit{facts, prompt_tokens, price.cache_minimum, is_automatic(price), true, now};
  const Hits hits = look_up(session, visit);
  write(session, visit);
  if (hits.counterfactual <= hits.sent) return std::nullopt;
  return bill(facts, hits.counterfactual, prompt_tokens, actual.output, price);
}

}  // namespace rlm::money
