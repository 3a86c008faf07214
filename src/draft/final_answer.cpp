#include "draft/final_answer.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace rlm::draft {
namespace {

constexpr std::size_t kAnswerMax = 64;

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (std::string_view(" \t\r\n\"'`()[]{}$,*\\").find(c) == std::string_view::npos)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  while (!out.empty() && (out.back() == '.' || out.back() == ':')) out.pop_back();
  return out;
}

/// A JSON string or scalar behind `"answer"`, a colon and blanks.
std::string_view json_value(std::string_view rest) {
  const std::size_t colon = rest.find_first_not_of(" \t\r\n");
  if (colon == std::string_view::npos || rest[colon] != ':') return {};
  rest.remove_prefix(colon + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  if (rest.empty()) return {};
  if (rest[0] != '"') return rest.substr(0, rest.find_first_of(",}\n"));
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  return rest.substr(1, std::min(end, rest.size()) - 1);
}

std::string_view braced(std::string_view rest) {
  int depth = 1;
  std::size_t end = 0;
  for (; end < rest.size() && depth > 0; ++end)
    depth += rest[end] == '{' ? 1 : rest[end] == '}' ? -1 : 0;
  return depth == 0 ? rest.substr(0, end - 1) : std::string_view();
}

std::string_view sentence(std::string_view rest) {
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != '\n' &&
         !(rest[end] == '.' &&
           (end + 1 == rest.size() || rest[end + 1] == ' ' || rest[end + 1] == '\n')))
    ++end;
  return rest.substr(0, end);
}

std::optional<double> number_in(const std::string& answer) {
  if (answer.empty()) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(answer.c_str(), &end);
  if (end == answer.c_str() || !std::isfinite(value)) return std::nullopt;
  // A unit may follow ("42 km", "30%"), another number may not.
  for (; *end != '\0'; ++end)
    if (std::isdigit(static_cast<unsigned char>(*end)) != 0) return std::nullopt;
  return value;
}

std::optional<double> last_number(std::string_view text) {
  const std::size_t end = text.find_last_of("0123456789");
  if (end == std::string_view::npos) return std::nullopt;
  std::size_t begin = end;
  while (begin > 0 &&
         std::string_view("0123456789.,").find(text[begin - 1]) != std::string_view::npos)
    --begin;
  std::string digits;
  for (const char c : text.substr(begin, end + 1 - begin))
    if (c != ',') digits += c;
  return std::strtod(digits.c_str(), nullptr);
}

bool equal(double a, double b) {
  return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(b));
}

}  // namespace

std::optional<std::string> marked_answer(std::string_view text) {
  struct Mark {
    std::string_view words;
    std::string_view (*read)(std::string_view);
  };
  constexpr Mark kMarks[] = {{"\"answer\"", json_value},
                             {"#### ", sentence},
                             {"\\boxed{", braced},
                             {"answer is", sentence}};
  for (const Mark& mark : kMarks) {
    const std::size_t at = text.rfind(mark.words);
    if (at == std::string_view::npos) continue;
    const auto value = mark.read(text.substr(at + mark.words.size()));
    if (value.size() > kAnswerMax) continue;
    if (auto answer = plain(value); !answer.empty()) return answer;
  }
  return std::nullopt;
}

std::optional<bool> same_answer(std::string_view a, std::string_view b) {
  const auto marked_a = marked_answer(a);
  const auto marked_b = marked_answer(b);
  if (!marked_a && !marked_b) return std::nullopt;
  const auto number_a = marked_a ? number_in(*marked_a) : last_number(a);
  const auto number_b = marked_b ? number_in(*marked_b) : last_number(b);
  if (number_a && number_b) return equal(*number_a, *number_b);
  if (marked_a && marked_b) return *marked_a == *marked_b;
  return std::nullopt;
}

}  // namespace rlm::draft
