#include "exchange/turn_story.hpp"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "draft/call_context.hpp"
#include "draft/tool_risk.hpp"
#include "wire/user_text.hpp"

namespace rlm::exchange {
namespace {

using draft::ToolKind;
using wire::JsonValue;

constexpr std::size_t kBeforeMax = 6;  // entries before the turn that are told
constexpr std::size_t kBeforeBytes = 2'000;

// The last words before the turn, the oldest first.
std::string before_turn(const draft::SessionFacts& session) {
  const std::size_t end = std::min(session.turn_in_said(), session.said().size());
  std::vector<std::string> lines;
  for (std::size_t i = end; i > 0 && lines.size() < kBeforeMax; --i) {
    const draft::Said& said = session.said()[i - 1];
    const std::string text = wire::user_text_of(said.content);
    if (!text.empty())
      lines.push_back((said.by_user ? "user: " : "assistant: ") +
                      verify::clipped(text, kBeforeBytes));
  }
  std::string joined;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    (joined += joined.empty() ? "" : "\n") += *line;
  return joined;
}

void add_edit(std::vector<verify::TurnEdit>& edits, const std::string& path, JsonValue edit) {
  edits.push_back({path, draft::old_text_of(edit), draft::new_text_of(edit)});
}

std::vector<verify::TurnEdit> edits_of(const draft::PastCall& call) {
  std::vector<verify::TurnEdit> edits;
  const std::string path = draft::path_of_call(call.input);
  switch (draft::kind_of_tool(call.name)) {
    case ToolKind::Writer:
      edits.push_back({path, {}, call.input.member("content").string()});
      break;
    case ToolKind::Editor:
      if (const JsonValue list = call.input.member("edits"); list.is(JsonValue::Type::Array))
        list.each_element([&](JsonValue edit) { return add_edit(edits, path, edit), true; });
      else
        add_edit(edits, path, call.input);
      break;
    default:
      break;
  }
  return edits;
}

verify::TurnAction action_of(const draft::PastCall& call) {
  verify::TurnAction action;
  action.tool = call.name;
  action.input = std::string(call.input.raw());
  action.result = draft::shown_text(call.result);
  action.failed = call.failed;
  action.edits = edits_of(call);
  action.runs_tests = draft::kind_of_tool(call.name) == ToolKind::Shell &&
                      verify::runs_tests(call.input.member("command").string());
  return action;
}

std::string signature_of(std::string_view name, JsonValue input) {
  return std::string(name) + ' ' + draft::canonical(input);
}

}  // namespace

verify::TurnStory story_of(const draft::SessionFacts& session, std::string_view answer) {
  verify::TurnStory story;
  story.before = before_turn(session);
  if (session.turn_in_said() < session.said().size())
    story.task = wire::user_text_of(session.said()[session.turn_in_said()].content);
  for (std::size_t i = session.turn_in_calls(); i < session.calls().size(); ++i)
    story.actions.push_back(action_of(session.calls()[i]));
  story.answer = answer;
  return story;
}

route::TurnStep step_of(const Answer& answer, const draft::SessionFacts& session) {
  std::unordered_set<std::string> made;
  for (std::size_t i = session.turn_in_calls(); i < session.calls().size(); ++i)
    made.insert(signature_of(session.calls()[i].name, session.calls()[i].input));
  route::TurnStep step;
  step.brings_news = false;
  std::string all;
  for (const ContentBlock& block : answer.content) {
    if (block.kind != ContentBlock::Kind::ToolUse) continue;
    draft::DraftedCall call(block);
    const std::string signature =
        call.read_input() ? signature_of(block.name, call.input) : block.name;
    step.brings_news = step.brings_news || made.count(signature) == 0;
    all += signature + '\n';
  }
  step.calls_hash = std::hash<std::string>{}(all);
  return step;
}

}  // namespace rlm::exchange
