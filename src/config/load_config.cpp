#include "config/load_config.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "config/read_cascades.hpp"
#include "config/read_fetch.hpp"
#include "config/read_labels.hpp"
#include "config/read_models.hpp"
#include "config/read_openai_clients.hpp"
#include "config/table_reader.hpp"

namespace rlm::config {
namespace {

bool is_loopback(std::string_view address) {
  return address.substr(0, 4) == "127." || address == "::1";
}

void read_address(TableReader& in, std::string_view key, ListenConfig& into) {
  std::string text;
  in.read(key, text);
  if (text.empty()) return;
  const auto colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  char* end = nullptr;
  const char* digits = colon == std::string::npos ? "" : text.c_str() + colon + 1;
  const long port = std::strtol(digits, &end, 10);
  if (host.empty() || *digits == '\0' || *end != '\0' || port < 0 || port > 65535) {
    in.mistake(key, "\"" + text + "\" found; expected address:port, e.g. \"127.0.0.1:8787\"");
    return;
  }
  into.address = host;
  into.port = static_cast<std::uint16_t>(port);
}

void read_milliseconds(TableReader& in, std::string_view key, Milliseconds& into, std::int64_t min,
                       std::int64_t max) {
  std::int64_t value = into.count();
  in.read(key, value, min, max);
  into = Milliseconds(value);
}

void read_size(TableReader& in, std::string_view key, std::size_t& into, std::int64_t min,
               std::int64_t max) {
  auto value = static_cast<std::int64_t>(into);
  in.read(key, value, min, max);
  into = static_cast<std::size_t>(value);
}

void read_listen(TableReader& root, Config& config, Mistakes& mistakes,
                 const Environment& environment) {
  if (const auto* table = root.table("listen")) {
    TableReader in(*table, "listen", mistakes);
    read_address(in, "address", config.listen);
    std::int64_t threads = config.threads;
    in.read("threads", threads, 0, 256);
    config.threads = static_cast<int>(threads);
    std::vector<std::string> keys;
    in.read("api_keys", keys);
    for (const auto& key : keys)
      if (auto secret = resolve_secret(key, environment, in, "api_keys"))
        config.admit.keys.push_back(std::move(*secret));
    in.finish();
  }
  if (const auto* table = root.table("admin")) {
    TableReader in(*table, "admin", mistakes);
    read_address(in, "address", config.admin);
    in.read("hosts", config.admin_hosts);
    in.finish();
  }
  if (!is_loopback(config.listen.address) && config.admit.keys.empty())
    mistakes.add("listen.api_keys",
                 "none, though listen.address can be reached by others; expected at least one key, "
                 "e.g. [\"${RLM_API_KEY}\"]");
  if (!config.admin.address.empty() && !is_loopback(config.admin.address))
    mistakes.add("admin.address",
                 "\"" + config.admin.address +
                     "\" found; the admin surface has no login yet and must stay on loopback");
}

void read_limits(TableReader& root, Config& config, Mistakes& mistakes) {
  const auto* table = root.table("limits");
  if (table == nullptr) return;
  TableReader in(*table, "limits", mistakes);
  read_size(in, "body_bytes_max", config.exchange.body_bytes_max, 1024, 1LL << 30);
  read_size(in, "json_depth_max", config.exchange.json.depth_max, 8, 1024);
  read_size(in, "in_flight_max", config.exchange.in_flight_max, 1, 1'000'000);
  read_size(in, "connections_max", config.server.connections_max, 1, 1'000'000);
  read_size(in, "head_bytes_max", config.server.head.bytes_max, 1024, 1 << 20);
  read_milliseconds(in, "keep_alive_idle_ms", config.server.keep_alive_idle, 100, 3'600'000);
  read_milliseconds(in, "head_timeout_ms", config.server.head_timeout, 100, 600'000);
  read_milliseconds(in, "body_idle_ms", config.server.body_idle, 100, 600'000);
  read_milliseconds(in, "write_idle_ms", config.server.write_idle, 100, 3'600'000);
  read_milliseconds(in, "ping_first_ms", config.exchange.pings.first, 20, 10'000);
  read_milliseconds(in, "ping_interval_ms", config.exchange.pings.interval, 20, 15'000);
  read_size(in, "aside_running_max", config.exchange.aside.running_max, 1, 1'000);
  read_size(in, "aside_waiting_max", config.exchange.aside.waiting_max, 0, 100'000);
  read_size(in, "aside_waiting_bytes_max", config.exchange.aside.waiting_bytes_max, 0, 1LL << 36);
  read_milliseconds(in, "aside_deadline_ms", config.exchange.aside.deadline, 1'000, 3'600'000);
  read_milliseconds(in, "drain_ms", config.drain, 0, 3'600'000);
  in.finish();
}

void read_ledger_and_log(TableReader& root, Config& config, Mistakes& mistakes,
                         const Environment& environment) {
  if (const auto* table = root.table("ledger")) {
    TableReader in(*table, "ledger", mistakes);
    in.read("path", config.ledger.path);
    read_labels(in, config.labels.place, environment);
    read_size(in, "journal_bytes", config.ledger.journal_bytes, 1 << 16, 1LL << 32);
    in.finish();
  }
  if (config.labels.place.where.empty()) config.labels.place.where = config.ledger.path;
  if (const auto* table = root.table("log")) {
    TableReader in(*table, "log", mistakes);
    if (const auto level = in.read_choice("level", {"debug", "info", "warn", "error", "off"}))
      config.log_level = static_cast<log::Level>(*level);
    in.read("json", config.log_json);
    in.finish();
  }
}

void read_prices(TableReader& root, Config& config, Mistakes& mistakes) {
  config.prices = std::make_shared<const money::PriceTable>(money::PriceTable::built_in());
  const auto* table = root.table("prices");
  if (table == nullptr) return;
  TableReader in(*table, "prices", mistakes);
  std::string path;
  in.read("file", path);
  in.finish();
  if (path.empty()) return;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    in.mistake("file", "cannot read \"" + path + "\"");
    return;
  }
  auto prices = money::PriceTable::parse(text.str());
  if (!prices) {
    in.mistake("file", prices.error().message);
    return;
  }
  config.prices = std::make_shared<const money::PriceTable>(std::move(*prices));
}

}  // namespace

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

namespace {

// The packaged toml++ reports syntax errors by an exception; it ends here.
Result<toml::table> parse_toml(std::string_view text, const std::string& origin) {
  try {
    return toml::parse(text, origin);
  } catch (const toml::parse_error& error) {
    std::ostringstream where;
    where << origin << ":" << error.source().begin.line << ":" << error.source().begin.column
          << ": " << error.description();
    return fail(ErrorKind::BadRequest, Source::Self, where.str());
  }
}

}  // namespace

Result<Config> parse_config(std::string_view toml_text, const std::string& origin,
                            const Environment& environment) {
  const auto parsed = parse_toml(toml_text, origin);
  if (!parsed) return fail(parsed.error());
  Mistakes mistakes;
  Config config;
  TableReader root(*parsed, "", mistakes);
  read_listen(root, config, mistakes, environment);
  read_limits(root, config, mistakes);
  read_ledger_and_log(root, config, mistakes, environment);
  read_prices(root, config, mistakes);
  read_models(root, config, mistakes, environment);
  read_fetch(root, config.fetch, mistakes);
  read_openai_clients(root, config.exchange.openai_clients, mistakes);
  read_cascades(root, config, mistakes);
  root.finish();
  if (!mistakes.empty()) return fail(ErrorKind::BadRequest, Source::Self, mistakes.text());
  return config;
}

Result<Config> load_config(const std::string& path, const Environment& environment) {
  std::ifstream file(path);
  std::stringstream text;
  if (file) text << file.rdbuf();
  if (!file)
    return fail(ErrorKind::BadRequest, Source::Self,
                path + ": cannot be read; expected a TOML file");
  return parse_config(text.str(), path, environment);
}

std::string default_config_text(const Environment& environment) {
  const auto url = [&](const char* name) {
    const auto value = environment(name);
    return value ? "base_url = \"" + *value + "\"\n" : std::string();
  };
  std::string text = "[models.claude]\nendpoint = \"anthropic\"\n" + url("ANTHROPIC_UPSTREAM_URL");
  if (environment("ANTHROPIC_API_KEY")) text += "api_key = \"${ANTHROPIC_API_KEY}\"\n";
  if (environment("DEEPSEEK_API_KEY")) {
    text +=
        "[models.deepseek]\nendpoint = \"deepseek\"\nmodel = \"deepseek-v4-pro\"\napi_key = "
        "\"${DEEPSEEK_API_KEY}\"\n" +
        url("DEEPSEEK_UPSTREAM_URL");
    text +=
        "[[cascade]]\nmatch = [\"claude-*\"]\ndraft = \"deepseek\"\nverify = \"claude\"\npolicy = "
        "\"paper\"\n";
  }
  return text;
}

}  // namespace rlm::config
