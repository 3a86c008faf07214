#pragma once
// Chat Completions for the tests here.

#include "sim/test_client.hpp"

namespace rlm::sim {

/// A config that speaks as `provider`.
SimConfig speaking(Provider provider);
/// {"model":"sim-verify","messages":[…]…}; `more` begins with a comma.
std::string chat_body(std::string_view messages, std::string_view more = "");
/// One user message.
std::string chat_user(std::string_view text, std::string_view more = "");
/// POST /v1/chat/completions with "Authorization: Bearer key-1".
Got chat(const SimulatedModel& model, std::string body);

/// A stream put together again as a client does.
struct ChatAnswer {
  std::string content;
  std::string reasoning;
  std::string refusal;
  std::string finish_reason;
  std::string calls;  // fragments, raw, in order
  std::string usage;  // raw, of the last chunk that has one
  std::string error;  // raw
  int chunks = 0;
  bool done = false;
};
ChatAnswer chat_answer_of(std::string_view stream);

}  // namespace rlm::sim
