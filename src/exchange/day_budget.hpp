#pragma once
// What may be spent in one day on work that no client waits for.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/units.hpp"

namespace rlm::exchange {

/// Adds up by UTC day and purse, in memory: a restart begins the day anew. Thread-safe.
class DayBudget {
 public:
  /// `limit` 0: none. What runs when a limit is reached is still paid for, so it can be passed by
  /// that much.
  bool has_left(const std::string& purse, NanoUsd limit, UnixMs now) const;
  void spend(const std::string& purse, NanoUsd cost, UnixMs now);

 private:
  struct Spent {
    std::int64_t day = -1;
    NanoUsd sum;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Spent> spent_;  // purses are configured: a handful
};

}  // namespace rlm::exchange
