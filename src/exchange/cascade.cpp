#include "exchange/cascade.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "money/tokens_of_bytes.hpp"
#include "upstream/outgoing.hpp"

namespace rlm::exchange {

bool glob_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t after_star = 0;
  while (t < text.size()) {
    if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t]) && glob[g] != '*') {
      ++g;
      ++t;
    } else if (g < glob.size() && glob[g] == '*') {
      star = g++;
      after_star = t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

Tokens held_back(const Cascade& cascade) {
  const std::size_t characters = cascade.hold_back.characters;
  return characters == 0 ? -1 : money::tokens_of_bytes(characters);
}

std::size_t RoutingTable::position_of(std::string_view endpoint) const {
  const auto found = std::find_if(endpoints.begin(), endpoints.end(),
                                  [&](const auto& one) { return one.name == endpoint; });
  RLM_CHECK(found != endpoints.end());  // the configuration was checked
  return static_cast<std::size_t>(found - endpoints.begin());
}

const Cascade* RoutingTable::find_cascade(std::string_view model) const {
  for (const auto& cascade : cascades)
    for (const auto& glob : cascade.match)
      if (glob_matches(glob, model)) return &cascade;
  return nullptr;
}

int RoutingTable::find_endpoint(std::string_view model) const {
  if (const Cascade* cascade = find_cascade(model)) return static_cast<int>(cascade->verify);
  for (std::size_t i = 0; i < endpoints.size(); ++i)
    if (endpoints[i].model == model || endpoints[i].name == model) return static_cast<int>(i);
  return passthrough;
}

std::string_view RoutingTable::lack_of_draft(const Cascade& cascade, const Buffer& draft_body,
                                             wire::JsonIndex& index) const {
  const auto& first = endpoints[cascade.draft];
  const std::string_view lack = upstream::what_dialect_lacks(first, draft_body, index);
  if (lack.empty()) return lack;
  const bool another_takes_it =
      std::any_of(first.also.begin(), first.also.end(), [&](const std::string& name) {
        const auto& other = endpoints[position_of(name)];
        return upstream::what_dialect_lacks(other, draft_body, index).empty();
      });
  return another_takes_it ? std::string_view() : lack;
}

bool RoutingTable::is_spoken(std::string_view model, Dialect dialect) const {
  const int at = find_endpoint(model);
  if (at < 0) return false;
  const auto& first = endpoints[static_cast<std::size_t>(at)];
  return first.dialect == dialect &&
         std::all_of(first.also.begin(), first.also.end(), [&](const std::string& name) {
           return endpoints[position_of(name)].dialect == dialect;
         });
}

dialect::ClaudeRules RoutingTable::rules_of(std::string_view model) const {
  const int at = find_endpoint(model);
  if (at < 0) return dialect::claude_rules(model);
  const auto& endpoint = endpoints[static_cast<std::size_t>(at)];
  if (endpoint.speaks_openai()) {
    auto rules = dialect::kTakesEverything;
    rules.runs_web_search = false;  // it has one of its own, if any
    return rules;
  }
  return dialect::claude_rules(endpoint.model.empty() ? model : endpoint.model);
}

}  // namespace rlm::exchange
