#include "app/build_app.hpp"

#include <map>
#include <optional>
#include <thread>

#include "app/model_clients.hpp"
#include "app/model_statuses.hpp"
#include "app/version.hpp"
#include "app/web_assets.hpp"
#include "base/log.hpp"
#include "exchange/keep_alive.hpp"
#include "net/http_server.hpp"
#include "observe/access_log.hpp"
#include "observe/trace_config.hpp"
#include "server/http_routes.hpp"
#include "server/refusal.hpp"
#include "store/ledger_store.hpp"

namespace rlm::app {
namespace {

constexpr std::size_t kPreloadedExchanges = 1000;

// One thread with its loop, models and listeners. Destroyed after its thread has ended, members
// last to first.
struct WorkerThread {
  std::unique_ptr<net::Worker> worker = std::make_unique<net::Worker>();
  std::unique_ptr<exchange::Services> services;
  std::unique_ptr<exchange::KeepAlive> keep_alive;
  std::unique_ptr<net::HttpServer> server;
  std::unique_ptr<net::HttpServer> admin_server;
  std::optional<net::asio::executor_work_guard<net::Executor>> keep_running;
  std::thread thread;
};

bool is_wildcard(const std::string& address) {
  return address == "0.0.0.0" || address == "::";
}

account::AccountantConfig accountant_config(const exchange::RoutingTable& table) {
  account::AccountantConfig config;
  for (const auto& endpoint : table.endpoints)
    config.per_mille_of[endpoint.name] = endpoint.price_per_mille;
  return config;
}

std::vector<std::string> endpoint_names(const exchange::RoutingTable& table) {
  std::vector<std::string> names;
  for (const auto& endpoint : table.endpoints) names.push_back(endpoint.name);
  return names;
}

std::vector<std::shared_ptr<exchange::WarmSessions>> warm_sessions(
    const exchange::RoutingTable& table) {
  std::vector<std::shared_ptr<exchange::WarmSessions>> warm;
  for (const auto& cascade : table.cascades)
    warm.push_back(cascade.keep_alive.enabled
                       ? std::make_shared<exchange::WarmSessions>(cascade.keep_alive)
                       : nullptr);
  return warm;
}

// A class of a cascade that is no longer configured is on probation.
quality::TrustBook::BeginningOf beginnings(const exchange::RoutingTable& table) {
  std::map<std::string, quality::TrustBook::Beginning, std::less<>> known;
  for (const auto& cascade : table.cascades)
    cascade.classes.each([&](route::ClassKey key, Risk risk, const std::string& name) {
      const route::QualityRule& rule = cascade.policy.quality;
      known[name] = {rule.rules, rule.of(key, risk)};
    });
  return [known = std::move(known)](std::string_view name) {
    const auto found = known.find(name);
    return found == known.end() ? quality::TrustBook::Beginning{} : found->second;
  };
}

}  // namespace

struct App::Impl {
  Impl(config::Config loaded, AppParts given)
      : parts(std::move(given)),
        config(std::move(loaded)),
        table(std::make_shared<const exchange::RoutingTable>(config.table)),
        clients(*table),
        metrics(kVersion, endpoint_names(*table)),
        recent(recent_config()),
        accountant(config.prices, accountant_config(*table)),
        trust(std::make_shared<quality::TrustBook>(beginnings(*table))),
        router(std::make_shared<money::RateBook>(config.prices,
                                                 accountant_config(*table).per_mille_of),
               trust) {}

  observe::RecentConfig recent_config() {
    observe::RecentConfig made;
    made.version = kVersion;
    made.inflight = [this] { return metrics.inflight(); };
    return made;
  }

  Result<void> open_ledger(int producers);
  Result<void> open_worker(int index);
  Result<void> listen(WorkerThread& thread);
  void run();
  void stop();

  const AppParts parts;
  config::Config config;
  std::shared_ptr<const exchange::RoutingTable> table;
  ModelClients clients;
  observe::Metrics metrics;
  observe::RecentExchanges recent;
  account::Accountant accountant;
  const std::shared_ptr<quality::TrustBook> trust;
  route::Router router;
  const std::shared_ptr<draft::DraftMemo> memo = std::make_shared<draft::DraftMemo>();
  const std::shared_ptr<exchange::DayBudget> shadow_budget =
      std::make_shared<exchange::DayBudget>();
  const std::shared_ptr<exchange::DayBudget> audit_budget = std::make_shared<exchange::DayBudget>();
  const std::vector<std::shared_ptr<exchange::WarmSessions>> warm = warm_sessions(*table);
  std::vector<std::unique_ptr<observe::TraceExporter>> traces;
  std::unique_ptr<account::LabelKeeper> labels;  // outlives the ledger, which tells it
  std::unique_ptr<account::Ledger> ledger;
  std::unique_ptr<server::AdminServices> admin;
  std::atomic<bool> stopping{false};
  std::uint16_t port = 0;
  std::uint16_t admin_port = 0;
  std::vector<std::unique_ptr<WorkerThread>> threads;
};

Result<void> App::Impl::open_ledger(int producers) {
  auto opened = account::Ledger::open(config.ledger, producers);
  if (!opened) return fail(std::move(opened.error()));
  ledger = std::move(*opened);
  std::vector<ExchangeRecord> left;
  if (!config.ledger.path.empty()) {
    auto store = store::open_sqlite_ledger(config.ledger.path);
    if (!store) return fail(std::move(store.error()));
    auto newest = (*store)->recent(kPreloadedExchanges, "");
    if (!newest) return fail(std::move(newest.error()));
    recent.preload(*newest);
    left = std::move(*newest);
  }
  auto keeper = account::LabelKeeper::open(
      config.labels, trust,
      [this](const std::string& id) {
        const auto record = recent.find(id);
        return record == nullptr ? std::string() : record->class_name;
      },
      left);
  if (!keeper) return fail(std::move(keeper.error()));
  labels = std::move(*keeper);
  auto receivers = observe::traces_from_environment(observe::process_environment());
  if (!receivers) return fail(std::move(receivers.error()));
  for (auto& receiver : *receivers) {
    receiver.service_version = kVersion;
    auto exporter = observe::TraceExporter::start(std::move(receiver));
    if (!exporter) return fail(std::move(exporter.error()));
    traces.push_back(std::move(*exporter));
  }
  ledger->on_stored([this](const ExchangeRecord& record) {
    metrics.record(record);
    observe::log_exchange(record);
    for (const auto& exporter : traces) exporter->submit(record);
    recent.add(record);
    labels->see(record);
  });
  return {};
}

Result<void> App::Impl::open_worker(int index) {
  auto& made = *threads.emplace_back(std::make_unique<WorkerThread>());
  made.services.reset(new exchange::Services{*made.worker,
                                             index,
                                             table,
                                             {},
                                             config.admit,
                                             config.exchange,
                                             accountant,
                                             *ledger,
                                             metrics,
                                             router,
                                             *parts.clock,
                                             {},
                                             0});
  made.services->memo = memo;
  made.services->shadow_budget = shadow_budget;
  made.services->warm = warm;
  made.services->audit_budget = audit_budget;
  made.services->trust = trust;
  made.keep_alive = std::make_unique<exchange::KeepAlive>(*made.services);
  auto models = clients.of_worker(*made.worker);
  if (!models) return fail(std::move(models.error()));
  made.services->models = std::move(*models);
  return listen(made);
}

Result<void> App::Impl::listen(WorkerThread& thread) {
  const bool own_admin = !config.admin.address.empty();
  const server::Surfaces main_surfaces{true, !own_admin && !is_wildcard(config.listen.address)};
  auto& services = *thread.services;
  const auto handler = [this, &services](server::Surfaces surfaces) {
    return [this, &services, surfaces](net::HttpTransaction& transaction) {
      return server::serve_request(transaction, services, *admin, surfaces);
    };
  };
  thread.server =
      std::make_unique<net::HttpServer>(*thread.worker, handler(main_surfaces), config.server);
  auto bound = thread.server->listen(config.listen.address, port == 0 ? config.listen.port : port);
  if (!bound) return fail(std::move(bound.error()));
  port = *bound;
  if (!own_admin) {
    admin_port = port;
    return {};
  }
  thread.admin_server =
      std::make_unique<net::HttpServer>(*thread.worker, handler({false, true}), config.server);
  bound = thread.admin_server->listen(config.admin.address,
                                      admin_port == 0 ? config.admin.port : admin_port);
  if (!bound) return fail(std::move(bound.error()));
  admin_port = *bound;
  return {};
}

void App::Impl::run() {
  for (auto& thread : threads) {
    thread->keep_running.emplace(thread->worker->executor());
    thread->keep_alive->start();
    thread->thread = std::thread([&worker = *thread->worker] { worker.io().run(); });
  }
}

namespace {

net::Task<void> drain_and_stop(WorkerThread& thread, Milliseconds patience) {
  thread.keep_alive->stop();
  if (thread.admin_server) co_await thread.admin_server->shut_down(Milliseconds(0));
  co_await thread.server->shut_down(patience);
  co_await thread.services->aside.shut_down();
  // The loop ends by itself once the last handlers have run: they still hold connections of the
  // server.
  thread.keep_running.reset();
}

}  // namespace

void App::Impl::stop() {
  stopping = true;
  recent.close();
  for (auto& thread : threads) {
    if (!thread->thread.joinable()) continue;
    net::spawn(thread->worker->executor(), drain_and_stop(*thread, config.drain),
               [](std::exception_ptr) {});
  }
  for (auto& thread : threads)
    if (thread->thread.joinable()) thread->thread.join();
  for (auto& thread : threads) thread->worker->io().stop();
}

App::App(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

App::~App() {
  impl_->stop();
  impl_->threads.clear();
  impl_->ledger.reset();  // writes out what is left, and tells its listeners
  impl_->labels.reset();
}

Result<std::unique_ptr<App>> App::start(config::Config loaded, AppParts parts) {
  std::unique_ptr<App> app(new App(std::make_unique<Impl>(std::move(loaded), std::move(parts))));
  Impl& impl = *app->impl_;
  impl.config.server.refusal = server::head_refusal;
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int count = impl.config.threads > 0 ? impl.config.threads : cores;
  if (auto opened = impl.open_ledger(count); !opened) return fail(std::move(opened.error()));

  if (auto let = impl.clients.let_fetch(impl.config.fetch); !let)
    return fail(std::move(let.error()));

  auto hosts = impl.config.admin_hosts;
  for (const char* name : {"127.0.0.1", "localhost", "[::1]"}) hosts.emplace_back(name);
  hosts.push_back(impl.config.listen.address);
  impl.admin.reset(new server::AdminServices{
      impl.recent, impl.metrics, *impl.trust,
      [&impl] { return model_statuses(*impl.table, impl.clients); }, find_web_asset,
      [&impl] {
        impl.metrics.set_ledger(
            {impl.ledger->stored(), impl.ledger->dropped(), impl.ledger->recovered()});
        impl.metrics.set_labels(impl.labels->counts());
        std::uint64_t dropped = 0;
        for (const auto& exporter : impl.traces) dropped += exporter->dropped();
        impl.metrics.set_trace_dropped(dropped);
        const auto urls = impl.clients.fetched();
        impl.metrics.set_url_sources({urls.fetched, urls.kept, urls.failed, urls.turned_away});
      },
      [&impl] { return !impl.stopping.load(); }, std::move(hosts)});

  for (int i = 0; i < count; ++i)
    if (auto opened = impl.open_worker(i); !opened) return fail(std::move(opened.error()));
  impl.run();
  return app;
}

std::uint16_t App::port() const {
  return impl_->port;
}
std::uint16_t App::admin_port() const {
  return impl_->admin_port;
}
const observe::RecentExchanges& App::recent() const {
  return impl_->recent;
}
account::Ledger& App::ledger() {
  return *impl_->ledger;
}
account::LabelKeeper& App::labels() {
  return *impl_->labels;
}
const quality::TrustBook& App::trust() const {
  return *impl_->trust;
}

}  // namespace rlm::app
