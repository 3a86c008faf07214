#pragma once
// What the dashboard tells of each configured model.

#include <vector>

#include "app/model_clients.hpp"
#include "exchange/cascade.hpp"
#include "observe/dashboard_api.hpp"

namespace rlm::app {

/// In the order of the table's endpoints. Thread-safe.
std::vector<observe::ModelStatus> model_statuses(const exchange::RoutingTable& table,
                                                 const ModelClients& clients);

}  // namespace rlm::app
