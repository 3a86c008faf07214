#include "dialect/cloud_rules.hpp"

#include <algorithm>
#include <iterator>

#include "dialect/cloud_request.hpp"

namespace rlm::dialect {
namespace {

using namespace std::string_view_literals;

// Sources and dates are in docs/clouds.md.
constexpr std::string_view kVertexFlags[] = {"files-api-"sv,    "code-execution-"sv,
                                             "advisor-tool-"sv, "skills-"sv,
                                             "mcp-client-"sv,   "server-side-fallback-"sv};
constexpr std::string_view kVertexMembers[] = {"fallbacks"sv};
// Top-level cache_control is put onto the last block instead (cache_mark.hpp).
constexpr std::string_view kBedrockMembers[] = {"cache_control"sv};

constexpr CloudRules kClouds[] = {
    {.name = "vertex",
     .refused_flags = kVertexFlags,
     .refused_members = kVertexMembers,
     .lists_models = false},
    {.name = "bedrock", .refused_members = kBedrockMembers, .lists_models = false},
    {.name = "bedrock-mantle", .user_profile_in_body = true, .lists_models = false},
    {.name = "foundry", .lists_models = false},
};
constexpr CloudRules kNone;

std::string kept_flags(const CloudRules& rules, std::string_view list) {
  std::string kept;
  each_flag(list, [&](std::string_view flag) {
    if (!flag.empty() && !refuses_flag(rules, flag)) (kept += kept.empty() ? "" : ",") += flag;
    return true;
  });
  return kept;
}

bool refuses_any(const CloudRules& rules, std::string_view list) {
  bool any = false;
  each_flag(list, [&](std::string_view flag) { return !(any = refuses_flag(rules, flag)); });
  return any;
}

}  // namespace

const CloudRules& cloud_rules(std::string_view name) {
  const auto* found = std::find_if(std::begin(kClouds), std::end(kClouds),
                                   [&](const CloudRules& one) { return one.name == name; });
  return found == std::end(kClouds) ? kNone : *found;
}

bool refuses_flag(const CloudRules& rules, std::string_view flag) {
  return std::any_of(rules.refused_flags.begin(), rules.refused_flags.end(),
                     [&](std::string_view begin) { return flag.starts_with(begin); });
}

Headers without_refused_flags(const CloudRules& rules, const Headers& client) {
  Headers out;
  out.reserve(client.size() + 2, client.text_bytes() + 128);
  for (const Header header : client) {
    if (!same_header(header.name, "anthropic-beta") || !refuses_any(rules, header.value)) {
      out.add(header.name, header.value);
    } else if (const std::string kept = kept_flags(rules, header.value); !kept.empty()) {
      out.add(header.name, kept);
    }
  }
  return out;
}

}  // namespace rlm::dialect
