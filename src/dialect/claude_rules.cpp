#include "dialect/claude_rules.hpp"

namespace rlm::dialect {
namespace {

constexpr int kUnknown = 0;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "-4-6" and "-4.6" are 46, "-5" is 50, "-4-20250514" is 40: a date is no minor version.
int version_behind(std::string_view name) {
  if (name.size() < 2 || name[0] != '-' || !is_digit(name[1])) return kUnknown;
  if (name.size() > 2 && is_digit(name[2])) return kUnknown;
  const int major = 10 * (name[1] - '0');
  name.remove_prefix(2);
  const bool has_minor = name.size() >= 2 && (name[0] == '-' || name[0] == '.') &&
                         is_digit(name[1]) && (name.size() == 2 || !is_digit(name[2]));
  return has_minor ? major + (name[1] - '0') : major;
}

// Behind the family's name, or kUnknown when the model is of another.
int version_of(std::string_view model, std::string_view family) {
  const auto at = model.find(family);
  return at == model.npos ? kUnknown : version_behind(model.substr(at + family.size()));
}

}  // namespace

ClaudeRules claude_rules(std::string_view model) {
  const int opus = version_of(model, "opus");
  const int sonnet = version_of(model, "sonnet");
  const int haiku = version_of(model, "haiku");
  int version = opus != kUnknown ? opus : sonnet != kUnknown ? sonnet : haiku;
  if (model.find("claude-3") != model.npos) version = 30;  // the family's name stands behind it
  if (version == kUnknown) return {};
  ClaudeRules rules;
  rules.takes_sampling = version <= 46;
  rules.takes_forced_tool = version < 55;
  rules.takes_effort = version >= 46 || opus == 45;
  rules.takes_adaptive = version >= 46;
  rules.may_not_think = version < 55;
  return rules;
}

}  // namespace rlm::dialect
