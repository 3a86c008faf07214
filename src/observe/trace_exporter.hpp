#pragma once
// Sends traces to an OTLP/HTTP receiver from a thread of its own; the request path never waits for
// it.

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "domain/exchange_record.hpp"
#include "observe/trace_config.hpp"

namespace rlm::observe {

/// What to do after an attempt to send a batch. Pure.
struct ExportDecision {
  enum class Action { Done, Repeat, Drop };
  Action action = Action::Done;
  Milliseconds pause{0};
};

/// `status`: the receiver's answer, 0 when the connection broke. `attempt`: 0 for the first one.
/// `jitter`: 0–1, shortens a pause of ours by up to a quarter. Only 429, 502, 503, 504 and a broken
/// connection are repeated (OTLP specification, "Failures").
ExportDecision decide_export(const TraceConfig& config, int status, int attempt,
                             std::optional<Milliseconds> retry_after, double jitter);

/// One receiver. Thread-safe.
class TraceExporter {
 public:
  /// Starts the thread; the receiver need not be there yet. BadRequest (Source::Self) when the
  /// certificate file cannot be read.
  static Result<std::unique_ptr<TraceExporter>> start(TraceConfig config);
  /// Sends what is left for as long as `shutdown_patience` allows, then drops it.
  ~TraceExporter();
  TraceExporter(const TraceExporter&) = delete;
  TraceExporter& operator=(const TraceExporter&) = delete;

  /// Queues a copy; drops and counts it when the queue is full. Never blocks on the network.
  void submit(const ExchangeRecord& record);
  /// Sends what is queued now without waiting for a full batch, and returns when it is sent or
  /// dropped. For tests and `demo`.
  void flush();

  std::uint64_t exported() const;  // exchanges that the receiver took
  std::uint64_t dropped() const;

 private:
  struct Impl;
  explicit TraceExporter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::observe
