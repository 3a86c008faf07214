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
  read.usage.input = side.member("input_tokens").integer(0);
  read.usage.output = side.member("output_tokens").integer(0);
  read.usage.reported = side.member("input_tokens").exists();
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
  pair.tools = root.member("tools").raw();
  pair.draft = read_side(root.member("draft"));
  pair.verify = read_side(root.member("verify"));
  return pair;
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
    if (!root || !root->member("draft").is(Type::Object) ||
        !root->member("verify").is(Type::Object))
      return fail(ErrorKind::BadRequest, Source::Self,
                  "line " + std::to_string(number) + " is no record of a pair");
    if (root->member("tools").is(Type::Array)) pairs.push_back(read_pair(*root));
  }
  return pairs;
}

}  // namespace rlm::lab
