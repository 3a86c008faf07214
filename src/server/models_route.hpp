#pragma once
// GET /v1/models[/{id}].

#include "exchange/services.hpp"
#include "net/http_transaction.hpp"

namespace rlm::server {

/// Asks the pass-through upstream, so that a client sees what its key may use; where there is none,
/// or it cannot be reached, lists the configured models.
net::Task<void> serve_models(net::HttpTransaction& transaction, exchange::Services& services);

/// The configured models as Anthropic lists them; `only` empty: all, else one model's object, or
/// nothing when it is unknown.
std::optional<std::string> models_body(const exchange::RoutingTable& table, std::string_view only);

}  // namespace rlm::server
