#include "draft/tool_risk.hpp"

#include <algorithm>
#include <array>

#include "draft/paths.hpp"
#include "draft/shell_command.hpp"

namespace rlm::draft {
namespace {

using wire::JsonValue;

struct KnownTool {
  std::string_view name;
  ToolKind kind;
};

// Claude Code, opencode, qwen-code, Gemini CLI, and the tools that Anthropic defines.
constexpr std::array<KnownTool, 61> kKnownTools = {{
    {"Read", ToolKind::Reader},
    {"Grep", ToolKind::Reader},
    {"Glob", ToolKind::Reader},
    {"LS", ToolKind::Reader},
    {"WebFetch", ToolKind::Reader},
    {"WebSearch", ToolKind::Reader},
    {"NotebookRead", ToolKind::Reader},
    {"TodoRead", ToolKind::Reader},
    {"TodoWrite", ToolKind::Reader},  // the client's own list, no file
    {"TaskGet", ToolKind::Reader},
    {"TaskList", ToolKind::Reader},
    {"TaskCreate", ToolKind::Reader},
    {"TaskUpdate", ToolKind::Reader},
    {"TaskOutput", ToolKind::Reader},
    {"BashOutput", ToolKind::Reader},
    {"ToolSearch", ToolKind::Reader},
    {"ListMcpResourcesTool", ToolKind::Reader},
    {"ReadMcpResourceTool", ToolKind::Reader},
    {"read", ToolKind::Reader},
    {"grep", ToolKind::Reader},
    {"glob", ToolKind::Reader},
    {"list", ToolKind::Reader},
    {"webfetch", ToolKind::Reader},
    {"websearch", ToolKind::Reader},
    {"todoread", ToolKind::Reader},
    {"todowrite", ToolKind::Reader},
    {"read_file", ToolKind::Reader},
    {"read_many_files", ToolKind::Reader},
    {"list_directory", ToolKind::Reader},
    {"search_file_content", ToolKind::Reader},
    {"grep_search", ToolKind::Reader},
    {"web_fetch", ToolKind::Reader},
    {"web_search", ToolKind::Reader},
    {"google_web_search", ToolKind::Reader},
    {"todo_write", ToolKind::Reader},
    {"Edit", ToolKind::Editor},
    {"MultiEdit", ToolKind::Editor},
    {"edit", ToolKind::Editor},
    {"multiedit", ToolKind::Editor},
    {"replace", ToolKind::Editor},
    {"Write", ToolKind::Writer},
    {"write", ToolKind::Writer},
    {"write_file", ToolKind::Writer},
    {"NotebookEdit", ToolKind::Writer},
    {"patch", ToolKind::Writer},
    {"apply_patch", ToolKind::Writer},
    {"str_replace_based_edit_tool", ToolKind::Editor},
    {"str_replace_editor", ToolKind::Editor},
    {"Bash", ToolKind::Shell},
    {"bash", ToolKind::Shell},
    {"shell", ToolKind::Shell},
    {"run_shell_command", ToolKind::Shell},
    {"Task", ToolKind::Runner},
    {"Agent", ToolKind::Runner},
    {"task", ToolKind::Runner},
    {"Skill", ToolKind::Runner},
    {"KillShell", ToolKind::Runner},
    {"KillBash", ToolKind::Runner},
    {"TaskStop", ToolKind::Runner},
    {"SlashCommand", ToolKind::Runner},
    {"code_execution", ToolKind::Runner},
}};

bool is_true(JsonValue value) {
  return value.is(JsonValue::Type::True);
}

Risk risk_of_shell(JsonValue input, std::string_view working_directory) {
  const JsonValue command = input.member("command");
  if (!command.is(JsonValue::Type::String)) return Risk::Execute;
  if (is_true(input.member("dangerouslyDisableSandbox"))) return Risk::Destructive;
  const Risk risk = risk_of_command(command.string(), working_directory);
  // What runs on behind the agent's back is no mere look.
  const bool in_background =
      is_true(input.member("run_in_background")) || is_true(input.member("is_background"));
  return in_background ? std::max(risk, Risk::Execute) : risk;
}

Risk risk_of_write(JsonValue input, std::string_view working_directory) {
  const std::string path = path_of_call(input);
  if (path.empty()) return Risk::Write;
  if (path.starts_with(".git/") || path.find("/.git/") != std::string::npos)
    return Risk::Destructive;
  const bool is_known_outside = path.starts_with('/') ? !working_directory.empty() : true;
  return is_known_outside && !is_within(path, working_directory) ? Risk::Destructive : Risk::Write;
}

}  // namespace

ToolKind kind_of_tool(std::string_view name) {
  const auto known = std::find_if(kKnownTools.begin(), kKnownTools.end(),
                                  [name](const KnownTool& tool) { return tool.name == name; });
  return known == kKnownTools.end() ? ToolKind::Unknown : known->kind;
}

std::string path_of_call(JsonValue input) {
  for (const std::string_view key :
       {"file_path", "filePath", "absolute_path", "notebook_path", "path", "dir_path"})
    if (const JsonValue path = input.member(key); path.is(JsonValue::Type::String))
      return path.string();
  return {};
}

Risk risk_of_tool(std::string_view name, JsonValue input, std::string_view working_directory,
                  const ToolRules& rules) {
  if (std::find(rules.read_tools.begin(), rules.read_tools.end(), name) != rules.read_tools.end())
    return Risk::Read;
  switch (kind_of_tool(name)) {
    case ToolKind::Reader:
      return Risk::Read;
    case ToolKind::Editor:
      if (input.member("command").equals("view")) return Risk::Read;
      return risk_of_write(input, working_directory);
    case ToolKind::Writer:
    case ToolKind::Unknown:
      return risk_of_write(input, working_directory);
    case ToolKind::Shell:
      return risk_of_shell(input, working_directory);
    case ToolKind::Runner:
      return Risk::Execute;
  }
  return Risk::Execute;
}

}  // namespace rlm::draft
