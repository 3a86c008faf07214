#pragma once
// What an answer of another dialect, its message, its tool calls and its end, is called towards who
// asked.

#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::dialect {

struct MessageNames {
  std::string model;                        // the one that was asked for
  std::string id = wire::new_message_id();  // msg_…
  /// Of the prompt, as a stream's start tells it: what it really was comes at the end.
  Tokens prompt_estimate = 0;
};

/// How an answer ended.
struct StopReason {
  std::string_view reason;   // Anthropic's; empty when it failed
  std::string_view failure;  // then: the error's type in Anthropic's dialect
};

/// The ids of one answer's tool calls, all different: a client that finds one twice drops the
/// second call, or runs the first one again.
class AnswerToolIds {
 public:
  explicit AnswerToolIds(std::string message_id) : message_id_(std::move(message_id)) {}

  /// The id of the next call: the upstream's, or one made of it where other dialects refuse it; one
  /// made of the message's id when the upstream gave none, or one that it gave before.
  std::string take(std::string_view upstream_id);
  bool empty() const { return taken_.empty(); }

 private:
  std::string message_id_;
  std::vector<std::string> taken_;
};

}  // namespace rlm::dialect
