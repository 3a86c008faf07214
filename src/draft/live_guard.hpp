#pragma once
// The draft guard while a draft is still being written: what must not go on, and when the first of
// it may leave (cascade.md §6).

#include <string>
#include <string_view>

#include "base/units.hpp"
#include "domain/answer.hpp"
#include "domain/request.hpp"

namespace rlm::draft {

struct HoldBackConfig {
  /// Characters of a draft's text that are there before the first one leaves. 0: drafts are held
  /// whole.
  std::size_t characters = 200;
  /// The first one leaves this long after it came, however few there are. 0: only `characters`
  /// count.
  Milliseconds time{300};
};

/// Fed with a draft's events as they come; chunking-independent but for what time_is_up() lets out.
/// Pure. Causes are those of why_refuse(), which has the last word once the draft is whole.
class LiveGuard {
 public:
  enum class State {
    Holding,  // nothing may leave yet
    Open,     // what there is may leave
    Refused,  // cause() tells why; it stays so
  };

  /// `facts` must outlive this.
  LiveGuard(const RequestFacts& facts, std::size_t hold_back_characters)
      : facts_(facts), characters_min_(hold_back_characters) {}

  State feed(const StreamEvent& event);
  /// Few characters are enough from now on: but for an opening that a refusal may have, and blanks.
  State time_is_up();
  State state() const { return state_; }
  std::string_view cause() const { return cause_; }
  bool has_text() const { return !text_.empty(); }

 private:
  void add(std::string_view text);
  void open_if_ready();
  void refuse(std::string_view cause);

  const RequestFacts& facts_;
  std::size_t characters_min_;
  State state_ = State::Holding;
  std::string_view cause_;
  std::string text_;
  std::size_t characters_ = 0;
  std::size_t next_check_ = 0;  // size of the text at which repetition is looked for again
};

}  // namespace rlm::draft
