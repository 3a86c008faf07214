#include "draft/asked_calls.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <vector>

namespace rlm::draft {
namespace {

constexpr std::size_t kTextBytesMax = 16u << 10;

// Phrases are matched word by word; what stands between words is passed over.
constexpr std::array<std::string_view, 24> kSigns = {
    "also",    "and then", "then",         "after that",  "secondly", "thirdly",
    "finally", "lastly",   "next",         "as well as",  "both",     "respectively",
    "each of", "another",  "additionally", "in addition", "two",      "three",
    "four",    "five",     "six",          "followed by", "compare",  "afterwards"};
// Signs only at the beginning of what follows a comma: "Then, …" and "next, …", not "better then".
bool needs_comma(std::string_view sign) {
  return sign == "then" || sign == "next";
}

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '\'';
}
char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// Where `sign` ends when it stands at `at` as whole words; npos when it does not.
std::size_t end_of_sign(std::string_view text, std::size_t at, std::string_view sign) {
  for (const char c : sign) {
    if (c == ' ') {
      const std::size_t begin = at;
      while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t')) ++at;
      if (at == begin) return std::string_view::npos;
    } else if (at >= text.size() || lower(text[at++]) != c) {
      return std::string_view::npos;
    }
  }
  return at < text.size() && is_word_char(text[at]) ? std::string_view::npos : at;
}

struct Number {
  std::string digits;  // without signs and thousands' commas
  double value = 0;
};

// Numbers that begin a word: "7 days", "$1,250.50", not "b2b" or "1.2.3".
std::vector<Number> numbers_in(std::string_view text) {
  std::vector<Number> numbers;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = std::isdigit(static_cast<unsigned char>(text[at])) != 0 &&
                        (at == 0 || (!is_word_char(text[at - 1]) && text[at - 1] != '.'));
    if (!begins) {
      ++at;
      continue;
    }
    Number number;
    bool has_point = false;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      const bool digit_follows =
          at + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[at + 1])) != 0;
      if (std::isdigit(static_cast<unsigned char>(c)) != 0)
        number.digits += c;
      else if (c == '.' && digit_follows && !has_point)
        number.digits += c, has_point = true;
      else if (c != ',' || !digit_follows)
        break;
    }
    std::from_chars(number.digits.data(), number.digits.data() + number.digits.size(),
                    number.value);
    numbers.push_back(std::move(number));
  }
  return numbers;
}

bool is_near(double one, double other) {
  return std::fabs(one - other) <= 1e-9 * std::max(1.0, std::fabs(other));
}

}  // namespace

bool asks_for_several(std::string_view user_text) {
  const std::string_view text = user_text.substr(0, kTextBytesMax);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_word_char(text[at]) || (at > 0 && is_word_char(text[at - 1]))) continue;
    for (const std::string_view sign : kSigns) {
      const std::size_t end = end_of_sign(text, at, sign);
      if (end == std::string_view::npos) continue;
      if (!needs_comma(sign) || (end < text.size() && text[end] == ',')) return true;
    }
  }
  return false;
}

bool leaves_number_out(std::string_view user_text, std::span<const std::string_view> inputs) {
  std::string all;
  for (const std::string_view input : inputs) {
    all += input;
    all += ' ';
  }
  const std::vector<Number> given = numbers_in(all);
  for (const Number& asked : numbers_in(user_text.substr(0, kTextBytesMax))) {
    const std::string whole = asked.digits.substr(0, asked.digits.find('.'));
    const bool used =
        all.find(whole) != std::string::npos ||
        std::any_of(given.begin(), given.end(), [&asked](const Number& number) {
          return is_near(number.value, asked.value) || is_near(number.value, asked.value / 100);
        });
    if (!used) return true;
  }
  return false;
}

std::optional<std::string_view> why_too_few(std::string_view user_text,
                                            std::span<const std::string_view> inputs) {
  if (inputs.size() == 1 && asks_for_several(user_text)) return "count:words";
  if (leaves_number_out(user_text, inputs)) return "count:numbers";
  return std::nullopt;
}

}  // namespace rlm::draft
