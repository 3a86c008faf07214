#include "config/read_models.hpp"

#include <fstream>
#include <sstream>

#include "net/url.hpp"

namespace rlm::config {
namespace {

struct Kind {
  const char* name;
  const char* base_url;  // empty: must be configured
  bool is_anthropic;
};

// Endpoints that speak the Anthropic Messages format (reference: the vendors' pages, 2026-11).
constexpr Kind kKinds[] = {
    {"anthropic", "https://api.anthropic.com", true},
    {"deepseek", "https://api.deepseek.com/anthropic", false},
    {"foundry", "", true},
    {"anthropic-compatible", "", false},
};

void read_timeouts(TableReader& in, net::ClientTimeouts& timeouts) {
  const auto read = [&](std::string_view key, Milliseconds& into) {
    std::int64_t value = into.count();
    in.read(key, value, 1, 3'600'000);
    into = Milliseconds(value);
  };
  read("connect_ms", timeouts.connect);
  read("first_byte_ms", timeouts.first_byte);
  read("idle_ms", timeouts.idle);
  read("total_ms", timeouts.total);
}

void read_retries(TableReader& in, upstream::RetryPolicy& retry) {
  std::int64_t retries = retry.retries_max;
  in.read("retries", retries, 0, 10);
  retry.retries_max = static_cast<int>(retries);
  std::int64_t backoff = retry.backoff.count();
  in.read("backoff_ms", backoff, 0, 60'000);
  retry.backoff = Milliseconds(backoff);
  std::int64_t wait = retry.retry_after_max.count();
  in.read("retry_after_max_ms", wait, 0, 120'000);
  retry.retry_after_max = Milliseconds(wait);
}

upstream::EndpointConfig read_model(const std::string& name, const toml::table& table,
                                    Mistakes& mistakes, const Environment& environment) {
  TableReader in(table, "models." + name, mistakes);
  upstream::EndpointConfig endpoint;
  endpoint.name = name;
  std::vector<std::string> kinds;
  for (const auto& kind : kKinds) kinds.emplace_back(kind.name);
  const auto chosen = in.read_choice("endpoint", kinds);
  if (!table.contains("endpoint"))
    in.mistake("endpoint", "missing; expected e.g. \"anthropic\" or \"deepseek\"");
  const Kind& kind = kKinds[chosen.value_or(0)];
  endpoint.is_anthropic = kind.is_anthropic;
  endpoint.base_url = kind.base_url;
  in.read("base_url", endpoint.base_url);
  if (endpoint.base_url.empty()) {
    if (chosen)
      in.mistake("base_url", std::string("missing; endpoint \"") + kind.name + "\" needs one");
  } else if (const auto url = net::parse_url(endpoint.base_url); !url) {
    in.mistake("base_url", url.error().message);
  }
  in.read("model", endpoint.model);
  std::string key;
  in.read("api_key", key);
  if (!key.empty())
    if (auto secret = resolve_secret(key, environment, in, "api_key"))
      endpoint.api_key = std::move(*secret);
  if (const auto auth = in.read_choice("auth", {"api_key", "bearer"}))
    endpoint.auth = static_cast<upstream::EndpointConfig::Auth>(*auth);
  in.read("ca_file", endpoint.ca_file);
  if (!endpoint.ca_file.empty())
    if (const auto tls = net::TlsContext::client(endpoint.ca_file); !tls)
      in.mistake("ca_file", tls.error().message);
  std::int64_t per_mille = endpoint.price_per_mille;
  in.read("price_per_mille", per_mille, 1, 100'000);
  endpoint.price_per_mille = static_cast<int>(per_mille);
  read_timeouts(in, endpoint.timeouts);
  read_retries(in, endpoint.retry);
  in.finish();
  return endpoint;
}

}  // namespace

std::optional<Secret> resolve_secret(const std::string& reference, const Environment& environment,
                                     TableReader& in, std::string_view key) {
  if (reference.size() > 3 && reference.substr(0, 2) == "${" && reference.back() == '}') {
    const std::string name = reference.substr(2, reference.size() - 3);
    const auto value = environment(name);
    if (value && !value->empty()) return Secret(*value);
    in.mistake(key, "the environment variable " + name + " is not set");
    return std::nullopt;
  }
  if (reference.substr(0, 5) == "file:") {
    std::ifstream file(reference.substr(5));
    std::string text;
    if (file && std::getline(file, text) && !text.empty()) return Secret(std::move(text));
    in.mistake(key, "cannot read a key from \"" + reference.substr(5) + "\"");
    return std::nullopt;
  }
  in.mistake(key,
             "a secret is written out; expected a reference: \"${NAME}\" for an environment "
             "variable or \"file:/path\"");
  return std::nullopt;
}

void read_models(TableReader& root, Config& config, Mistakes& mistakes,
                 const Environment& environment) {
  const auto* models = root.table("models");
  if (models == nullptr) {
    if (!root.has("models")) mistakes.add("models", "none; expected at least one [models.<name>]");
    return;
  }
  for (const auto& [name, node] : *models) {
    const auto* table = node.as_table();
    if (table == nullptr) {
      mistakes.add("models." + std::string(name.str()), "expected a table");
      continue;
    }
    config.table.endpoints.push_back(
        read_model(std::string(name.str()), *table, mistakes, environment));
    const auto& made = config.table.endpoints.back();
    if (config.table.passthrough < 0 && made.is_anthropic && made.model.empty())
      config.table.passthrough = static_cast<int>(config.table.endpoints.size()) - 1;
    if (!config.admit.keys.empty() && made.api_key.empty())
      mistakes.add("models." + made.name + ".api_key",
                   "missing; with listen.api_keys a client's key is ours and never sent upstream");
  }
}

}  // namespace rlm::config
