#include "lab/checkers.hpp"

#include <regex.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <random>

#include "lab/number_text.hpp"
#include "lab/table.hpp"
#include "wire/json_cursor.hpp"
#include "wire/json_text.hpp"

namespace rlm::lab {

namespace {

constexpr std::size_t kAnswerBytesMax = 64u << 10;

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::size_t word_count(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    if (!inside && !is_blank(c)) ++words;
    inside = !is_blank(c);
  }
  return words;
}

bool contains_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
      return true;
  }
  return false;
}

// An empty reason means that the check holds.
std::string check_python(const Check& check, std::string_view answer, const Sandbox& sandbox) {
  // The code could end the process early with status 0; only the tests' end prints the token.
  std::random_device random;
  const std::string token = "passed " + std::to_string(random()) + std::to_string(random());
  std::string tests;
  for (const auto& test : check.texts) tests += test + "\n";
  const std::string program =
      "scope = {'__name__': 'answer'}\n"
      "exec(compile(" +
      wire::json_string(code_of(answer, "python")) +
      ", 'answer.py', 'exec'), scope)\n"
      "exec(compile(" +
      wire::json_string(tests) +
      ", 'tests.py', 'exec'), scope)\n"
      "print('\\n" +
      token + "')\n";
  const SandboxRun run = sandbox.run_python(program);
  switch (run.end) {
    case SandboxRun::End::NotStarted:
      return "not run: " + run.output;
    case SandboxRun::End::TimedOut:
      return "the code did not end in time";
    case SandboxRun::End::OutputFlood:
      return "the code printed too much";
    case SandboxRun::End::Signalled:
      return "the code was ended by signal " + std::to_string(run.code);
    case SandboxRun::End::Exited:
      break;
  }
  if (run.code == 0 && trimmed(run.output).ends_with(token)) return {};
  const std::string_view output = trimmed(run.output);
  const std::size_t last_line = output.rfind('\n');
  return "tests failed: " +
         std::string(output.substr(last_line == std::string_view::npos ? 0 : last_line + 1));
}

std::string check_number(const Check& check, std::string_view answer) {
  const auto found = final_number(answer);
  if (!found) return "no number in the answer";
  if (std::abs(*found - check.value) <= check.tolerance + 1e-9) return {};
  return "expected " + decimal(check.value, 6) + ", found " + decimal(*found, 6);
}

// POSIX expressions: the library's matcher neither backtracks without bound nor recurses by length.
std::string check_regex(const Check& check, std::string_view answer) {
  regex_t compiled;
  if (regcomp(&compiled, check.texts.at(0).c_str(), REG_EXTENDED | REG_NOSUB) != 0)
    return "the checker's pattern is not valid";
  const int missed = regexec(&compiled, std::string(trimmed(answer)).c_str(), 0, nullptr, 0);
  regfree(&compiled);
  return missed == 0 ? "" : "the answer does not have the wanted form";
}

bool has_type(wire::JsonValue value, std::string_view type) {
  using Type = wire::JsonValue::Type;
  switch (value.type()) {
    case Type::Object:
      return type == "object";
    case Type::Array:
      return type == "array";
    case Type::String:
      return type == "string";
    case Type::True:
    case Type::False:
      return type == "boolean";
    case Type::Null:
      return type == "null";
    case Type::Number:
      break;
  }
  const bool whole = value.raw().find_first_of(".eE") == std::string_view::npos;
  return type == "number" || (type == "integer" && whole);
}

std::string check_json(const Check& check, std::string_view answer) {
  const std::string_view whole = trimmed(answer);
  const std::string body = whole.starts_with("```") ? code_of(whole, "json") : std::string(whole);
  wire::JsonIndex index;
  const auto root = index.parse(body);
  if (!root) return "not JSON: " + root.error().message;
  if (!root->is(wire::JsonValue::Type::Object)) return "not a JSON object";
  for (const JsonKey& key : check.keys) {
    const wire::JsonValue value = root->member(key.name);
    if (!value.exists()) return "the key " + key.name + " is missing";
    if (!has_type(value, key.type)) return "the key " + key.name + " is no " + key.type;
    if (!key.value.empty() && value.raw() != key.value)
      return "the key " + key.name + " has another value";
  }
  std::string surplus;
  root->each_member([&](std::string_view name, wire::JsonValue) {
    const bool known = std::any_of(check.keys.begin(), check.keys.end(),
                                   [&](const JsonKey& key) { return key.name == name; });
    if (!known && check.only_keys) surplus = "the key " + std::string(name) + " was not asked for";
    return surplus.empty();
  });
  return surplus;
}

std::string check_words(const Check& check, std::string_view answer) {
  if (check.type == Check::Type::WordCount) {
    const std::size_t words = word_count(answer);
    if (words >= check.min && words <= check.max) return {};
    return std::to_string(words) + " words, expected " + std::to_string(check.min) + " to " +
           std::to_string(check.max);
  }
  const std::string text = lower(answer);
  for (const auto& wanted : check.texts) {
    if (check.type == Check::Type::ContainsAll && text.find(lower(wanted)) == std::string::npos)
      return "'" + wanted + "' is missing";
    if (check.type == Check::Type::ContainsNone && contains_word(text, lower(wanted)))
      return "'" + wanted + "' was not to be used";
  }
  return {};
}

std::string why_not(const Check& check, std::string_view answer, const Sandbox& sandbox) {
  switch (check.type) {
    case Check::Type::PythonTests:
      return check_python(check, answer, sandbox);
    case Check::Type::Number:
      return check_number(check, answer);
    case Check::Type::Regex:
      return check_regex(check, answer);
    case Check::Type::Json:
      return check_json(check, answer);
    case Check::Type::WordCount:
    case Check::Type::ContainsAll:
    case Check::Type::ContainsNone:
      return check_words(check, answer);
    case Check::Type::Exact:
      break;
  }
  return trimmed(answer) == trimmed(check.texts.at(0)) ? "" : "another answer was expected";
}

}  // namespace

std::string code_of(std::string_view answer, std::string_view language) {
  std::string marked;
  std::string_view longest;
  for (std::size_t at = answer.find("```"); at != std::string_view::npos;) {
    const std::size_t line_end = answer.find('\n', at);
    if (line_end == std::string_view::npos) break;
    const std::string_view name = trimmed(answer.substr(at + 3, line_end - at - 3));
    const std::size_t close = answer.find("\n```", line_end);
    const std::size_t end = close == std::string_view::npos ? answer.size() : close + 1;
    const std::string_view block =
        answer.substr(line_end + 1, end > line_end ? end - line_end - 1 : 0);
    if (name == language) marked += std::string(block) + "\n";
    if (block.size() > longest.size()) longest = block;
    at = close == std::string_view::npos ? close : answer.find("```", close + 4);
  }
  if (!marked.empty()) return marked;
  return std::string(longest.empty() ? answer : longest);
}

Grade grade(const Task& task, std::string_view answer, const Sandbox& sandbox) {
  if (answer.size() > kAnswerBytesMax) return {false, "the answer is too long to be graded"};
  for (const Check& check : task.checks) {
    std::string reason = why_not(check, answer, sandbox);
    if (!reason.empty()) return {false, std::move(reason)};
  }
  return {true, {}};
}

}  // namespace rlm::lab
