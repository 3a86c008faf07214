#include "tests/support/scene.hpp"

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/log.hpp"
#include "config/load_config.hpp"

namespace rlm::test {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file) throw std::runtime_error("cannot write " + path);
}

const std::map<std::string, std::string>& test_environment() {
  static const std::map<std::string, std::string> variables{{"DRAFT_KEY", "draft-key"},
                                                            {"UPSTREAM_KEY", "upstream-key"},
                                                            {"VERIFY_KEY", "verify-key"},
                                                            {"OUR_KEY", "our-key"}};
  return variables;
}

namespace {

// `key = value`, unless the lines say something about this key themselves.
std::string unless_given(const std::string& lines, const std::string& key,
                         const std::string& value) {
  return lines.find(key + " =") == std::string::npos ? key + " = " + value + "\n" : std::string();
}

}  // namespace

std::string config_text(const Settings& settings) {
  std::string text = "[listen]\naddress = \"127.0.0.1:0\"\n" +
                     unless_given(settings.listen, "threads", "1") + settings.listen;
  text += "\n[ledger]\npath = " + json_quoted(settings.ledger_path) +
          "\njournal_bytes = 1048576\n" + settings.ledger + "\n";
  text += "[log]\n" + unless_given(settings.log, "level", "\"off\"") + settings.log;
  text += "\n[limits]\n" + unless_given(settings.limits, "drain_ms", "0") + settings.limits;
  text += "\n[models.verify]\nendpoint = \"anthropic\"\nbase_url = " +
          json_quoted(settings.verify_url) + "\n";
  if (!settings.verify_model.empty())
    text += "model = " + json_quoted(settings.verify_model) + "\n";
  text += unless_given(settings.verify, "backoff_ms", "0") + settings.verify + "\n";
  if (settings.cascades) {
    text +=
        "[models.draft]\nendpoint = \"deepseek\"\nmodel = \"sim-draft\"\n"
        "api_key = \"${DRAFT_KEY}\"\nbase_url = " +
        json_quoted(settings.draft_url) + "\n";
    text += unless_given(settings.draft, "backoff_ms", "0") + settings.draft;
    text += "\n[[cascade]]\nmatch = [\"claude-*\"]\ndraft = \"draft\"\nverify = \"verify\"\n" +
            unless_given(settings.cascade, "policy", "\"paper\"") + settings.cascade + "\n";
  }
  return text + settings.more;
}

Proxy::Proxy(const std::string& toml, const app::AppParts& parts) {
  log::configure(log::Level::Off, false);
  const auto environment = [](std::string_view name) -> std::optional<std::string> {
    const auto found = test_environment().find(std::string(name));
    if (found == test_environment().end()) return std::nullopt;
    return found->second;
  };
  auto config = config::parse_config(toml, "test", environment);
  if (!config) throw std::runtime_error(config.error().message);
  auto started = app::App::start(std::move(*config), parts);
  if (!started) throw std::runtime_error(started.error().message);
  app_ = std::move(*started);
}

std::vector<ExchangeRecord> Proxy::records() {
  app_->ledger().flush();
  std::vector<ExchangeRecord> all;
  for (const auto& record : app_->recent().page(1'000'000)) all.push_back(*record);
  std::reverse(all.begin(), all.end());
  return all;
}

std::vector<quality::ClassReport> Proxy::classes() {
  app_->ledger().flush();
  app_->labels().flush();
  return app_->trust().report();
}

ExchangeRecord Proxy::record_number(std::size_t count) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (;;) {
    auto all = records();
    if (all.size() >= count) return all[count - 1];
    if (std::chrono::steady_clock::now() > give_up) {
      ADD_FAILURE() << "only " << all.size() << " records, not " << count;
      return {};
    }
  }
}

bool Proxy::wait_stored(std::size_t count) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (app_->ledger().flush() && app_->ledger().stored() < count)
    if (std::chrono::steady_clock::now() > give_up) return false;
  return true;
}

std::unique_ptr<sim::SimulatedModel> start_model(sim::SimConfig config) {
  auto started = sim::SimulatedModel::start(std::move(config));
  if (!started) throw std::runtime_error(started.error().message);
  return std::move(*started);
}

sim::SimConfig Scene::verify_config() {
  sim::SimConfig config;
  config.name = "verify";
  config.models = {"sim-verify"};
  config.side = sim::Side::Verify;
  config.verdict.accept_unknown = 1;
  return config;
}

sim::SimConfig Scene::draft_config() {
  sim::SimConfig config;
  config.name = "draft";
  config.models = {"sim-draft"};
  config.side = sim::Side::Draft;
  config.provider = sim::Provider::DeepSeek;
  config.keys = {"draft-key"};
  return config;
}

Scene::Scene(Settings settings) : Scene(std::move(settings), verify_config(), draft_config()) {}

Scene::Scene(Settings settings, const app::AppParts& parts)
    : Scene(std::move(settings), verify_config(), draft_config(), parts) {}

Scene::Scene(Settings settings, sim::SimConfig verify_config, sim::SimConfig draft_config,
             const app::AppParts& parts)
    : verify(start_model(std::move(verify_config))), draft(start_model(std::move(draft_config))) {
  if (settings.verify_url.empty()) settings.verify_url = verify->base_url();
  if (settings.draft_url.empty()) settings.draft_url = draft->base_url();
  proxy = std::make_unique<Proxy>(settings, parts);
}

sim::Bill final_bill(const sim::SimulatedModel& model) {
  EXPECT_TRUE(model.wait_finished(model.requests().size()));
  return model.bill();
}

sim::Reply says(std::string text) {
  sim::Reply reply = sim::Reply::of_text(text);
  reply.blocks[0].deltas = {std::move(text)};
  return reply;
}

Scene::~Scene() {
  std::thread first([this] { proxy.reset(); });
  std::thread second([this] { verify.reset(); });
  draft.reset();
  first.join();
  second.join();
}

sim::Reply says_much(std::string text) {
  constexpr std::size_t kDelta = 8192;
  std::vector<std::string> deltas;
  for (std::size_t at = 0; at < text.size(); at += kDelta)
    deltas.push_back(text.substr(at, kDelta));
  sim::Reply reply = says_in_pieces(std::move(deltas));
  reply.output_tokens = 100;
  return reply;
}

sim::Reply says_in_pieces(std::vector<std::string> deltas) {
  std::string text;
  for (const std::string& delta : deltas) text += delta;
  sim::Reply reply = sim::Reply::of_text(std::move(text));
  reply.blocks[0].deltas = std::move(deltas);
  return reply;
}

sim::Reply fails(std::string_view fault, std::string text) {
  auto parsed = sim::parse_fault(fault);
  if (!parsed) throw std::runtime_error(parsed.error().message);
  sim::Reply reply = says(std::move(text));
  reply.fault = std::move(parsed->fault);
  return reply;
}

double metric(const Scene& scene, std::string_view name) {
  Ask request;
  request.method = "GET";
  request.target = "/metrics";
  const std::string text = ask(scene.port(), request).body;
  const auto at = text.find("\n" + std::string(name) + " ");
  EXPECT_NE(at, std::string::npos) << name;
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

}  // namespace rlm::test
