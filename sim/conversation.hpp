#pragma once
// The shape of a conversation, whatever dialect tells it: who spoke last, about what, and how
// often.

#include <string>
#include <string_view>

#include "sim/sim_request.hpp"

namespace rlm::sim {

/// Feeds a request with its messages' ends, in order.
class Conversation {
 public:
  Conversation(SimRequest& request, const ReadOptions& options)
      : request_(request), options_(options) {}

  void assistant_ends();
  /// `text` is bare (bare_text). A message that brings a tool's result asks nothing.
  void user_ends(const std::string& text, bool has_result);

 private:
  SimRequest& request_;
  const ReadOptions& options_;
};

/// Fills in what follows from the whole: `content` and `body`.
void seal(SimRequest& request, std::string_view body);

}  // namespace rlm::sim
