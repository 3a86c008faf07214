// Text and JSON that nothing but the seed decides.

#include "sim/mind.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

constexpr std::string_view kWords[] = {
    "the",    "value",   "of",    "each",    "request", "is",      "read",    "before",   "a",
    "caller", "returns", "and",   "the",     "result",  "of",      "that",    "function", "changes",
    "when",   "its",     "input", "grows",   "so",      "keep",    "one",     "copy",     "in",
    "memory", "while",   "other", "threads", "wait",    "for",     "it",      "to",       "end",
    "this",   "makes",   "tests", "short",   "because", "nothing", "depends", "on",       "order"};

constexpr int kDepthMax = 8;

}  // namespace

std::string generated_text(Random random, Tokens tokens) {
  const auto bytes = static_cast<std::size_t>(tokens > 0 ? tokens : 1) * 7 / 2;
  std::string text;
  std::size_t sentence = 0;
  while (text.size() < bytes) {
    std::string word(kWords[random.next() % std::size(kWords)]);
    if (sentence == 0) word[0] = static_cast<char>(word[0] - 'a' + 'A');
    text += word;
    const bool ends = ++sentence >= 6 + random.next() % 8;
    if (ends) sentence = 0;
    text += ends ? ". " : " ";
  }
  text.resize(bytes > 1 ? bytes - 1 : bytes);
  if (text.back() == ' ') text.back() = 's';
  text += '.';
  return text;
}

std::string instance_of(wire::JsonValue schema, std::string_view text, int depth) {
  const auto choices = schema.member("enum");
  std::string first_choice;
  choices.each_element([&](wire::JsonValue choice) {
    first_choice = std::string(choice.raw());
    return false;
  });
  if (!first_choice.empty()) return first_choice;
  if (const auto constant = schema.member("const"); constant.exists())
    return std::string(constant.raw());
  const auto type = schema.member("type");
  if (type.equals("object") && depth < kDepthMax) {
    std::string out = "{";
    schema.member("properties").each_member([&](std::string_view name, wire::JsonValue property) {
      if (out.size() > 1) out += ',';
      out.append("\"").append(name).append("\":") += instance_of(property, text, depth + 1);
      return true;
    });
    return out + "}";
  }
  if (type.equals("array")) return "[]";
  if (type.equals("boolean")) return "true";
  if (type.equals("integer") || type.equals("number")) return "1";
  if (type.equals("null")) return "null";
  return type.equals("object") ? "{}" : wire::json_string(text);
}

}  // namespace rlm::sim
