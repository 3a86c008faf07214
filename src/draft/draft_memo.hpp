#pragma once
// What exchanges that did not reach their client leave for its next try: clients repeat the same
// bytes up to 30 times, and one failure must not cost thirty drafts (cascade.md §11).

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "domain/plan.hpp"
#include "domain/request.hpp"
#include "draft/make_draft.hpp"

namespace rlm::draft {

/// A verdict that need not be asked for again: the draft as it is, with edits, or not at all.
struct Judged {
  bool continues = false;  // the turn is not done: the verify model serves
  bool has_edits = false;
  std::string edits;         // what stood behind EDIT
  bool edits_whole = false;  // as verify::VerdictStart::edit_whole
  Usage prompt;              // as the client is told it
};

/// What is known of a request's draft. Empty: nothing.
struct Remembered {
  std::optional<Draft> draft;
  std::string refused;  // the cause; asking again would be paid again
  std::optional<Judged> judged;

  bool empty() const { return !draft && refused.empty(); }
  std::size_t bytes() const;
};

using MemoKey = std::array<std::uint8_t, 32>;
/// SHA-256 over the cascade, the client's credential, the plan and the request's bytes: no client
/// can be given what another one paid for.
MemoKey memo_key(std::string_view cascade, Plan plan, const Request& request);

struct MemoConfig {
  std::size_t entries_max = 1000;
  std::size_t bytes_max = 64u << 20;
  Milliseconds life{300'000};
};

/// Bounded by count, bytes and age; the oldest go first. Thread-safe.
class DraftMemo {
 public:
  explicit DraftMemo(MemoConfig config = {}) : config_(config) {}

  /// Null when nothing is known, or no longer.
  std::shared_ptr<const Remembered> find(const MemoKey& key, SteadyTime now);
  /// Replaces what was known. What is larger than everything may be is not kept.
  void put(const MemoKey& key, std::shared_ptr<const Remembered> known, SteadyTime now);
  /// The client has its answer: the same request again would be a new question.
  void forget(const MemoKey& key);
  std::size_t size() const;

 private:
  struct Entry {
    MemoKey key;
    std::shared_ptr<const Remembered> known;
    std::size_t bytes = 0;
    SteadyTime expires;
  };
  using Entries = std::list<Entry>;  // the oldest first

  void erase(Entries::iterator entry);

  MemoConfig config_;
  mutable std::mutex mutex_;  // of everything below
  Entries entries_;
  std::map<MemoKey, Entries::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace rlm::draft
