#include "sim/prompt_cache.hpp"

#include <algorithm>

#include "sim/random.hpp"

namespace rlm::sim {
namespace {

constexpr std::int64_t kFiveMinutesMs = 5 * 60 * 1000;
constexpr std::int64_t kOneHourMs = 60 * 60 * 1000;
constexpr std::size_t kUnitBytes = 224;  // 64 tokens of 3.5 bytes

// The request's breakpoints by block, the automatic one included.
std::vector<Mark> marks_of(const SimRequest& request) {
  std::vector<Mark> marks(request.blocks.size(), Mark::None);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (request.blocks[i].cacheable) marks[i] = request.blocks[i].mark;
  }
  if (request.automatic_mark == Mark::None) return marks;
  for (std::size_t i = marks.size(); i-- > 0;) {
    if (!request.blocks[i].cacheable) continue;
    if (marks[i] == Mark::None) marks[i] = request.automatic_mark;
    break;
  }
  return marks;
}

}  // namespace

CachePlan PromptCache::look_up(std::uint64_t account, const SimRequest& request, Tokens minimum,
                               UnixMs now) {
  account = mix(account, hash_of(request.model));
  return request.cache == CacheKind::Explicit ? explicit_plan(account, request, minimum, now)
                                              : automatic_plan(account, request);
}

// Number of leading blocks that are read; refreshes what is hit.
std::size_t PromptCache::last_hit(std::uint64_t account, const SimRequest& request,
                                  const std::vector<Mark>& marks, UnixMs now) {
  std::size_t hit = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (marks[i] == Mark::None) continue;
    for (std::size_t back = 0; back < kLookBack && back <= i; ++back) {
      const std::size_t at = i - back;
      const auto found = entries_.find(mix(account, request.blocks[at].chain));
      if (found == entries_.end() || found->second.expires <= now) continue;
      found->second.expires = UnixMs{now.value + found->second.ttl_ms};
      hit = std::max(hit, at + 1);
      break;
    }
  }
  return hit;
}

CachePlan PromptCache::explicit_plan(std::uint64_t account, const SimRequest& request,
                                     Tokens minimum, UnixMs now) {
  const std::vector<Mark> marks = marks_of(request);
  const std::size_t hit = last_hit(account, request, marks, now);
  CachePlan plan;
  Tokens before = 0;     // tokens up to and with the block
  Tokens billed = 0;     // of these, already in a class
  Tokens last_five = 0;  // where the last 5 m breakpoint stands
  Tokens last_hour = 0;
  for (std::size_t i = 0; i < request.blocks.size(); ++i) {
    before += request.blocks[i].tokens;
    if (i + 1 == hit) plan.usage.cache_read = billed = before;
    if (marks[i] == Mark::None || before < minimum) continue;
    const bool hour = marks[i] == Mark::OneHour;
    const std::int64_t ttl = hour ? kOneHourMs : kFiveMinutesMs;
    plan.writes.push_back({mix(account, request.blocks[i].chain), UnixMs{now.value + ttl}, ttl});
    if (i >= hit) (hour ? last_hour : last_five) = before;
  }
  if (last_hour > billed) {
    plan.usage.cache_write_1h = last_hour - billed;
    billed = last_hour;
  }
  if (last_five > billed) {
    plan.usage.cache_write_5m = last_five - billed;
    billed = last_five;
  }
  plan.usage.input = before - billed;
  return plan;
}

CachePlan PromptCache::automatic_plan(std::uint64_t account, const SimRequest& request) {
  CachePlan plan;
  const std::string_view text = request.prompt;
  std::size_t units = 0;
  bool known = true;
  std::uint64_t chain = account;
  for (std::size_t at = 0; at + kUnitBytes <= text.size(); at += kUnitBytes) {
    chain = hash_of(text.substr(at, kUnitBytes), chain);
    known = known && entries_.count(chain) > 0;
    if (known)
      ++units;
    else
      plan.writes.push_back({chain, UnixMs{INT64_MAX}, 0});
  }
  const Tokens all = request.prompt_tokens();
  plan.usage.cache_read = std::min(all, static_cast<Tokens>(units) * kUnitTokens);
  if (plan.usage.cache_read < request.cached_least) plan.usage.cache_read = 0;
  plan.usage.input = all - plan.usage.cache_read;
  return plan;
}

void PromptCache::commit(const CachePlan& plan) {
  for (const CachePlan::Write& write : plan.writes) {
    if (entries_.size() >= entries_max_) make_room(UnixMs{write.expires.value - write.ttl_ms});
    Entry& entry = entries_[write.key];
    // A refresh by a later request must not be undone by one that began before it.
    if (entry.expires < write.expires) entry = Entry{write.expires, write.ttl_ms};
  }
}

void PromptCache::make_room(UnixMs now) {
  std::erase_if(entries_, [now](const auto& entry) { return entry.second.expires <= now; });
  if (entries_.size() >= entries_max_) entries_.clear();
}

}  // namespace rlm::sim
