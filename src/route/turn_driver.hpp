#pragma once
// Who drives a user turn of an agent: everything from a user's text to the answer that calls no
// tool (cascade.md §7b).

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/units.hpp"

namespace rlm::route {

enum class Driver : std::uint8_t { Verify, Draft };

/// How a turn is judged at its end.
enum class JudgeRule : std::uint8_t { Cheaper, Conversation, Digest };

/// When the draft model has to give the wheel back, and how its turns are judged.
struct TurnRules {
  /// Failed tool results of one turn; this many hand the wheel over. At least 1.
  int errors_max = 2;
  /// Times that one call may be made within a turn; one more hands over. At least 1.
  int repeats_max = 2;
  /// Calls on end that brought nothing new; this many hand over. 0: not counted.
  int idle_calls_max = 12;
  /// Calls and money that the draft model may spend on one turn. 0: as much as it likes.
  int calls_max = 60;
  NanoUsd money_max{};
  /// What the verify model is shown of a turn at most when it judges a digest of it. At least 500.
  Tokens digest_tokens_max = 15'000;
  /// Behind the conversation, which the verify model then reads whole, or on the digest. A
  /// conversation that ends with a system entry is always judged on the digest: nothing may follow.
  JudgeRule judge = JudgeRule::Cheaper;
};

struct TurnDriverConfig {
  /// Turns remembered at once; the longest unused one is forgotten first. At least 1.
  std::size_t turns_max = 10'000;
  /// A turn that nobody continued for so long is over.
  Milliseconds life{3'600'000};
};

/// What a request tells about its turn.
struct TurnRequest {
  // With the agent's id: sub-agents are sessions of their own. Empty: unknown, nothing is
  // remembered and the verify model drives.
  std::string_view session;
  bool opens_turn = false;  // the last message is a user's text, not a tool result
  int failed_results = 0;   // of the whole turn so far
  UnixMs now;
};

/// What the draft model did with a call of the turn.
struct TurnStep {
  std::uint64_t calls_hash = 0;  // of the tool calls that were delivered, names and inputs
  bool brings_news = true;       // reads, writes or runs something that the turn has not yet
  NanoUsd cost;
};

struct Wheel {
  Driver driver = Driver::Verify;
  /// "driving", or why the verify model drives: "unknown_session", "not_offered", "joined_late",
  /// "errors", "repeated_call", "no_progress", "call_budget", "money_budget", or what hand_over()
  /// was told.
  std::string reason;
  /// The draft model drove this turn before.
  bool handed_over = false;
};

/// One state per session. Sticky: a turn that was handed over stays with the verify model
/// until the user says something again. Bounded. One thread, or behind a lock.
class TurnDriver {
 public:
  explicit TurnDriver(TurnDriverConfig config = {}) : config_(config) {}

  /// Who answers this request. `offered`: the planner would let the draft model drive a turn that
  /// begins here. A turn whose beginning was not seen belongs to the verify model.
  Wheel drive(const TurnRequest& request, const TurnRules& rules, bool offered);
  /// The draft model's answer was delivered with tool calls.
  void stepped(std::string_view session, const TurnStep& step);
  /// The verify model takes over for the rest of the turn.
  void hand_over(std::string_view session, std::string_view cause);

  std::size_t size() const { return turns_.size(); }

 private:
  struct Turn {
    std::string key;
    Driver driver = Driver::Verify;
    bool handed_over = false;
    std::string reason;
    int idle_calls = 0;
    int calls = 0;
    NanoUsd money;
    std::unordered_map<std::uint64_t, int> made;  // calls by hash
    UnixMs used;
  };
  using Turns = std::list<Turn>;  // the last used first

  Turn* find(std::string_view session);
  Turn& begin(std::string key);
  void expire(UnixMs now);
  static std::string_view why_hand_over(const Turn& turn, const TurnRequest& request,
                                        const TurnRules& rules);
  static void give_away(Turn& turn, std::string_view cause);

  TurnDriverConfig config_;
  Turns turns_;
  std::unordered_map<std::string_view, Turns::iterator> by_key_;  // views of Turn::key
};

}  // namespace rlm::route
