#pragma once
// Looks up names of hosts on threads of its own: a client can name a host whose name servers never
// answer, and upstreams must not wait behind it.

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "net/stop.hpp"
#include "net/worker.hpp"

namespace rlm::fetch {

/// Shared by all workers; thread-safe. Must outlive the lookups it is asked for. Its end waits for
/// those under way, as long as the system's resolver takes.
class NameLookup {
 public:
  using Addresses = std::vector<net::asio::ip::tcp::endpoint>;
  /// Lookups that may wait for a thread; one more fails.
  static constexpr std::size_t kWaitingMax = 256;

  explicit NameLookup(std::size_t threads = 4) : pool_(threads) {}

  /// Where `host`, a name or an address, is; empty when that is not known. A stop ends the wait at
  /// once with an empty result, whatever the resolver does.
  net::Task<Addresses> find(net::Worker& worker, const std::string& host, std::uint16_t port,
                            net::StopSource& stop);

 private:
  std::atomic<std::size_t> waiting_{0};  // outlives the threads
  net::asio::thread_pool pool_;
};

}  // namespace rlm::fetch
