#pragma once
// The provider's prompt cache as its price page describes it (pricing.md §6): what is read,
// written, and billed as plain input.

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/usage.hpp"
#include "sim/sim_request.hpp"

namespace rlm::sim {

/// What a request reads, and what it will have written once its response begins. Output is still 0.
struct CachePlan {
  Usage usage;
  struct Write {
    std::uint64_t key = 0;
    UnixMs expires;
    std::int64_t ttl_ms = 0;
  };
  std::vector<Write> writes;
};

/// Fed and asked by one thread at a time. Bounded: beyond `entries_max` expired entries go, then
/// all.
///
/// Explicit: writes only at breakpoints, of at least `minimum` tokens; a breakpoint looks back over
/// at most 20 blocks, itself included; TTL counts from the start of the request that writes or
/// reads; a hit refreshes its entry. Automatic: 64-token units (224 bytes) of the longest known
/// prefix where that has SimRequest::cached_least, no expiry. Entries are isolated by account and
/// model.
class PromptCache {
 public:
  static constexpr std::size_t kLookBack = 20;
  static constexpr Tokens kUnitTokens = 64;

  explicit PromptCache(std::size_t entries_max) : entries_max_(entries_max) {}

  /// `now` is when the request began. Hits are refreshed here, writes wait for commit().
  CachePlan look_up(std::uint64_t account, const SimRequest& request, Tokens minimum, UnixMs now);
  /// The response has begun: what it wrote can be read by others.
  void commit(const CachePlan& plan);
  void clear() { entries_.clear(); }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    UnixMs expires;
    std::int64_t ttl_ms = 0;
  };
  CachePlan explicit_plan(std::uint64_t account, const SimRequest& request, Tokens minimum,
                          UnixMs now);
  CachePlan automatic_plan(std::uint64_t account, const SimRequest& request);
  std::size_t last_hit(std::uint64_t account, const SimRequest& request,
                       const std::vector<Mark>& marks, UnixMs now);
  void make_room(UnixMs now);

  std::size_t entries_max_;
  std::unordered_map<std::uint64_t, Entry> entries_;
};

}  // namespace rlm::sim
