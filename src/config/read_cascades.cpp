#include "config/read_cascades.hpp"

#include <algorithm>

#include "config/read_cost_policy.hpp"
#include "config/read_keep_alive.hpp"
#include "config/read_prompt.hpp"
#include "config/read_shadow.hpp"
#include "config/read_tool_rules.hpp"
#include "config/read_turn_rules.hpp"

namespace rlm::config {
namespace {

std::optional<std::size_t> read_model_name(TableReader& in, std::string_view key,
                                           const Config& config) {
  std::string name;
  in.read(key, name);
  for (std::size_t i = 0; i < config.table.endpoints.size(); ++i)
    if (config.table.endpoints[i].name == name) return i;
  in.mistake(key, name.empty() ? std::string("missing; expected the name of a [models.<name>]")
                               : "\"" + name + "\" found; there is no [models." + name + "]");
  return std::nullopt;
}

void read_policy(TableReader& in, exchange::Cascade& cascade, Mistakes& mistakes) {
  read_preset(in, cascade, mistakes);
  cascade.keep_alive = read_keep_alive(in, mistakes);
  cascade.policy.quality.can_validate = true;  // by exchange/serve_validated
  cascade.tools = read_tool_rules(in, cascade.policy.preset, mistakes);
  read_cost_policy(in, cascade, mistakes);
  read_turn_rules(in, cascade, mistakes);
  if (const auto choice = in.read_choice("on_verify_failure", {"error", "serve_draft"}))
    cascade.on_verify_failure = static_cast<exchange::OnVerifyFailure>(*choice);
  auto held = static_cast<std::int64_t>(cascade.hold_back.characters);
  in.read("hold_back_characters", held, 0, 1'000'000);
  cascade.hold_back.characters = static_cast<std::size_t>(held);
  std::int64_t hold_back_ms = cascade.hold_back.time.count();
  in.read("hold_back_ms", hold_back_ms, 0, 60'000);
  cascade.hold_back.time = Milliseconds(hold_back_ms);
  if (const auto* table = in.table("paper")) {
    TableReader rules(*table, in.path_of("paper"), mistakes);
    auto characters = static_cast<std::int64_t>(cascade.policy.paper.complex_characters_min);
    rules.read("complex_characters_min", characters, 0, 100'000'000);
    cascade.policy.paper.complex_characters_min = static_cast<std::size_t>(characters);
    std::vector<std::string> keywords = cascade.policy.paper.keywords.keywords();
    rules.read("keywords", keywords);
    cascade.policy.paper.keywords = keywords;
    rules.finish();
  }
  if (const auto* table = in.table("draft_abilities")) {
    TableReader abilities(*table, in.path_of("draft_abilities"), mistakes);
    abilities.read("images", cascade.policy.draft.images);
    abilities.read("documents", cascade.policy.draft.documents);
    abilities.read("structured_output", cascade.policy.draft.structured_output);
    abilities.read("stop_sequences", cascade.policy.draft.stop_sequences);
    auto bytes = static_cast<std::int64_t>(cascade.policy.draft.prompt_bytes_max);
    abilities.read("prompt_bytes_max", bytes, 1, 1LL << 32);
    cascade.policy.draft.prompt_bytes_max = static_cast<std::size_t>(bytes);
    abilities.finish();
  }
}

// One endpoint of a group that takes them is enough: the others' refusals lead to it.
bool takes_urls(const upstream::EndpointConfig& endpoint, const Config& config) {
  using UrlSources = upstream::EndpointConfig::UrlSources;
  return endpoint.url_sources != UrlSources::Refused ||
         std::any_of(endpoint.also.begin(), endpoint.also.end(), [&](const std::string& name) {
           const auto& all = config.table.endpoints;
           return std::any_of(all.begin(), all.end(), [&](const auto& one) {
             return one.name == name && one.url_sources != UrlSources::Refused;
           });
         });
}

// What is unknown must not count as free (reference/pricing: refuse to load, never zero).
void check_price(TableReader& in, std::string_view key, const upstream::EndpointConfig& endpoint,
                 const Config& config) {
  if (endpoint.model.empty() || !config.prices) return;
  if (config.prices->find(endpoint.model, system_clock().unix_ms()) == nullptr)
    in.mistake(key, "no price is known for model \"" + endpoint.model + "\" of [models." +
                        endpoint.name + "]; add it to a price file and name that in prices.file");
}

}  // namespace

void read_cascades(TableReader& root, Config& config, Mistakes& mistakes) {
  int number = 0;
  for (const toml::table* table : root.tables("cascade")) {
    ++number;
    exchange::Cascade cascade;
    cascade.name = "cascade " + std::to_string(number);
    TableReader in(*table, "cascade[" + std::to_string(number) + "]", mistakes);
    in.read("name", cascade.name);
    in.read("match", cascade.match);
    if (cascade.match.empty())
      in.mistake("match", "missing; expected model names or globs, e.g. [\"claude-opus-*\"]");
    const auto draft = read_model_name(in, "draft", config);
    const auto verify = read_model_name(in, "verify", config);
    read_policy(in, cascade, mistakes);
    // An operator's instruction is used alone.
    if (read_prompt(in, "verdict_prompt_file", cascade.prompt)) cascade.brief_prompt.reset();
    if (draft) {
      cascade.draft = *draft;
      const auto& endpoint = config.table.endpoints[*draft];
      cascade.policy.draft.url_sources = takes_urls(endpoint, config);
      cascade.classes = route::ClassNames(endpoint.name, cascade.name);
      if (endpoint.model.empty())
        in.mistake("draft",
                   "[models." + endpoint.name + "] names no model; a draft model needs one");
      if (endpoint.relays_credential())
        in.mistake("draft",
                   "[models." + endpoint.name +
                       "] has no api_key; a client's own key is never sent to a draft model");
      check_price(in, "draft", endpoint, config);
    }
    if (verify) {
      cascade.verify = *verify;
      check_price(in, "verify", config.table.endpoints[*verify], config);
    }
    in.finish();
    config.table.cascades.push_back(std::move(cascade));
  }
}

}  // namespace rlm::config
