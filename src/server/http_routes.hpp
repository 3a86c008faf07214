#pragma once
// Which path goes where.

#include <functional>
#include <vector>

#include "exchange/services.hpp"
#include "net/http_transaction.hpp"
#include "observe/dashboard_api.hpp"
#include "observe/metrics.hpp"
#include "observe/recent_exchanges.hpp"

namespace rlm::server {

/// A file of the dashboard, compiled in.
struct Asset {
  std::string_view content_type;
  std::string_view bytes;
};

/// What the pages for operators read; thread-safe, shared by all workers.
struct AdminServices {
  observe::RecentExchanges& recent;
  observe::Metrics& metrics;
  const quality::TrustBook& trust;
  std::function<std::vector<observe::ModelStatus>()> models;
  std::function<std::optional<Asset>(std::string_view path)>
      asset;                      // e.g. "index.html"; nothing when unknown
  std::function<void()> refresh;  // called before metrics are collected
  std::function<bool()> ready;    // false while shutting down
  /// Host names under which the pages may be asked for; a page of a foreign site that points its
  /// own name at us is refused (DNS rebinding).
  std::vector<std::string> hosts;
};

/// Which surfaces a listener offers.
struct Surfaces {
  bool api = true;    // the providers' API for clients
  bool admin = true;  // dashboard, metrics, /api
};

/// Serves one request of a listener.
net::Task<void> serve_request(net::HttpTransaction& transaction, exchange::Services& services,
                              AdminServices& admin, Surfaces surfaces);

}  // namespace rlm::server
