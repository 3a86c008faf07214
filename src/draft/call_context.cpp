#include "draft/call_context.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "draft/paths.hpp"
#include "draft/shell_command.hpp"
#include "wire/json_text.hpp"

namespace rlm::draft {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;
using Cause = std::optional<std::string>;

std::string file_of(const DraftedCall& call, const SessionFacts& session) {
  const std::string path = path_of_call(call.input);
  return path.empty() ? path : absolute_path(path, session.working_directory());
}

// Tools of unknown purpose may well be called side by side; programs and editors may not.
bool is_change(const DraftedCall& call) {
  return call.risk != Risk::Read && kind_of_tool(call.block->name) != ToolKind::Unknown;
}

// Applies one edit to `text` when its old text stands there exactly once.
Cause apply_once(std::string& text, JsonValue edit) {
  const std::string old_text = old_text_of(edit);
  const std::string new_text = new_text_of(edit);
  if (old_text.empty() || old_text == new_text) return "empty_edit";
  const bool all = replaces_all(edit);
  const int count = occurrences(text, old_text);
  if (count == 0) return "stale_edit";
  if (count > 1 && !all) return "ambiguous_edit";
  // With replace_all, later edits are judged by the first replacement only: that may refuse, and
  // never lets a stale one pass.
  text.replace(text.find(old_text), old_text.size(), new_text);
  return std::nullopt;
}

Cause why_not_editable(const DraftedCall& call, const SessionFacts& session) {
  const JsonValue command = call.input.member("command");
  if (command.exists() && !command.equals("str_replace")) {
    // An editor's other commands: create, insert, view, undo_edit.
    if (command.equals("insert") && !session.known_text(path_of_call(call.input)))
      return "unread_file";
    return std::nullopt;
  }
  auto text = session.known_text(path_of_call(call.input));
  if (!text) return "unread_file";
  const JsonValue edits = call.input.member("edits");
  if (!edits.is(Type::Array)) return apply_once(*text, call.input);
  Cause why;
  edits.each_element([&](JsonValue edit) { return !(why = apply_once(*text, edit)); });
  return why;
}

// Reads of these programs begin with a pattern or a program, which may look like a path.
bool begins_with_pattern(std::string_view program) {
  for (const std::string_view known : {"grep", "egrep", "fgrep", "zgrep", "rg", "sed", "awk"})
    if (program == known) return true;
  return false;
}

// A word of a command line that names a file elsewhere, one the session never spoke of.
bool names_unseen_path(const ShellWord& word, const SessionFacts& session) {
  std::string_view path = word.text;
  if (path.starts_with('-')) path.remove_prefix(std::min(path.find('=') + 1, path.size()));
  const bool may_lead_away = path.starts_with('/') || word.tilde || path.starts_with("~") ||
                             path.find("../") != std::string_view::npos || path == "..";
  return may_lead_away && !path.starts_with("/dev/") &&
         !is_within(path, session.working_directory()) && !session.has_seen(path);
}

bool names_unseen_path(JsonValue input, const SessionFacts& session) {
  for (const ShellCommand& command : read_shell_line(input.member("command").string()).commands) {
    if (command.words.empty()) continue;
    bool is_pattern = begins_with_pattern(command.words[0].text);
    for (std::size_t i = 1; i < command.words.size(); ++i) {
      const ShellWord& word = command.words[i];
      const bool is_operand = !word.text.starts_with('-');
      if (is_operand && std::exchange(is_pattern, false)) continue;
      if (names_unseen_path(word, session)) return true;
    }
    for (const ShellRedirect& redirect : command.redirects)
      if (names_unseen_path(redirect.target, session)) return true;
  }
  return false;
}

}  // namespace

bool DraftedCall::read_input() {
  const auto root = index->parse(block->text);
  if (!root) return false;
  input = *root;
  return true;
}

Cause why_in_conflict(const std::vector<DraftedCall>& calls, const SessionFacts& session) {
  for (std::size_t i = 1; i < calls.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const DraftedCall& one = calls[i];
      const DraftedCall& other = calls[j];
      if (one.block->name == other.block->name && canonical(one.input) == canonical(other.input))
        return "duplicate_call";
      if (!is_change(one) && !is_change(other)) continue;
      const std::string file = file_of(one, session);
      if (!file.empty() && file == file_of(other, session)) return "conflict";
      const bool runs = kind_of_tool(one.block->name) == ToolKind::Shell ||
                        kind_of_tool(other.block->name) == ToolKind::Shell;
      if (runs && is_change(one) && is_change(other)) return "conflict";
    }
  }
  return std::nullopt;
}

Cause why_not_in_place(const DraftedCall& call, const SessionFacts& session) {
  const ToolKind kind = kind_of_tool(call.block->name);
  const std::string path = path_of_call(call.input);
  const bool is_known_tool =
      kind == ToolKind::Reader || kind == ToolKind::Editor || kind == ToolKind::Writer;
  if (is_known_tool && !path.empty() && !is_within(path, session.working_directory()) &&
      !session.has_seen(path))
    return "unseen_path";
  if (kind == ToolKind::Shell && names_unseen_path(call.input, session)) return "unseen_path";
  if (kind == ToolKind::Editor) return why_not_editable(call, session);
  return std::nullopt;
}

bool is_repeated(const DraftedCall& call, const SessionFacts& session, const ToolRules& rules) {
  const auto& past = session.calls();
  const std::size_t looked_at = std::min(rules.repeats_within, past.size());
  std::string wanted;
  for (std::size_t back = 0; back < looked_at; ++back) {
    const PastCall& before = past[past.size() - 1 - back];
    if (before.name == call.block->name) {
      if (wanted.empty()) wanted = canonical(call.input);
      if (canonical(before.input) == wanted) return true;
    }
    if (before.failed) continue;
    // Behind a change the same look is a new question.
    if (kind_of_tool(before.name) != ToolKind::Unknown &&
        risk_of_tool(before.name, before.input, session.working_directory(), rules) != Risk::Read)
      return false;
  }
  return false;
}

std::string canonical(JsonValue value) {
  std::string text;
  if (value.is(Type::Object)) {
    std::map<std::string, std::string> members;
    value.each_member([&](std::string_view key, JsonValue member) {
      members[std::string(key)] = canonical(member);
      return true;
    });
    text = "{";
    for (const auto& [key, member] : members) {
      wire::append_json_string(text, key);
      text += ':' + member + ',';
    }
    return text + "}";
  }
  if (value.is(Type::Array)) {
    text = "[";
    value.each_element([&](JsonValue element) {
      text += canonical(element) + ',';
      return true;
    });
    return text + "]";
  }
  if (value.is(Type::String)) return wire::json_string(value.string());
  return std::string(value.raw());
}

}  // namespace rlm::draft
