#pragma once
// A scripted coding agent: the shape of a real one's requests, over real sockets.

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"

namespace rlm::app {

/// One agent session as Claude Code has them: a title request without tools, user turns whose steps
/// call tools, and plain questions in between. Every request goes to the proxy at 127.0.0.1:`port`.
/// Blocks; its own event loop.
class DemoAgent {
 public:
  DemoAgent(std::uint16_t port, std::string model) : port_(port), model_(std::move(model)) {}

  /// Plays session `number`; `on_answer` after each answer with a word for what was asked. Errors:
  /// what the proxy answered instead.
  Result<void> play_session(int number, const std::function<void(const std::string&)>& on_answer);

 private:
  std::uint16_t port_;
  std::string model_;
};

/// The simulated verify model's side of the play (sim/coder.hpp).
std::string demo_coder_script();

}  // namespace rlm::app
