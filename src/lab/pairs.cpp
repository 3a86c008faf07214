#include "lab/pairs.hpp"

#include "lab/number_text.hpp"
#include "wire/json_cursor.hpp"
#include "wire/user_text.hpp"

namespace rlm::lab {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

std::vector<PairCall> read_calls(JsonValue list) {
  std::vector<PairCall> calls;
  list.each_element([&calls](JsonValue call) {
    calls.push_back({call.member("name").string(), std::string(call.member("input").raw())});
    return true;
  });
  return calls;
}

PairSide read_side(JsonValue side) {
  PairSide read;
  read.model = side.member("model").string();
  read.model = read.model.substr(0, read.model.find(' '));
  const JsonValue correct = side.member("correct");
  if (correct.is(Type::Number))
    read.correct = number_of(correct.raw()).value_or(0);
  else
    read.correct = correct.is(Type::True) ? 1 : 0;
  read.text = side.member("text").string();
  read.usage.input = side.member("input_tokens").integer(0);
  read.usage.output = side.member("output_tokens").integer(0);
  read.usage.reported =
      side.member("input_tokens").is(Type::Number) && side.member("output_tokens").is(Type::Number);
  const JsonValue turns = side.member("turns");
  if (!turns.is(Type::Array)) {
    read.turns.push_back({read_calls(side.member("tool_calls"))});
    return read;
  }
  turns.each_element([&read](JsonValue turn) {
    auto& steps = read.turns.emplace_back();
    turn.each_element([&steps](JsonValue step) {
      steps.push_back(read_calls(step.member("tool_calls")));
      return true;
    });
    return true;
  });
  return read;
}

Pair read_pair(JsonValue root) {
  Pair pair;
  pair.id = root.member("id").string();
  pair.group = root.member("group").string();
  pair.kind = root.member("kind").string();
  const JsonValue meta = root.member("meta");
  pair.category = meta.member("category").string();
  pair.messages = root.member("messages").raw();
  root.member("messages").each_element([&pair](JsonValue message) {
    if (message.member("role").equals("user"))
      pair.user_text = wire::user_text_of(message.member("content"));
    return true;
  });
  bool is_first = true;
  meta.member("user_turns").each_element([&](JsonValue turn) {
    if (!is_first) pair.later_turns.emplace_back(turn.raw());
    is_first = false;
    return true;
  });
  if (root.member("tools").is(Type::Array)) pair.tools = root.member("tools").raw();
  pair.draft = read_side(root.member("draft"));
  pair.verify = read_side(root.member("verify"));
  return pair;
}

/// A member of a side that may be missing, but not be of another type: it would read as nothing.
std::optional<std::string> why_no_side(JsonValue side) {
  constexpr std::pair<const char*, Type> kTypes[] = {
      {"model", Type::String},         {"text", Type::String},      {"input_tokens", Type::Number},
      {"output_tokens", Type::Number}, {"tool_calls", Type::Array}, {"turns", Type::Array}};
  for (const auto& [name, type] : kTypes) {
    const JsonValue member = side.member(name);
    if (member.exists() && !member.is(Type::Null) && !member.is(type)) return name;
  }
  return std::nullopt;
}

/// What a record lacks to be one.
std::optional<std::string> why_no_pair(JsonValue root) {
  if (!root.member("id").is(Type::String)) return "id";
  if (!root.member("messages").is(Type::Array)) return "messages";
  for (const char* side : {"draft", "verify"}) {
    if (!root.member(side).is(Type::Object)) return side;
    const JsonValue correct = root.member(side).member("correct");
    if (!correct.is(Type::True) && !correct.is(Type::False) && !correct.is(Type::Number))
      return std::string(side) + ".correct";
    if (const auto member = why_no_side(root.member(side)))
      return std::string(side) + '.' + *member;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<Pair>> read_pairs(std::string_view lines) {
  std::vector<Pair> pairs;
  wire::JsonIndex index;
  // Only this byte ends a line: texts may hold U+2028.
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::string_view one = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(one.size() + 1, lines.size()));
    if (one.find_first_not_of(" \r\t") == std::string_view::npos) continue;
    const auto root = index.parse(one);
    if (!root)
      return fail(ErrorKind::BadRequest, Source::Self,
                  "line " + std::to_string(number) + " is no record of a pair: no JSON");
    if (const auto field = why_no_pair(*root))
      return fail(ErrorKind::BadRequest, Source::Self,
                  "line " + std::to_string(number) + " is no record of a pair: " + *field +
                      " is missing or of the wrong type");
    pairs.push_back(read_pair(*root));
  }
  return pairs;
}

}  // namespace rlm::lab
