#pragma once
// Everything that can be configured, checked and ready to be used.

#include <string>
#include <vector>

#include "account/label_keeper.hpp"
#include "account/ledger.hpp"
#include "admit/authenticate.hpp"
#include "base/log.hpp"
#include "exchange/cascade.hpp"
#include "exchange/services.hpp"
#include "fetch/fetch_config.hpp"
#include "money/price_table.hpp"
#include "net/http_server.hpp"

namespace rlm::config {

struct ListenConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8787;
};

struct Config {
  ListenConfig listen;
  /// Dashboard, metrics and /api on a listener of their own; port 0 and empty address: on `listen`,
  /// which must then be loopback.
  ListenConfig admin{"", 0};
  std::vector<std::string> admin_hosts;
  int threads = 0;  // 0: one per core
  net::ServerConfig server;
  admit::AdmitConfig admit;
  exchange::ExchangeConfig exchange;
  exchange::RoutingTable table;
  account::LedgerConfig ledger;
  account::LabelKeeperConfig labels;  // in the ledger's file, unless they are shared
  fetch::FetchConfig fetch;           // for models with fetch_urls
  std::shared_ptr<const money::PriceTable> prices;
  log::Level log_level = log::Level::Info;
  bool log_json = false;
  Milliseconds drain{30'000};  // how long running answers may take after SIGTERM
};

}  // namespace rlm::config
