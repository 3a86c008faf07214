#pragma once
// Chooses who drives a user turn and how it is judged, from what is known when it begins and ends.

#include <array>
#include <cstddef>
#include <vector>

#include "lab/replay_caches.hpp"

namespace rlm::lab {

/// What is known at a turn's first call.
struct TurnStart {
  std::size_t turn_class = 0;
  Tokens prompt = 0;
  Tokens verify_readable = 0;
  Tokens draft_readable = 0;
};

/// What is known at a drafted turn's last call.
struct TurnEnd {
  std::size_t turn_class = 0;
  std::size_t calls = 0;
  Tokens prompt = 0;           // of the last call
  Tokens redo_prompt = 0;      // of the first call that a rejection would repeat; 0: none
  Tokens verify_readable = 0;  // of the last prompt
  Tokens digest = 0;
  Tokens last_output = 0;
};

/// What a finished turn was like.
struct TurnShape {
  double calls = 5;
  double grown = 8'000;   // tokens, from the first prompt to the last
  double output = 1'000;  // of all its calls
  double last_output = 300;
  double handed_at = -1;  // calls before tool errors would have handed it over; negative: none
  // Tokens that were in a cache once and are paid again within the turn:
  double verify_again = 0;  // the prefix changed or the TTL passed
  double draft_again = 0;   // the prefix changed
};

/// Running averages per class of turns; prices decide. Turns must be learned in order.
class TurnPlanner {
 public:
  static constexpr std::size_t kClassCount = 12;
  /// Main loop or sub-agent, first turn or later one, length of the user's text.
  static std::size_t class_of(bool side, bool first_turn, Tokens user_chars);

  TurnPlanner(const ReplayPrices& prices, const CacheRules& rules);

  /// Whether the draft model is expected to be the cheaper driver.
  bool draft_drives(const TurnStart& start) const;
  /// Whether the verdict on the cached prompt is expected to be cheaper than on a digest.
  bool judge_on_cache(const TurnEnd& end) const;
  /// Whether a single call of the verify model should write its prompt to the cache.
  bool mark_single_call(std::size_t turn_class) const;

  void learn_shape(std::size_t turn_class, const TurnShape& shape);
  void learn_verdict(bool rejected);
  /// `verify_came_back`: the verify model served a call within the TTL of the end of the turn
  /// before.
  void learn_next(std::size_t turn_class, bool verify_came_back);
  /// The thread ended without a further turn.
  void learn_end();

 private:
  /// A share that begins as a guess worth some observations.
  struct Share {
    double hits, all;
    double value() const { return hits / all; }
    void learn(bool hit) {
      hits += hit ? 1 : 0;
      all += 1;
    }
  };
  /// Dollars per token.
  struct Rates {
    double input, write, read, output;
  };

  /// Of a verify cache that is warm when the turn ends.
  double worth_of_warm_cache(std::size_t turn_class, double tokens) const;
  double verify_cost(const TurnStart& start, const TurnShape& shape) const;
  double draft_cost(const TurnStart& start, const TurnShape& shape) const;
  /// Calls of one model in a row.
  struct Run {
    double calls, prompt, readable, grown, again, output;
  };
  /// `fresh`: what a token costs that the cache does not hold yet.
  static double run_cost(const Run& run, const Rates& rates, double fresh);
  double verify_run(const Run& run) const;
  double draft_run(const Run& run) const;

  static constexpr std::size_t kRemembered = 64;

  Rates verify_, draft_;
  std::array<std::vector<TurnShape>, kClassCount> shapes_;  // rings
  std::array<std::size_t, kClassCount> next_{};
  Share rejected_{1, 10};
  Share another_turn_{8, 10};
  std::array<Share, kClassCount> came_back_;
};

}  // namespace rlm::lab
