#include "config/read_models.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "config/endpoint_kinds.hpp"
#include "config/read_cloud.hpp"
#include "dialect/quirks.hpp"
#include "net/proxy.hpp"
#include "net/url.hpp"

namespace rlm::config {
namespace {

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

void read_auth(TableReader& in, upstream::EndpointConfig& endpoint,
               upstream::EndpointConfig::Auth auth) {
  using Auth = upstream::EndpointConfig::Auth;
  if (endpoint.cloud.identity != upstream::CloudConfig::Identity::Key)
    return in.mistake("auth", "calls there are signed or bear a token; leave it out");
  if (auth == Auth::None && !endpoint.api_key.empty())
    return in.mistake("auth", "\"none\" beside an api_key; leave one of them out");
  endpoint.auth = auth;
}

void read_connection(TableReader& in, upstream::EndpointConfig& endpoint) {
  in.read("ca_file", endpoint.ca_file);
  in.read("certificate_file", endpoint.certificate_file);
  in.read("key_file", endpoint.key_file);
  if (!endpoint.ca_file.empty() || !endpoint.certificate_file.empty() || !endpoint.key_file.empty())
    if (const auto tls =
            net::TlsContext::client(endpoint.ca_file, endpoint.certificate_file, endpoint.key_file);
        !tls)
      in.mistake(endpoint.certificate_file.empty() && endpoint.key_file.empty()
                     ? "ca_file"
                     : "certificate_file",
                 tls.error().message);
  in.read("proxy", endpoint.proxy);
  if (!endpoint.proxy.empty() && endpoint.proxy != "none")
    if (const auto proxy = net::parse_proxy(endpoint.proxy); !proxy)
      in.mistake("proxy", proxy.error().message);
}

void read_group(TableReader& in, upstream::EndpointConfig& endpoint) {
  in.read("also", endpoint.also);
  if (const auto balance = in.read_choice("balance", {"ordered", "weighted", "latency"}))
    endpoint.balance = static_cast<upstream::EndpointConfig::Balance>(*balance);
  std::int64_t weight = endpoint.weight;
  in.read("weight", weight, 0, 1'000'000);
  endpoint.weight = static_cast<int>(weight);
  std::int64_t failures = endpoint.breaker.failures_max;
  in.read("breaker_failures", failures, 1, 1'000'000);
  endpoint.breaker.failures_max = static_cast<int>(failures);
  std::int64_t open_ms = endpoint.breaker.open_for.count();
  in.read("breaker_open_ms", open_ms, 1, 3'600'000);
  endpoint.breaker.open_for = Milliseconds(open_ms);
}

// A provider may host the models of another vendor, which take what that one's own API takes.
void read_quirks(TableReader& in, upstream::EndpointConfig& endpoint) {
  const auto names = dialect::quirk_names();
  const auto chosen = in.read_choice("quirks", names);
  if (!chosen) return;
  if (!endpoint.speaks_openai())
    return in.mistake("quirks",
                      "endpoint \"" + endpoint.kind + "\" speaks none of OpenAI's dialects");
  endpoint.quirks = dialect::quirks_named(names[*chosen]);
}

void read_url_sources(TableReader& in, upstream::EndpointConfig& endpoint) {
  using UrlSources = upstream::EndpointConfig::UrlSources;
  const bool refused = endpoint.dialect == Dialect::Vertex ||
                       endpoint.dialect == Dialect::Bedrock ||
                       (endpoint.quirks != nullptr && !endpoint.quirks->image_urls);
  bool fetched = false;
  in.read("fetch_urls", fetched);
  endpoint.url_sources = fetched   ? UrlSources::Fetched
                         : refused ? UrlSources::Refused
                                   : UrlSources::Passed;
}

// Every other endpoint of a group is there, and is the same model to the cascade.
void check_groups(const exchange::RoutingTable& table, Mistakes& mistakes) {
  for (const auto& endpoint : table.endpoints)
    for (const auto& name : endpoint.also) {
      const std::string path = "models." + endpoint.name + ".also";
      const auto found = std::find_if(table.endpoints.begin(), table.endpoints.end(),
                                      [&](const auto& one) { return one.name == name; });
      if (found == table.endpoints.end() || name == endpoint.name)
        mistakes.add(path, "\"" + name + "\" is no other [models.<name>]");
      else if (found->is_anthropic != endpoint.is_anthropic)
        mistakes.add(path, "\"" + name +
                               "\" is not the same vendor's model: one would get what "
                               "only the other understands");
      else if (found->relays_credential() &&
               (!endpoint.relays_credential() || found->kind != endpoint.kind))
        mistakes.add(path, "\"" + name +
                               "\" has no api_key; a client's own key goes to no other "
                               "provider than the first");
      else if (found->model.empty() != endpoint.model.empty())
        mistakes.add(path, "\"" + name + "\" and this must both name a model, or neither");
    }
}

upstream::EndpointConfig read_model(const std::string& name, const toml::table& table,
                                    Mistakes& mistakes, const Environment& environment) {
  TableReader in(table, "models." + name, mistakes);
  upstream::EndpointConfig endpoint;
  endpoint.name = name;
  const auto chosen = in.read_choice("endpoint", endpoint_kind_names());
  if (!table.contains("endpoint"))
    in.mistake("endpoint", "missing; expected e.g. \"anthropic\" or \"deepseek\"");
  const EndpointKind& kind = endpoint_kinds()[chosen.value_or(0)];
  endpoint.kind = kind.name;
  endpoint.dialect = kind.dialect;
  endpoint.is_anthropic = kind.is_anthropic;
  endpoint.auth = kind.auth;
  if (!kind.quirks.empty()) endpoint.quirks = dialect::quirks_named(kind.quirks);
  read_quirks(in, endpoint);
  in.read("model", endpoint.model);
  if (endpoint.model.empty() && endpoint.dialect != Dialect::Messages)
    in.mistake("model", "missing; endpoint \"" + endpoint.kind + "\" needs the model's id there");
  std::string key;
  in.read("api_key", key);
  if (!key.empty())
    if (auto found = resolve_secret(key, environment, in, "api_key"))
      endpoint.api_key = std::move(*found);
  endpoint.base_url = kind.base_url;
  read_cloud(in, kind, endpoint, environment);
  in.read("base_url", endpoint.base_url);
  if (endpoint.base_url.empty()) {
    if (chosen) in.mistake("base_url", "missing; endpoint \"" + endpoint.kind + "\" needs one");
  } else if (const auto url = net::parse_url(endpoint.base_url); !url) {
    in.mistake("base_url", url.error().message);
  }
  using Auth = upstream::EndpointConfig::Auth;
  if (!endpoint.api_key.empty() && endpoint.auth == Auth::None) endpoint.auth = Auth::Bearer;
  if (const auto auth = in.read_choice("auth", {"api_key", "bearer", "azure_api_key", "none"}))
    read_auth(in, endpoint, static_cast<Auth>(*auth));
  read_connection(in, endpoint);
  std::int64_t per_mille = endpoint.price_per_mille;
  in.read("price_per_mille", per_mille, 1, 100'000);
  endpoint.price_per_mille = static_cast<int>(per_mille);
  read_group(in, endpoint);
  read_url_sources(in, endpoint);
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
    if (!config.admit.keys.empty() && made.relays_credential())
      mistakes.add("models." + made.name + ".api_key",
                   "missing; with listen.api_keys a client's key is ours and never sent upstream");
  }
  check_groups(config.table, mistakes);
}

}  // namespace rlm::config
