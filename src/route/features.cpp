#include "route/features.hpp"

#include <algorithm>

#include "route/session.hpp"

namespace rlm::route {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhitespace = " \t\r\n";
  const auto first = text.find_first_not_of(kWhitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhitespace) - first + 1);
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

Features features_of(const Request& request) {
  Features features;
  features.user_text = trimmed(request.facts.last_user_text);
  features.user_characters = code_points(features.user_text);
  features.safety_gate = is_safety_gate(request);
  features.turn = features.safety_gate ? TurnKind::Side : turn_of(request);
  features.session = session_of(request);
  features.agent = agent_of(request);
  return features;
}

}  // namespace rlm::route
