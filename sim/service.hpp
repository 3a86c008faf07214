#pragma once
// The HTTP surface of a simulated model: credentials, paths, errors, answers.

#include <string>

#include "net/http_transaction.hpp"
#include "sim/mind.hpp"
#include "sim/performance.hpp"
#include "sim/state.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::sim {

/// Serves POST /v1/messages and /v1/messages/count_tokens, GET /v1/models[/{id}], HEAD /api/hello,
/// and the admin paths (admin.hpp); also without /v1, and below /anthropic. One thread; the state
/// outlives it.
class Service {
 public:
  Service(const SimConfig& config, const Mind& mind, State& state)
      : config_(config), mind_(mind), state_(state) {}

  net::Task<void> handle(net::HttpTransaction& transaction);

 private:
  struct Call {
    net::HttpTransaction& transaction;
    std::uint64_t number;
    std::string request_id;
    UnixMs began;
    std::string key;
  };

  net::Task<void> route(Call& call, std::string_view path);
  net::Task<void> serve_messages(Call& call, bool count_only);
  net::Task<void> serve_answer(Call& call, const SimRequest& request);
  net::Task<void> serve_models(Call& call, std::string_view id);
  net::Task<Outcome> perform(Call& call, const SimRequest& request, Reply reply, const Fault& fault,
                             std::uint64_t occurrence, CachePlan& plan);
  net::Task<void> refuse(Call& call, const Refusal& refusal);
  net::Task<void> send_status(Call& call, const Fault& fault);

  std::optional<Refusal> check_credentials(Call& call) const;
  tl::expected<SimRequest, Refusal> read(Call& call, std::string_view body, bool count_only);
  Fault draw_fault(const SimRequest& request, std::uint64_t occurrence) const;
  Pace pace_for(const Call& call, const SimRequest& request, const Reply& reply,
                const Fault& fault) const;
  Tokens minimum_for(std::string_view model, UnixMs when) const;
  Headers headers_for(const Call& call, std::string_view content_type) const;
  void bill(const Call& call, const SimRequest& request, const Usage& usage,
            const Outcome& outcome);

  const SimConfig& config_;
  const Mind& mind_;
  State& state_;
  wire::JsonIndex index_;  // scratch, never in use across a wait
};

}  // namespace rlm::sim
