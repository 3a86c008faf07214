#pragma once
// The whole proxy between a test's client and two simulated models, over real sockets.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/build_app.hpp"
#include "sim/simulated_model.hpp"
#include "tests/support/answers.hpp"
#include "tests/support/client.hpp"
#include "tests/support/shifted_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace rlm::test {

std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view text);

/// The parts of a configuration that tests vary; lines of TOML.
struct Settings {
  std::string verify_url{};
  std::string draft_url{};
  std::string ledger_path{};                // empty: records are only in memory
  std::string ledger{};                     // [ledger]
  std::string listen{};                     // [listen]
  std::string log{};                        // [log]
  std::string limits{};                     // [limits]
  std::string verify{};                     // [models.verify]
  std::string draft{};                      // [models.draft]
  std::string cascade{};                    // [[cascade]]
  std::string more{};                       // further tables
  std::string verify_model = "sim-verify";  // empty: the client's own name passes
  bool cascades = true;
};

/// TOML: models `verify` (Anthropic's, the client's key passes) and `draft` (another vendor's, with
/// the key DRAFT_KEY), a cascade `claude-*` with the preset `paper`; retries without pauses.
std::string config_text(const Settings& settings);
/// The environment that config_text() refers to.
const std::map<std::string, std::string>& test_environment();

/// A running proxy, or an exception that says why there is none.
class Proxy {
 public:
  explicit Proxy(const std::string& toml, const app::AppParts& parts = {});
  explicit Proxy(const Settings& settings, const app::AppParts& parts = {})
      : Proxy(config_text(settings), parts) {}

  std::uint16_t port() const { return app_->port(); }
  std::uint16_t admin_port() const { return app_->admin_port(); }
  /// All exchanges so far that have been accounted for, oldest first.
  std::vector<ExchangeRecord> records();
  /// Waits for `count` records; the newest is returned. Fails the test when they do not come.
  ExchangeRecord record_number(std::size_t count);
  /// What classes of drafts have earned by the exchanges that have been accounted for.
  std::vector<quality::ClassReport> classes();
  /// Waits until `count` exchanges are in the ledger; false when they do not come.
  bool wait_stored(std::size_t count);
  void stop() { app_.reset(); }

 private:
  std::unique_ptr<app::App> app_;
};

std::unique_ptr<sim::SimulatedModel> start_model(sim::SimConfig config);

/// Two models that answer at once, and the proxy before them.
class Scene {
 public:
  explicit Scene(Settings settings = {});
  Scene(Settings settings, const app::AppParts& parts);
  Scene(Settings settings, sim::SimConfig verify_config, sim::SimConfig draft_config,
        const app::AppParts& parts = {});

  /// All three at once: each waits for its loop to notice.
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  static sim::SimConfig verify_config();
  static sim::SimConfig draft_config();

  std::uint16_t port() const { return proxy->port(); }
  Reply post(std::string body) const { return ask(port(), std::move(body)); }
  Reply post(const Ask& request) const { return ask(port(), request); }

  std::unique_ptr<sim::SimulatedModel> verify;
  std::unique_ptr<sim::SimulatedModel> draft;
  std::unique_ptr<Proxy> proxy;
};

/// The model's bill once every call that reached it has ended: a client may have its last byte
/// before the model has written it down.
sim::Bill final_bill(const sim::SimulatedModel& model);

/// The value of one line of /metrics, named with its labels; fails the test when there is none.
double metric(const Scene& scene, std::string_view name);

/// A scripted answer of this text, as one delta or in these deltas.
sim::Reply says(std::string text);
/// A long answer that costs little, so that max_tokens does not cut it.
sim::Reply says_much(std::string text);
sim::Reply says_in_pieces(std::vector<std::string> deltas);
/// `KIND[@N]` as sim/fault.hpp reads it, with good content where the fault leaves any.
sim::Reply fails(std::string_view fault,
                 std::string text = "some words that nobody will see whole");

}  // namespace rlm::test
