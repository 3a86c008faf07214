#pragma once
// What operators look at: dashboard, its JSON, metrics.

#include "net/http_transaction.hpp"
#include "server/http_routes.hpp"

namespace rlm::server {

/// True when the path was one of these (and it was answered). Read-only; a Host that is not ours is
/// refused with 403.
net::Task<bool> serve_admin(net::HttpTransaction& transaction, AdminServices& admin);

}  // namespace rlm::server
