#pragma once
// A request as a client would send it, made from recorded answers; and a draft made from calls.

#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "domain/answer.hpp"
#include "lab/pairs.hpp"

namespace rlm::lab {

/// Grows by what the model did and what came back.
class RecordedSession {
 public:
  explicit RecordedSession(const Pair& pair);

  /// The calls of one step and results that say nothing but "ok".
  void add_step(const std::vector<PairCall>& calls);
  /// The messages that begin a later turn, a raw JSON list.
  void add_turn(std::string_view messages);
  /// The body of the request that would be sent now.
  Buffer body() const;
  /// The id that the call added last has.
  std::string last_id() const { return "toolu_" + std::to_string(calls_); }

 private:
  std::string tools_;
  std::string messages_;  // without brackets
  std::size_t calls_ = 0;
};

/// An answer with these calls, ids "call_1", …
Answer draft_of(const std::vector<PairCall>& calls);

}  // namespace rlm::lab
