#pragma once
// One answer being given: paced over time, spoilt where a fault says so, and counted until it ends
// or the client leaves.

#include "net/http_transaction.hpp"
#include "sim/records.hpp"
#include "sim/transcript.hpp"

namespace rlm::sim {

struct Pace {
  SteadyTime first;              // when the response begins
  double tokens_per_second = 0;  // 0: all at once
  Milliseconds ping_interval{0};
  std::string keep_alive;  // what fills this much silence; empty: nothing
  std::string queued;      // the same before the answer begins

  SteadyTime due(Tokens tokens) const;
};

struct Outcome {
  CallEnd end = CallEnd::Complete;
  bool begun =
      false;  // the response's head was sent (or would have been, but the client left first)
  Tokens tokens = 0;  // generated
};

/// Waits until `when`, or until the client is gone: then false.
net::Task<bool> wait_until(net::HttpTransaction& transaction, SteadyTime when);
/// The same; where the provider fills that silence, the response begins with `headers` and does.
net::Task<bool> wait_in_queue(net::HttpTransaction& transaction, SteadyTime when, const Pace& pace,
                              const Headers& headers);
/// Waits until the client is gone.
net::Task<void> wait_gone(net::HttpTransaction& transaction);

/// A response body under the faults that count bytes: Stall, Reset, Cut.
class SpoiltBody {
 public:
  SpoiltBody(net::HttpTransaction& transaction, const Fault& fault)
      : transaction_(transaction), fault_(fault) {}

  /// True when all was sent and more may follow. After false, ended_by_fault() tells why.
  net::Task<bool> write(std::string_view bytes, bool last);
  bool ended_by_fault() const { return by_fault_; }

 private:
  bool counts_bytes() const;

  net::HttpTransaction& transaction_;
  const Fault& fault_;
  std::size_t sent_ = 0;
  bool by_fault_ = false;
};

/// Streams the frames as they fall due. The head was begun.
net::Task<Outcome> perform_stream(net::HttpTransaction& transaction, const Transcript& script,
                                  const Pace& pace, const Fault& fault);
/// Sends the whole body once all `tokens` would be generated. `headers` are of the 200.
net::Task<Outcome> perform_whole(net::HttpTransaction& transaction, std::string_view body,
                                 Tokens tokens, const Pace& pace, const Fault& fault,
                                 const Headers& headers);

}  // namespace rlm::sim
