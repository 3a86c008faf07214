#include "upstream/endpoint_group.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace rlm::upstream {
namespace {

// Weighted rendezvous hashing: the member with the greatest score; a member more or less moves only
// the sessions that go to it or come from it.
double score(std::uint64_t key, std::string_view member, int weight) {
  std::uint64_t mixed = key ^ (std::hash<std::string_view>{}(member)*0x9e3779b97f4a7c15ULL);
  mixed ^= mixed >> 33;
  mixed *= 0xff51afd7ed558ccdULL;
  mixed ^= mixed >> 33;
  mixed *= 0xc4ceb9fe1a85ec53ULL;
  mixed ^= mixed >> 33;
  const double uniform = (static_cast<double>(mixed >> 11) + 0.5) / 9007199254740992.0;  // (0, 1)
  return -static_cast<double>(weight) / std::log(uniform);
}

std::uint64_t random_key() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return engine();
}

}  // namespace

int SessionHomes::of(std::string_view session, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const Home* home = homes_.find(session);
  return home == nullptr || now - home->since > stay_ ? -1 : home->member;
}

void SessionHomes::moved(std::string_view session, int member, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  homes_[session] = {member, now};
}

int EndpointGroup::best_of(const std::vector<int>& candidates, std::string_view session) const {
  const std::uint64_t key = session.empty() ? random_key() : std::hash<std::string_view>{}(session);
  const auto better = [&](int a, int b) {
    auto& left = *members_[static_cast<std::size_t>(a)];
    auto& right = *members_[static_cast<std::size_t>(b)];
    switch (config().balance) {
      case EndpointConfig::Balance::Weighted:
        return score(key, left.config().name, left.config().weight) >
               score(key, right.config().name, right.config().weight);
      default:
        return a < b;
    }
  };
  return *std::min_element(candidates.begin(), candidates.end(), better);
}

int EndpointGroup::soonest_of(const std::vector<int>& candidates, SteadyTime now) const {
  const auto health = [&](int at) { return members_[static_cast<std::size_t>(at)]->health(); };
  const auto time_of = [&](int at) {
    const double measured = health(at)->first_byte_ms();
    return measured < 0 ? std::numeric_limits<double>::infinity() : measured;
  };
  const int soonest = *std::min_element(candidates.begin(), candidates.end(),
                                        [&](int a, int b) { return time_of(a) < time_of(b); });
  // Who was slow once would never be asked again.
  for (const int other : candidates)
    if (other != soonest && health(other)->claim_measure(now)) return other;
  return soonest;
}

ModelClient* EndpointGroup::choose(std::string_view session, std::span<ModelClient* const> tried,
                                   SteadyTime now) {
  std::vector<int> usable;
  std::vector<int> others;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    ModelClient* member = members_[i].get();
    if (std::find(tried.begin(), tried.end(), member) != tried.end()) continue;
    (member->health()->usable(now) ? usable : others).push_back(static_cast<int>(i));
  }
  if (usable.empty() && others.empty()) return nullptr;
  const auto& candidates = usable.empty() ? others : usable;
  int chosen = session.empty() ? -1 : homes_->of(session, now);
  if (std::find(candidates.begin(), candidates.end(), chosen) == candidates.end())
    chosen = config().balance == EndpointConfig::Balance::Latency ? soonest_of(candidates, now)
                                                                  : best_of(candidates, session);
  return members_[static_cast<std::size_t>(chosen)].get();
}

void EndpointGroup::answered_at(std::string_view session, const ModelClient& endpoint,
                                SteadyTime now) {
  if (session.empty()) return;
  const auto at = std::find_if(members_.begin(), members_.end(),
                               [&](const auto& member) { return member.get() == &endpoint; });
  if (at != members_.end()) homes_->moved(session, static_cast<int>(at - members_.begin()), now);
}

net::Task<Result<std::unique_ptr<ModelCall>>> EndpointGroup::open(const CallRequest& request,
                                                                  net::StopSource& stop,
                                                                  net::Sending& sending) {
  co_return co_await members_.front()->open(request, stop, sending);
}

}  // namespace rlm::upstream
