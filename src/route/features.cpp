#include "route/features.hpp"

#include "base/utf8.hpp"
#include "route/session.hpp"

namespace rlm::route {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhitespace = " \t\r\n";
  const auto first = text.find_first_not_of(kWhitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhitespace) - first + 1);
}

}  // namespace

std::string session_name(const Features& features) {
  return features.agent.empty() ? features.session : features.session + '/' + features.agent;
}

Features features_of(const Request& request) {
  Features features;
  features.user_text = trimmed(request.facts.last_user_text);
  features.user_characters = characters_in(features.user_text);
  features.safety_gate = is_safety_gate(request);
  features.turn = features.safety_gate ? TurnKind::Side : turn_of(request);
  features.session = session_of(request);
  features.agent = agent_of(request);
  return features;
}

}  // namespace rlm::route
