#pragma once
// One model behind several endpoints.

#include <memory>
#include <mutex>
#include <vector>

#include "base/lru_map.hpp"
#include "upstream/model_client.hpp"

namespace rlm::upstream {

/// Where each session's prompt cache is warm. Shared by all workers; thread-safe.
class SessionHomes {
 public:
  /// `stay`: a session that was silent for longer may go anywhere, its cache has lapsed.
  explicit SessionHomes(std::size_t sessions_max = 65'536,
                        Milliseconds stay = Milliseconds(600'000))
      : stay_(stay), homes_(sessions_max) {}

  /// The member that last answered this session; -1: none, or too long ago.
  int of(std::string_view session, SteadyTime now) const;
  void moved(std::string_view session, int member, SteadyTime now);

 private:
  struct Home {
    int member = -1;
    SteadyTime since{};
  };
  const Milliseconds stay_;
  mutable std::mutex mutex_;
  LruMap<Home> homes_;
};

/// Chooses among its members: a session stays where it was while that endpoint is usable; else as
/// the first member's `balance` says, unusable ones last. The first member gives name and policy.
class EndpointGroup final : public ModelClient {
 public:
  /// At least one member.
  EndpointGroup(std::vector<std::unique_ptr<ModelClient>> members,
                std::shared_ptr<SessionHomes> homes)
      : members_(std::move(members)), homes_(std::move(homes)) {}

  const EndpointConfig& config() const override { return members_.front()->config(); }
  ModelClient* choose(std::string_view session, std::span<ModelClient* const> tried,
                      SteadyTime now) override;
  void answered_at(std::string_view session, const ModelClient& endpoint, SteadyTime now) override;
  /// Never called on a group: calls go to what choose() gave.
  net::Task<Result<std::unique_ptr<ModelCall>>> open(const CallRequest& request,
                                                     net::StopSource& stop,
                                                     net::Sending& sending) override;

 private:
  int best_of(const std::vector<int>& candidates, std::string_view session) const;
  int soonest_of(const std::vector<int>& candidates, SteadyTime now) const;
  std::vector<std::unique_ptr<ModelClient>> members_;
  std::shared_ptr<SessionHomes> homes_;
};

}  // namespace rlm::upstream
