#pragma once
// A simulated model as an object: a real HTTP server on a thread of its own.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/records.hpp"
#include "sim/reply.hpp"
#include "sim/sim_config.hpp"

namespace rlm::sim {

/// Serves until destroyed; destruction cuts what is still running. Accessors are thread-safe.
///
/// An answer follows from the config's name and seed and the request's content (last user text and
/// the turns since), whatever came before; only scripted replies go by order of arrival. Tokens are
/// counted as UTF-8 bytes / 3.5, rounded up per block.
class SimulatedModel {
 public:
  /// BadRequest (Source::Self) for a bad config or file, Unreachable when the port cannot be had.
  static Result<std::unique_ptr<SimulatedModel>> start(SimConfig config);
  ~SimulatedModel();
  SimulatedModel(const SimulatedModel&) = delete;
  SimulatedModel& operator=(const SimulatedModel&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:PORT", without a path.
  std::string base_url() const;

  Bill bill() const;
  std::vector<SeenRequest> requests() const;
  /// The next request that fits gets this reply.
  void script(ScriptedReply reply);
  /// Waits until requests have taken the scripted replies with exactly this `when`; false when
  /// `patience` ran out.
  bool wait_taken(std::string_view when, Milliseconds patience = Milliseconds(10'000)) const;
  /// Drops the scripted replies with exactly this `when` that nobody has asked for.
  void forget_scripts(std::string_view when);
  void reset();
  /// Moves the clock by which caches expire and prices are chosen.
  void advance(Milliseconds by);
  /// Waits until this many requests have ended since the start or the last reset; false when
  /// `patience` ran out.
  bool wait_finished(std::size_t count, Milliseconds patience = Milliseconds(10'000)) const;

 private:
  struct Impl;
  explicit SimulatedModel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::sim
