#pragma once
// The whole proxy in one object: threads, listeners, ledger, observers.

#include <cstdint>
#include <memory>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/config.hpp"
#include "observe/recent_exchanges.hpp"
#include "observe/trace_exporter.hpp"

namespace rlm::app {

/// What takes the place of the process's own. `clock` lives as long as the App.
struct AppParts {
  const Clock* clock = &system_clock();
};

/// A running proxy. start() returns once it accepts connections; the destructor drains and stops
/// it. Thread-safe.
class App {
 public:
  /// Unreachable (Source::Self) when a listener cannot be opened, Internal or BadRequest for the
  /// ledger or an upstream that cannot be set up.
  static Result<std::unique_ptr<App>> start(config::Config config, AppParts parts = {});
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  std::uint16_t port() const;
  /// The admin surface's port; that of port() when it has no listener of its own.
  std::uint16_t admin_port() const;
  const observe::RecentExchanges& recent() const;
  account::Ledger& ledger();
  /// What classes of drafts have earned, by the labels of exchanges that the ledger has stored.
  account::LabelKeeper& labels();
  const quality::TrustBook& trust() const;

 private:
  struct Impl;
  explicit App(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::app
