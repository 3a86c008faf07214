#pragma once
// Work that outlives the client's exchange: shadows, audits, keep-alive reads.

#include <deque>
#include <list>
#include <memory>

#include "domain/exchange_record.hpp"
#include "net/stop.hpp"
#include "net/worker.hpp"
#include "observe/metrics.hpp"

namespace rlm::exchange {

struct Services;

struct AsideConfig {
  /// Pieces of work of one worker at once; at least 1.
  std::size_t running_max = 4;
  /// More may wait, as long as they hold no more than this many bytes together.
  std::size_t waiting_max = 64;
  std::size_t waiting_bytes_max = 64u << 20;
  /// What is not done by then is stopped.
  Milliseconds deadline{120'000};
};

/// A piece of work. It owns all it needs: no client waits for it, and none need still be there.
class AsideWork {
 public:
  virtual ~AsideWork() = default;
  /// Ends soon once `stop` is requested.
  virtual net::Task<void> run(net::StopSource& stop) = 0;
  /// What it holds while it waits.
  virtual std::size_t bytes() const = 0;
};

/// Where one worker's work off its clients' paths is done, a few pieces at a time, the oldest
/// first. Nothing is detached: shut_down() stops all of it and waits. One thread.
class Aside {
 public:
  Aside(net::Worker& worker, observe::Metrics& metrics, const AsideConfig& config)
      : worker_(worker), metrics_(metrics), config_(config), scope_(worker) {}
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  /// Begins it soon, never within this call. What there is no room for is dropped and counted.
  void add(std::unique_ptr<AsideWork> work);
  /// Drops what waits, stops what runs, and takes nothing more.
  net::Task<void> shut_down();

  std::size_t running() const { return scope_.running(); }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  /// Holds a piece's stop source while it runs.
  class Running;

  net::Task<void> run(std::unique_ptr<AsideWork> work);
  net::Task<void> run_one(AsideWork& work);
  std::unique_ptr<AsideWork> next();

  net::Worker& worker_;
  observe::Metrics& metrics_;
  const AsideConfig config_;
  std::deque<std::unique_ptr<AsideWork>> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::list<net::StopSource> running_;
  bool closed_ = false;
  net::TaskScope scope_;
};

/// The record of work that a client's exchange gave rise to, with what both have in common. Its
/// trace is one of its own: the client's says what the client saw.
ExchangeRecord aside_record(const ExchangeRecord& client, Occasion occasion);

/// Counts what was retried, and makes the record's calls, which had the roles that they would have
/// for a client, calls of this `role`.
void name_calls(Services& services, ExchangeRecord& record, CallRole role);

}  // namespace rlm::exchange
