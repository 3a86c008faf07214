#include "draft/session_facts.hpp"

#include <algorithm>
#include <array>

#include "domain/risk.hpp"
#include "draft/paths.hpp"
#include "draft/shell_command.hpp"
#include "draft/tool_risk.hpp"
#include "wire/json_text.hpp"
#include "wire/user_text.hpp"

namespace rlm::draft {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

constexpr std::size_t kCallsMax = 20'000;
constexpr std::size_t kParallelMax = 256;
constexpr std::size_t kFileBytesMax = 4u << 20;
constexpr std::size_t kDirectoryBytesMax = 1024;

// How clients name the directory in their prompts.
constexpr std::array<std::string_view, 6> kDirectoryMarks = {"Primary working directory: ",
                                                             "Working directory: ",
                                                             "working in the directory: ",
                                                             "Current working directory: ",
                                                             "<cwd>",
                                                             "cwd: "};

/// The directory named in raw JSON text, up to the end of its line.
std::string directory_in(std::string_view raw) {
  for (const std::string_view mark : kDirectoryMarks) {
    const std::size_t found = raw.find(mark);
    if (found == std::string_view::npos) continue;
    const auto rest = raw.substr(found + mark.size(), kDirectoryBytesMax);
    const auto path = rest.substr(0, rest.find_first_of("\\\"<"));
    if (path.starts_with('/')) return absolute_path(path, "");
  }
  return {};
}

std::string first_string(JsonValue input, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    if (const JsonValue value = input.member(key); value.is(Type::String)) return value.string();
  return {};
}

// Replaces one occurrence, or all of them; false when there is none or more than may be.
bool apply_edit(std::string& text, JsonValue edit) {
  const std::string old_text = old_text_of(edit);
  const std::string new_text = new_text_of(edit);
  const int count = occurrences(text, old_text);
  const bool all = replaces_all(edit);
  if (count == 0 || (count > 1 && !all)) return false;
  for (std::size_t at = text.find(old_text); at != std::string::npos;
       at = text.find(old_text, at + new_text.size())) {
    text.replace(at, old_text.size(), new_text);
    if (!all || text.size() > kFileBytesMax) break;
  }
  return text.size() <= kFileBytesMax;
}

// The file's text after one more call that touched it.
void follow(std::optional<std::string>& text, const PastCall& call) {
  if (call.name == "str_replace_based_edit_tool" || call.name == "str_replace_editor") {
    if (call.input.member("command").equals("view"))
      text = shown_text(call.result);
    else if (!call.input.member("command").equals("str_replace") || !text ||
             !apply_edit(*text, call.input))
      text.reset();
    return;
  }
  switch (kind_of_tool(call.name)) {
    case ToolKind::Reader:
      text = shown_text(call.result);
      return;
    case ToolKind::Writer:
      if (const JsonValue content = call.input.member("content"); content.is(Type::String))
        text = content.string();
      else
        text.reset();
      return;
    default: {
      if (!text) return;
      bool applied = true;
      const JsonValue edits = call.input.member("edits");
      if (edits.is(Type::Array))
        edits.each_element([&](JsonValue edit) { return applied = apply_edit(*text, edit); });
      else
        applied = apply_edit(*text, call.input);
      if (!applied) text.reset();
    }
  }
}

// All text of a tool result, without what the client program appended.
std::string text_of_result(JsonValue result) {
  std::string text = result.is(Type::String) ? result.string() : std::string();
  result.each_element([&text](JsonValue block) {
    text += block.member("text").string();
    return text.size() < kFileBytesMax;
  });
  const std::size_t reminder = text.rfind("\n<system-reminder>");
  if (reminder != std::string::npos &&
      text.find("</system-reminder>", reminder) != std::string::npos)
    text.resize(reminder);
  return text;
}

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view content = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return content;
}

// Where a line goes on behind its number; null when it has none.
const char* behind_number(std::string_view content) {
  const std::size_t digits = std::min(content.find_first_not_of(" \t"), content.size());
  const std::size_t end = std::min(content.find_first_not_of("0123456789", digits), content.size());
  if (end == digits) return nullptr;
  const std::string_view tail = content.substr(end);
  for (const std::string_view fence : {"→", "\t", "| "})
    if (tail.starts_with(fence)) return tail.data() + fence.size();
  return nullptr;
}

bool reads_files(const PastCall& call) {
  return call.name == "Read" || call.name == "read" || call.name == "read_file" ||
         call.name == "NotebookRead";
}

}  // namespace

std::string old_text_of(JsonValue input) {
  return first_string(input, {"old_string", "oldString", "old_str"});
}
std::string new_text_of(JsonValue input) {
  return first_string(input, {"new_string", "newString", "new_str"});
}

bool replaces_all(JsonValue edit) {
  return edit.member("replace_all").is(Type::True) || edit.member("replaceAll").is(Type::True);
}

int occurrences(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  const std::size_t first = text.find(part);
  if (first == std::string_view::npos) return 0;
  return text.find(part, first + 1) == std::string_view::npos ? 1 : 2;
}

std::string shown_text(JsonValue result) {
  const std::string shown = text_of_result(result);
  // Only where the first lines are numbered: a file may hold "12|" of its own.
  bool is_numbered = false;
  std::string_view rest = shown;
  for (int i = 0; i < 3 && !rest.empty(); ++i)
    is_numbered = is_numbered || behind_number(next_line(rest)) != nullptr;
  if (!is_numbered) return shown;
  std::string text;
  text.reserve(shown.size());
  rest = shown;
  while (!rest.empty()) {
    const std::string_view content = next_line(rest);
    const char* behind = behind_number(content);
    text.append(behind == nullptr ? content.data() : behind, content.data() + content.size());
    // The last line of what was shown ends where the file may go on.
    if (!rest.empty()) text += '\n';
  }
  return text;
}

std::unique_ptr<SessionFacts> SessionFacts::read(const Buffer& body,
                                                 const wire::JsonLimits& limits) {
  auto facts = std::make_unique<SessionFacts>();
  const auto root = facts->index_.parse(body.view(), limits);
  if (!root || !root->is(Type::Object)) return nullptr;
  facts->read_root(*root);
  return facts;
}

void SessionFacts::read_root(JsonValue root) {
  root.member("tools").each_element([this](JsonValue tool) {
    tools_.push_back({tool.member("name").string(), tool.member("input_schema").raw()});
    return true;
  });
  const JsonValue choice = root.member("tool_choice");
  choice_.allowed = !choice.member("type").equals("none");
  if (choice.member("type").equals("tool")) choice_.only = choice.member("name").string();
  choice_.parallel = !choice.member("disable_parallel_tool_use").is(Type::True);
  const JsonValue messages = root.member("messages");
  messages_ = messages.raw();
  working_directory_ = directory_in(root.member("system").raw());
  bool is_first = true;
  messages.each_element([&](JsonValue message) {
    if (is_first && working_directory_.empty()) working_directory_ = directory_in(message.raw());
    is_first = is_first && message.member("role").equals("system");
    read_message(message);
    return calls_.size() < kCallsMax;
  });
}

void SessionFacts::read_message(JsonValue message) {
  const JsonValue content = message.member("content");
  const bool is_user = message.member("role").equals("user");
  const bool user_speaks = is_user && !wire::user_text_of(content).empty();
  if (user_speaks) begin_turn();
  if (user_speaks || message.member("role").equals("assistant"))
    said_.push_back({is_user, content});
  content.each_element([&](JsonValue block) {
    const JsonValue type = block.member("type");
    if (type.equals("tool_use")) {
      PastCall call;
      call.id = block.member("id").string();
      call.name = block.member("name").string();
      call.input = block.member("input");
      ids_.insert(call.id);
      calls_.push_back(std::move(call));
    } else if (type.equals("tool_result")) {
      read_result(block);
    }
    return true;
  });
}

void SessionFacts::begin_turn() {
  errors_in_turn_ = 0;
  turn_in_said_ = said_.size();
  turn_in_calls_ = calls_.size();
}

void SessionFacts::read_result(JsonValue block) {
  const std::string id = block.member("tool_use_id").string();
  ids_.insert(id);
  // A result follows its call at once; how far back a strange history may reach is bounded.
  const auto end = calls_.rbegin() +
                   static_cast<std::ptrdiff_t>(std::min<std::size_t>(calls_.size(), kParallelMax));
  const auto call =
      std::find_if(calls_.rbegin(), end, [&id](const PastCall& past) { return past.id == id; });
  const bool failed = block.member("is_error").is(Type::True);
  if (failed) ++errors_in_turn_;
  if (call == end) return;
  call->result = block.member("content");
  call->answered = true;
  call->failed = failed;
}

const OfferedTool* SessionFacts::find_tool(std::string_view name) const {
  const auto found = std::find_if(tools_.begin(), tools_.end(),
                                  [name](const OfferedTool& tool) { return tool.name == name; });
  return found == tools_.end() ? nullptr : &*found;
}

std::optional<std::string> SessionFacts::known_text(std::string_view path) const {
  const std::string wanted = absolute_path(path, working_directory_);
  std::optional<std::string> text;
  for (const PastCall& call : calls_) {
    if (call.failed || !call.answered) continue;
    const ToolKind kind = kind_of_tool(call.name);
    if (kind == ToolKind::Shell) {
      // A command that writes may have changed any file; one that builds or tests rarely does, and
      // the client itself refuses an edit of a file that changed behind its back.
      const Risk risk = risk_of_command(call.input.member("command").string(), working_directory_);
      if (risk == Risk::Write || risk == Risk::Destructive) text.reset();
      continue;
    }
    const bool touches = kind == ToolKind::Editor || kind == ToolKind::Writer || reads_files(call);
    if (!touches || absolute_path(path_of_call(call.input), working_directory_) != wanted) continue;
    follow(text, call);
  }
  return text;
}

bool SessionFacts::has_seen(std::string_view path) const {
  if (path.empty()) return false;
  const std::string quoted = wire::json_string(path);
  return messages_.find(std::string_view(quoted).substr(1, quoted.size() - 2)) !=
         std::string_view::npos;
}

}  // namespace rlm::draft
