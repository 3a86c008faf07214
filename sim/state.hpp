#pragma once
// Everything of a simulated model that lasts longer than one request, behind one lock.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "sim/prompt_cache.hpp"
#include "sim/records.hpp"
#include "sim/reply.hpp"

namespace rlm::sim {

/// Thread-safe: the serving thread and whoever holds the SimulatedModel.
class State {
 public:
  explicit State(const SimConfig& config);

  /// Wall time, moved by advance().
  UnixMs now() const;
  void advance(Milliseconds by);

  /// Notes a request; the number names it from then on.
  std::uint64_t arrive(SeenRequest request);
  void note_body(std::uint64_t number, std::string_view body, std::string_view request_id);
  void finish(std::uint64_t number, int status, bool client_left);
  /// Waits until this many requests (admin calls not counted) have ended since the last reset.
  bool wait_finished(std::size_t count, Milliseconds patience) const;

  /// The first scripted reply that fits this user text, taken out of the queue.
  std::optional<Reply> take_script(std::string_view user_text);
  void script(Reply reply);
  bool wait_taken(std::string_view when, Milliseconds patience) const;
  void forget_scripts(std::string_view when);

  /// How often this body was seen before; bounded, forgets all when full.
  std::uint64_t occurrence(std::uint64_t body);

  CachePlan look_up(std::uint64_t account, const SimRequest& request, Tokens minimum, UnixMs now);
  void commit(const CachePlan& plan);
  void bill(BilledCall call);

  Bill bill() const;
  std::vector<SeenRequest> requests() const;
  /// Forgets everything: bill, requests, scripts, cache, moved time.
  void reset();

 private:
  static constexpr std::size_t kBodiesMax = 100'000;

  const SimConfig& config_;
  mutable std::mutex mutex_;
  mutable std::condition_variable finished_;
  mutable std::condition_variable taken_;
  Bill bill_;
  std::deque<BilledCall> calls_;
  RequestHistory history_;
  std::deque<Reply> scripts_;
  std::unordered_map<std::uint64_t, std::uint64_t> bodies_;
  PromptCache cache_;
  std::uint64_t arrived_ = 0;
  std::uint64_t first_ = 0;  // number of the last request before the reset
  std::size_t ended_ = 0;
  std::int64_t moved_ms_ = 0;
};

}  // namespace rlm::sim
