#pragma once
// From the events of a verify reply to those of the client's answer.

#include <string>
#include <vector>

#include "domain/answer.hpp"

namespace rlm::respond {

/// Leaves out thinking (bound to a prompt that the client does not have) and blocks that no dialect
/// of ours can carry, and makes block indices contiguous. Pure.
class RewriteEvents {
 public:
  /// `held` is the text that the verdict gate had kept back; it opens the first block. Message
  /// events are not produced.
  explicit RewriteEvents(std::string held);

  /// The block events that `event` becomes; the first call also gives what was held. None for
  /// message events and what is left out.
  std::vector<StreamEvent> feed(const StreamEvent& event);
  /// What is needed to close the answer: a block that is still open.
  std::vector<StreamEvent> finish();

 private:
  void open(const ContentBlock& block, std::vector<StreamEvent>& out);
  void flush_held(std::vector<StreamEvent>& out);

  std::string held_;
  int index_ = -1;
  bool open_ = false;
  bool skipping_ = false;
};

}  // namespace rlm::respond
