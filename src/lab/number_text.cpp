#include "lab/number_text.hpp"

#include <cctype>
#include <charconv>
#include <string>

namespace rlm::lab {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Reads the number that begins at `at`, moving behind it: digits with thousands' commas, a point
// only when digits follow it (a full stop does not belong to the number).
double read_number(std::string_view text, std::size_t& at) {
  std::string digits;
  while (at < text.size()) {
    const char c = text[at];
    const bool digit_follows = at + 1 < text.size() && is_digit(text[at + 1]);
    const bool point = c == '.' && digit_follows && digits.find('.') == std::string::npos;
    if (!is_digit(c) && !point && !(c == ',' && digit_follows)) break;
    if (c != ',') digits += c;
    ++at;
  }
  return number_of(digits).value_or(0);
}

std::optional<double> last_number(std::string_view text) {
  std::optional<double> found;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::size_t sign = at;
    while (sign > 0 && (text[sign - 1] == '$' || text[sign - 1] == ' ')) --sign;
    const bool negative =
        sign > 0 && text[sign - 1] == '-' && (sign == 1 || !is_digit(text[sign - 2]));
    double value = read_number(text, at);
    if (at + 1 < text.size() && text[at] == '/' && is_digit(text[at + 1])) {
      ++at;
      const double below = read_number(text, at);
      if (below != 0) value /= below;
    }
    found = negative ? -value : value;
  }
  return found;
}

}  // namespace

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> final_number(std::string_view answer) {
  const std::string plain = lower(answer);
  std::size_t from = std::string::npos;
  for (const std::string_view mark : {std::string_view("answer"), std::string_view("\\boxed{")}) {
    const std::size_t at = plain.rfind(mark);
    if (at != std::string::npos && (from == std::string::npos || at > from)) from = at;
  }
  if (from != std::string::npos) {
    if (const auto found = last_number(std::string_view(plain).substr(from))) return found;
  }
  return last_number(plain);
}

}  // namespace rlm::lab
