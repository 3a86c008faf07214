#include "draft/measures.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "draft/asked_calls.hpp"

namespace rlm::draft {
namespace {

constexpr std::size_t kReadMax = 64 << 10;
constexpr std::size_t kNumbersMax = 2'000;
constexpr double kValueMax = 1e18;  // of a number in a text; longer ones count as this

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

struct Number {
  double value = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The number that begins at `at`: digits with thousands' commas and a fraction.
Number number_at(std::string_view text, std::size_t at) {
  std::string digits;
  std::size_t end = at;
  bool fraction = false;
  while (end < text.size()) {
    const char c = text[end];
    const bool more = end + 1 < text.size() && is_digit(text[end + 1]);
    if (is_digit(c))
      digits += c;
    else if (c == '.' && more && !fraction)
      fraction = true, digits += c;
    else if (!(c == ',' && more && !fraction))
      break;
    ++end;
  }
  return {std::min(std::strtod(digits.c_str(), nullptr), kValueMax), at, end};
}

std::vector<Number> numbers_of(std::string_view text) {
  std::vector<Number> numbers;
  for (std::size_t at = 0; at < text.size() && numbers.size() < kNumbersMax;) {
    if (!is_digit(text[at]) || (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.'))) {
      ++at;
      continue;
    }
    numbers.push_back(number_at(text, at));
    at = numbers.back().end;
  }
  return numbers;
}

bool holds(const std::vector<Number>& numbers, double value) {
  return std::any_of(numbers.begin(), numbers.end(),
                     [value](const Number& number) { return number.value == value; });
}

/// What stands between two numbers, its blanks, dollars and letters left out: "*", "=", "-" …
std::string between(std::string_view text, std::size_t begin, std::size_t end) {
  std::string signs;
  if (end - begin > 40) return "far";
  for (const char c : text.substr(begin, end - begin))
    if (!is_word(c) && c != ' ' && c != '$' && c != '%') signs += c;
  return signs;
}

double applied(const std::string& sign, double a, double b) {
  if (sign == "+") return a + b;
  if (sign == "-") return a - b;
  if (sign == "*" || sign == "\xC3\x97") return a * b;
  if ((sign == "/" || sign == "\xC3\xB7") && b != 0) return a / b;
  return std::nan("");
}

int hedges_of(std::string_view text) {
  static constexpr std::array kHedges = {
      "however", "wait",     "approximately", "assum",   "unless", "unclear",
      "cannot",  "seems",    "perhaps",       "mistake", "apolog", "correction",
      "sorry",   "actually", "impossible",    "depends", "might",  "may be"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  int hedges = 0;
  for (const char* hedge : kHedges)
    for (std::size_t at = lower.find(hedge); at != std::string::npos;
         at = lower.find(hedge, at + 1))
      ++hedges;
  return hedges;
}

bool is_whole(double value) {
  return std::abs(value) < 1e15 && value == std::floor(value);
}

double log_of(std::size_t count) {
  return std::log1p(static_cast<double>(count));
}

double share(std::size_t part, std::size_t of) {
  return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
}

std::string_view cut(std::string_view text) {
  return text.substr(0, kReadMax);
}

// Places in the list of measures; those of calls do not overlap with those of texts.
enum Place : std::size_t {
  kPromptLength,
  kPromptNumbers,
  kPromptLines,
  kLength,
  kRatio,
  kNumbers,
  kUsed,
  kWrongSums,
  kRightSums,
  kNoSums,
  kHedges,
  kLastFraction,
  kLastSize,
  kLastDerived,
  kLines,
  kFractions,
  kQuestions,
  kAnswerMark,
  kEquals,
  kNew,
  kFences,
  kCalls,
  kCallLength,
  kGrounded,
  kNoCalls,
  kMissingCalls,
  kMissingNumbers,
};
static_assert(kMissingNumbers + 1 == quality::kMeasures);

bool has_answer_mark(std::string_view text) {
  for (const char* mark : {"#### ", "\"answer\"", "answer is", "\\boxed"})
    if (text.find(mark) != std::string_view::npos) return true;
  return false;
}

}  // namespace

ShownSums shown_sums(std::string_view text) {
  text = cut(text);
  ShownSums sums;
  const auto numbers = numbers_of(text);
  for (std::size_t i = 0; i + 2 < numbers.size(); ++i) {
    const auto sign = between(text, numbers[i].end, numbers[i + 1].begin);
    if (between(text, numbers[i + 1].end, numbers[i + 2].begin) != "=") continue;
    // "2 + 3 * 4 = 14": the last two numbers alone do not make the sum.
    if (i > 0) {
      const auto before = between(text, numbers[i - 1].end, numbers[i].begin);
      if (!std::isnan(applied(before, 1, 1))) continue;
    }
    const double result = applied(sign, numbers[i].value, numbers[i + 1].value);
    if (std::isnan(result)) continue;
    const double shown = numbers[i + 2].value;
    // Rounded as people do: to cents, or within half a percent.
    const bool right = std::abs(result - shown) <= std::max(0.0051, 0.005 * std::abs(shown)) ||
                       std::abs(std::abs(result) - shown) <= 0.0051;
    ++(right ? sums.right : sums.wrong);
  }
  return sums;
}

quality::Measures measures_of_prompt(std::string_view user_text) {
  user_text = cut(user_text);
  quality::Measures measures{};
  measures[kPromptLength] = log_of(user_text.size());
  measures[kPromptNumbers] = log_of(numbers_of(user_text).size());
  measures[kPromptLines] =
      log_of(static_cast<std::size_t>(std::count(user_text.begin(), user_text.end(), '\n')));
  return measures;
}

quality::Measures measures_of_text(std::string_view user_text, std::string_view draft) {
  user_text = cut(user_text);
  draft = cut(draft);
  quality::Measures measures = measures_of_prompt(user_text);
  const auto asked = numbers_of(user_text);
  const auto shown = numbers_of(draft);
  const auto count = [&draft](char c) {
    return static_cast<std::size_t>(std::count(draft.begin(), draft.end(), c));
  };
  measures[kLength] = log_of(draft.size());
  measures[kRatio] = std::log1p(share(draft.size(), user_text.size() + 1));
  measures[kNumbers] = log_of(shown.size());
  std::size_t used = 0;
  for (const Number& number : asked) used += holds(shown, number.value) ? 1 : 0;
  measures[kUsed] = share(used, std::max<std::size_t>(1, asked.size()));
  const ShownSums sums = shown_sums(draft);
  measures[kWrongSums] = std::min(sums.wrong, 3);
  measures[kRightSums] = std::min(sums.right, 6) / 3.0;
  measures[kNoSums] = sums.right == 0 ? 1 : 0;
  measures[kHedges] = std::min(hedges_of(draft), 20) / 2.0;
  std::size_t fractions = 0;
  std::size_t fresh = 0;
  for (const Number& number : shown) {
    fractions += is_whole(number.value) ? 0 : 1;
    fresh += holds(asked, number.value) ? 0 : 1;
  }
  measures[kFractions] = share(fractions, std::max<std::size_t>(1, shown.size()));
  measures[kNew] = log_of(fresh);
  if (!shown.empty()) {
    const double last = shown.back().value;
    const std::vector<Number> earlier(shown.begin(), shown.end() - 1);
    measures[kLastFraction] = is_whole(last) ? 0 : 1;
    measures[kLastSize] = std::log1p(std::abs(last)) / 5;
    measures[kLastDerived] = holds(earlier, last) ? 1 : 0;
  }
  measures[kLines] = log_of(count('\n'));
  measures[kQuestions] = static_cast<double>(std::min<std::size_t>(count('?'), 10)) / 2;
  measures[kAnswerMark] = has_answer_mark(draft) ? 1 : 0;
  measures[kEquals] = count('=') > 0 ? 1 : 0;
  measures[kFences] = log_of(count('`'));
  return measures;
}

quality::Measures measures_of_calls(std::string_view user_text,
                                    std::span<const std::string_view> inputs) {
  user_text = cut(user_text);
  quality::Measures measures = measures_of_prompt(user_text);
  std::size_t length = 0;
  std::size_t words = 0;
  std::size_t held = 0;
  for (const std::string_view whole : inputs) {
    const std::string_view input = cut(whole);
    length += input.size();
    for (std::size_t at = 0; at < input.size() && words < kNumbersMax;) {
      std::size_t end = at;
      while (end < input.size() && is_word(input[end])) ++end;
      if (end - at >= 2 || (end > at && is_digit(input[at]))) {
        ++words;
        held += user_text.find(input.substr(at, end - at)) != std::string_view::npos ? 1 : 0;
      }
      at = end + 1;
    }
  }
  measures[kCalls] = static_cast<double>(std::min<std::size_t>(inputs.size(), 10));
  measures[kNoCalls] = inputs.empty() ? 1 : 0;
  measures[kCallLength] = log_of(length);
  measures[kGrounded] = share(held, std::max<std::size_t>(1, words));
  measures[kMissingCalls] = inputs.size() <= 1 && asks_for_several(user_text) ? 1 : 0;
  measures[kMissingNumbers] = !inputs.empty() && leaves_number_out(user_text, inputs) ? 1 : 0;
  return measures;
}

}  // namespace rlm::draft
