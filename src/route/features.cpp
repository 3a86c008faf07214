#include "route/features.hpp"

#include <cstring>

#include "route/session.hpp"

namespace rlm::route {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhitespace = " \t\r\n";
  const auto first = text.find_first_not_of(kWhitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhitespace) - first + 1);
}

// Every byte begins a code point but those of the form 10xxxxxx; counted eight at a time.
std::size_t code_points(std::string_view text) {
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::size_t continuations = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    // The product's highest byte is the sum of all bytes, each 0 or 1.
    continuations += ((word & ~(word << 1) & kHigh) >> 7) * kOnes >> 56;
  }
  for (; at < text.size(); ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++continuations;
  return text.size() - continuations;
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
