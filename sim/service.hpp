#pragma once
// The HTTP surface of a simulated model: whatever its provider's dialects have in common.

#include <string>

#include "net/http_transaction.hpp"
#include "sim/dialect.hpp"
#include "sim/mind.hpp"
#include "sim/performance.hpp"
#include "sim/state.hpp"

namespace rlm::sim {

/// Serves the paths of the provider's dialects and the admin paths (admin.hpp). One thread; the
/// state outlives it.
class Service {
 public:
  Service(const SimConfig& config, const Mind& mind, State& state)
      : config_(config), mind_(mind), state_(state), dialects_(dialects_of(config)) {}

  net::Task<void> handle(net::HttpTransaction& transaction);

 private:
  struct Call {
    net::HttpTransaction& transaction;
    const Dialect& dialect;
    std::optional<Target> target;
    std::uint64_t number;
    std::string request_id;
    UnixMs began;
    std::string key;
  };

  Call begin(net::HttpTransaction& transaction);
  net::Task<void> serve(Call& call, std::string_view body);
  net::Task<void> serve_answer(Call& call, const SimRequest& request);
  net::Task<Outcome> perform(Call& call, const SimRequest& request, Reply reply, const Fault& fault,
                             std::uint64_t occurrence, CachePlan& plan);
  net::Task<void> refuse(Call& call, const Refusal& refusal);
  net::Task<void> send_status(Call& call, const Fault& fault);
  net::Task<bool> spoil_before_answer(Call& call, const SimRequest& request, Fault& fault);

  Fault draw_fault(const SimRequest& request, std::uint64_t occurrence) const;
  Pace pace_for(const Call& call, const SimRequest& request, const Reply& reply,
                const Fault& fault) const;
  Tokens minimum_for(std::string_view model, UnixMs when) const;
  void bill(const Call& call, const SimRequest& request, const Usage& usage,
            const Outcome& outcome);

  const SimConfig& config_;
  const Mind& mind_;
  State& state_;
  Dialects dialects_;
  wire::JsonIndex index_;  // scratch, never in use across a wait
};

}  // namespace rlm::sim
