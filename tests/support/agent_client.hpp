#pragma once
// A coding agent as its provider sees it: what it sends, made up from a seed.

#include <string>
#include <string_view>
#include <vector>

#include "sim/random.hpp"
#include "sim/reply.hpp"

namespace rlm::test {

/// Holds one conversation. Its history is what models answered, byte for byte; what it adds varies
/// as real clients do: an attribution block that differs in each request, a cache mark that moves,
/// lists that become strings, system entries, parallel calls, failed results, thinking of each kind
/// that changes between user turns only.
class AgentClient {
 public:
  AgentClient(std::uint64_t seed, std::string model);

  bool is_done() const { return turns_left_ < 0; }
  /// The next request.
  std::string body();
  /// What a model says to it: tool calls while the turn has steps left, else text.
  sim::Reply wish();
  /// The response to it, a whole message; the conversation moves on.
  void take(std::string_view response);

 private:
  /// As the newest of the list, and once it is no longer that.
  struct Entry {
    std::string fresh;
    std::string settled;
  };

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_.next() % n); }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  std::string words();
  void begin_turn();
  void add_user_text();
  void add_system_entry();
  void add_results(const std::vector<std::string>& ids);

  sim::Random random_;
  std::string model_;
  bool has_tools_;
  std::string thinking_;
  std::vector<Entry> entries_;
  int turns_left_;
  int steps_left_ = 0;
  int words_ = 0;
};

}  // namespace rlm::test
