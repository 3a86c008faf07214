#include "lab/tool_faults.hpp"

#include <memory>
#include <optional>
#include <string>

#include "draft/prove_tool_calls.hpp"
#include "lab/recorded_session.hpp"
#include "wire/json_text.hpp"

namespace rlm::lab {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

/// Rebuilds an object's text with one member changed; `value` empty: the member is left out.
std::string with_member(JsonValue object, std::string_view changed, std::string_view value) {
  std::string text = "{";
  object.each_member([&](std::string_view key, JsonValue member) {
    const bool is_it = key == changed;
    if (is_it && value.empty()) return true;
    if (text.size() > 1) text += ',';
    wire::append_json_string(text, key);
    text += ':';
    text += is_it ? value : member.raw();
    return true;
  });
  return text + '}';
}

bool lists(JsonValue names, std::string_view name) {
  bool found = false;
  names.each_element([&](JsonValue one) { return !(found = one.string() == name); });
  return found;
}

/// The first argument for which `make` has a value; "" leaves the argument out.
template <class Make>
std::optional<std::string> change_first(JsonValue input, Make&& make) {
  std::optional<std::string> changed;
  input.each_member([&](std::string_view key, JsonValue value) {
    if (const std::optional<std::string> replaced = make(key, value))
      changed = with_member(input, key, *replaced);
    return !changed;
  });
  return changed;
}

std::optional<std::string> off_by_one(JsonValue value) {
  if (!value.is(Type::Number) || value.integer(INT64_MIN) == INT64_MIN) return std::nullopt;
  return std::to_string(value.integer(0) + 1);
}

/// The input broken in one way; nothing where that cannot be done.
std::optional<std::string> broken_input(ToolFault fault, JsonValue input, JsonValue schema) {
  const JsonValue properties = schema.member("properties");
  switch (fault) {
    case ToolFault::Missing:
      return change_first(input, [&](std::string_view key, JsonValue) {
        return lists(schema.member("required"), key) ? std::optional<std::string>("")
                                                     : std::nullopt;
      });
    case ToolFault::Mistyped:
      return change_first(input, [](std::string_view, JsonValue value) {
        return std::optional<std::string>(value.is(Type::String) ? "7" : R"("seven")");
      });
    case ToolFault::OutsideEnum:
      return change_first(input, [&](std::string_view key, JsonValue) {
        return properties.member(key).member("enum").exists()
                   ? std::optional<std::string>(R"("no such value")")
                   : std::nullopt;
      });
    case ToolFault::Extra: {
      const std::string raw(input.raw());
      const bool is_empty = raw.find(':') == std::string::npos;
      return raw.substr(0, raw.rfind('}')) + (is_empty ? "" : ",") + R"("undeclared_arg":1})";
    }
    case ToolFault::CutInput:
      return std::string(input.raw().substr(0, input.raw().size() / 2));
    case ToolFault::WrongValue:
      return change_first(input,
                          [](std::string_view, JsonValue value) { return off_by_one(value); });
    default:
      return std::nullopt;
  }
}

/// One step of a recorded answer: the session before it and its calls.
class Step {
 public:
  Step(const RecordedSession& session, const std::vector<PairCall>& calls, const Pair& pair,
       const draft::ToolRules& rules, std::string_view user_text)
      : session_(session), calls_(calls), pair_(pair), rules_(rules), user_text_(user_text) {}

  void count(FaultCounts& counts) {
    if (!tools_.parse_tools(pair_.tools)) return;
    try_draft(ToolFault::None, session_, calls_, counts);
    for (const ToolFault fault : {ToolFault::Missing, ToolFault::Mistyped, ToolFault::OutsideEnum,
                                  ToolFault::Extra, ToolFault::CutInput, ToolFault::WrongValue})
      break_input(fault, counts);
    rename_call(counts);
    repeat_call(counts);
    break_ids(counts);
  }

 private:
  struct Tools {
    bool parse_tools(std::string_view text) {
      const auto parsed = index.parse(text);
      if (!parsed) return false;
      root = *parsed;
      return true;
    }
    JsonValue schema_of(std::string_view name) const {
      JsonValue schema;
      root.each_element([&](JsonValue tool) {
        if (tool.member("name").string() == name) schema = tool.member("input_schema");
        return !schema.exists();
      });
      return schema;
    }
    wire::JsonIndex index;
    JsonValue root;
  };

  void try_draft(ToolFault fault, const RecordedSession& session,
                 const std::vector<PairCall>& calls, FaultCounts& counts) {
    const Buffer body = session.body();
    const auto facts = draft::SessionFacts::read(body, {});
    if (facts == nullptr) return;
    FaultCount& count = counts[static_cast<std::size_t>(fault)];
    ++count.injected;
    if (draft::prove_calls(draft_of(calls), *facts, rules_, user_text_)) ++count.accepted;
  }

  // The fault is made in the first call that has a place for it.
  void break_input(ToolFault fault, FaultCounts& counts) {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      wire::JsonIndex index;
      const auto input = index.parse(calls_[i].input);
      if (!input) continue;
      const auto broken = broken_input(fault, *input, tools_.schema_of(calls_[i].name));
      if (!broken) continue;
      std::vector<PairCall> calls = calls_;
      calls[i].input = *broken;
      try_draft(fault, session_, calls, counts);
      return;
    }
  }

  void rename_call(FaultCounts& counts) {
    std::vector<PairCall> calls = calls_;
    calls[0].name += "_v2";
    try_draft(ToolFault::UnknownTool, session_, calls, counts);
    std::string other;
    tools_.root.each_element([&](JsonValue tool) {
      if (tool.member("name").string() != calls_[0].name) other = tool.member("name").string();
      return other.empty();
    });
    if (other.empty()) return;
    calls[0].name = other;
    try_draft(ToolFault::WrongTool, session_, calls, counts);
  }

  void repeat_call(FaultCounts& counts) {
    RecordedSession answered = session_;
    answered.add_step(calls_);
    try_draft(ToolFault::Repeated, answered, calls_, counts);
    std::vector<PairCall> calls = calls_;
    calls.push_back(calls[0]);
    try_draft(ToolFault::Twice, session_, calls, counts);
  }

  // Ids are not refused but replaced; what counts is whether a bad one would reach the client.
  void break_ids(FaultCounts& counts) {
    RecordedSession earlier = session_;
    earlier.add_step({{"earlier", "{}"}});
    const Buffer body = earlier.body();
    const auto facts = draft::SessionFacts::read(body, {});
    if (facts == nullptr) return;
    const std::string known = earlier.last_id();
    for (const auto& [fault, id] : {std::pair(ToolFault::KnownId, known),
                                    std::pair(ToolFault::BadId, std::string("functions.a:0"))}) {
      Answer answer = draft_of(calls_);
      answer.content[0].id = id;
      draft::give_fresh_ids(answer, *facts);
      FaultCount& count = counts[static_cast<std::size_t>(fault)];
      ++count.injected;
      if (answer.content[0].id == id) ++count.accepted;
    }
  }

  const RecordedSession& session_;
  const std::vector<PairCall>& calls_;
  const Pair& pair_;
  const draft::ToolRules& rules_;
  std::string_view user_text_;
  Tools tools_;
};

void count_side(const Pair& pair, const PairSide& side, const draft::ToolRules& rules,
                FaultCounts& counts) {
  if (side.correct < 1) return;
  RecordedSession session(pair);
  for (std::size_t turn = 0; turn < side.turns.size(); ++turn) {
    if (turn > 0 && turn <= pair.later_turns.size()) session.add_turn(pair.later_turns[turn - 1]);
    for (const auto& calls : side.turns[turn]) {
      if (calls.empty()) continue;
      // What the user said is known for the first turn's first step only.
      const bool is_first = turn == 0 && &calls == &side.turns[0][0];
      Step(session, calls, pair, rules, is_first ? std::string_view(pair.user_text) : "")
          .count(counts);
      session.add_step(calls);
    }
  }
}

}  // namespace

std::string_view name_of(ToolFault fault) {
  constexpr std::array<std::string_view, kToolFaults> kNames = {
      "(as recorded)",       "argument missing",   "argument mistyped",   "value outside enum",
      "argument undeclared", "tool unknown",       "another tool's name", "input cut off",
      "call repeated",       "call twice at once", "id used before",      "id malformed",
      "number off by one"};
  return kNames[static_cast<std::size_t>(fault)];
}

void count_faults(const Pair& pair, const draft::ToolRules& rules, FaultCounts& counts) {
  count_side(pair, pair.draft, rules, counts);
  count_side(pair, pair.verify, rules, counts);
}

}  // namespace rlm::lab
