#pragma once
// What one worker thread's exchanges share.

#include <memory>
#include <vector>

#include "account/account_exchange.hpp"
#include "account/ledger.hpp"
#include "admit/authenticate.hpp"
#include "base/clock.hpp"
#include "dialect/ask.hpp"
#include "draft/draft_memo.hpp"
#include "exchange/aside.hpp"
#include "exchange/cascade.hpp"
#include "exchange/day_budget.hpp"
#include "exchange/twins.hpp"
#include "exchange/warm_sessions.hpp"
#include "net/worker.hpp"
#include "observe/metrics.hpp"
#include "quality/trust_book.hpp"
#include "respond/pings.hpp"
#include "route/router.hpp"
#include "upstream/model_client.hpp"
#include "wire/json_cursor.hpp"
#include "wire/seen_requests.hpp"

namespace rlm::exchange {

struct ExchangeConfig {
  /// Largest request body; Anthropic's own limit.
  std::size_t body_bytes_max = 32u << 20;
  wire::JsonLimits json;
  respond::PingConfig pings;
  /// Exchanges of one worker at once; one more is answered 529.
  std::size_t in_flight_max = 10'000;
  AsideConfig aside;
  /// For clients of OpenAI's dialects; its rules_of is the routing table's.
  dialect::AskDefaults openai_clients;
};

/// Owned by the worker's thread, except what is shared by reference: the accountant, ledger,
/// metrics, router, memo, budgets, trust and warm sessions are thread-safe.
struct Services {
  net::Worker& worker;
  int worker_index;
  std::shared_ptr<const RoutingTable> table;
  std::vector<std::unique_ptr<upstream::ModelClient>> models;  // one per RoutingTable::endpoints
  admit::AdmitConfig admit;
  ExchangeConfig config;
  account::Accountant& accountant;
  account::Ledger& ledger;
  observe::Metrics& metrics;
  route::Router& router;
  const Clock& clock;
  wire::JsonIndex index;  // scratch of one parse at a time
  std::size_t in_flight = 0;
  wire::SeenRequests seen{};
  Twins twins{worker};
  std::shared_ptr<draft::DraftMemo> memo{};
  std::shared_ptr<DayBudget> shadow_budget{};
  std::shared_ptr<DayBudget> audit_budget{};
  std::shared_ptr<const quality::TrustBook> trust{};  // null: nothing is audited
  /// One per RoutingTable::cascades; null where no caches are kept alive.
  std::vector<std::shared_ptr<WarmSessions>> warm{};
  Aside aside{worker, metrics, config.aside};
};

}  // namespace rlm::exchange
