#pragma once
// Lets a stream pass event by event, so that an error event of ours never runs into one that was
// cut in the middle.

#include <cstddef>
#include <string>
#include <string_view>

namespace rlm::respond {

/// Holds back what follows the last whole event. Chunking-independent in sum: all that was fed
/// comes out, but for what is held. Pure.
class WholeEvents {
 public:
  /// A longer event passes in parts.
  static constexpr std::size_t kHeldMax = 64 * 1024;

  /// What may be sent now; may be empty. Into `bytes` or this, valid until the next call.
  std::string_view feed(std::string_view bytes);
  /// The last bytes, with what is still held before them.
  std::string_view finish(std::string_view bytes);
  bool holds() const { return !held_.empty(); }
  /// True when a part of an event has passed whose end has not.
  bool inside_event() const { return inside_event_; }

 private:
  std::string held_;
  std::string ready_;
  bool inside_event_ = false;
};

}  // namespace rlm::respond
