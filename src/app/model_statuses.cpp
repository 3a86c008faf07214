#include "app/model_statuses.hpp"

#include "base/clock.hpp"
#include "net/url.hpp"

namespace rlm::app {
namespace {

void tell_health(observe::ModelStatus& status, const upstream::EndpointHealth& health) {
  const auto state = health.state(system_clock().steady());
  status.healthy = state == upstream::BreakerState::Closed;
  if (state == upstream::BreakerState::Open)
    status.note = "failed several times in a row; no calls are sent for a while";
  if (state == upstream::BreakerState::HalfOpen)
    status.note = "failed several times in a row; the next call tries it";
  status.first_byte_ms = health.first_byte_ms();
}

}  // namespace

std::vector<observe::ModelStatus> model_statuses(const exchange::RoutingTable& table,
                                                 const ModelClients& clients) {
  std::vector<observe::ModelStatus> models;
  for (std::size_t i = 0; i < table.endpoints.size(); ++i) {
    const auto& endpoint = table.endpoints[i];
    observe::ModelStatus status;
    status.name = endpoint.name;
    status.model = endpoint.model;
    status.endpoint = endpoint.kind;
    if (const auto url = net::parse_url(endpoint.base_url)) status.host = url->authority();
    bool drafts = false;
    bool verifies = static_cast<int>(i) == table.passthrough;
    for (const auto& cascade : table.cascades) {
      drafts = drafts || cascade.draft == i;
      verifies = verifies || cascade.verify == i;
    }
    if (drafts) status.roles.push_back("draft");
    if (verifies) status.roles.push_back("verify");
    tell_health(status, clients.health(i));
    models.push_back(std::move(status));
  }
  return models;
}

}  // namespace rlm::app
