#pragma once
// Looks up names of hosts on threads of its own, so that no wait for a name server outlasts who
// waits.

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "net/stop.hpp"
#include "net/task.hpp"

namespace rlm::net {

class Worker;

/// Shared by whoever may wait for one another's names: those that clients name have one of their
/// own (fetch), since they can name a host whose name servers never answer. Thread-safe. Must
/// outlive the lookups it is asked for. Its end waits for those under way, as long as the system's
/// resolver takes.
class NameLookup {
 public:
  struct Found {
    std::vector<asio::ip::tcp::endpoint> addresses{};
    std::string why{};  // there are none
  };
  /// Blocks; called by the threads.
  using Resolve = std::function<Found(const std::string& host, std::uint16_t port)>;
  /// Lookups that may wait for a thread; one more fails.
  static constexpr std::size_t kWaitingMax = 256;

  explicit NameLookup(std::size_t threads = 4, Resolve resolve = ask_system);

  /// Where `host`, a name or an address, is; no addresses, and why, when that is not known. A stop
  /// ends the wait at once with an empty result, whatever the resolver does.
  Task<Found> find(Worker& worker, const std::string& host, std::uint16_t port, StopSource& stop);

 private:
  static Found ask_system(const std::string& host, std::uint16_t port);

  const Resolve resolve_;
  std::atomic<std::size_t> waiting_{0};  // outlives the threads
  asio::thread_pool pool_;
};

}  // namespace rlm::net
