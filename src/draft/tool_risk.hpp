#pragma once
// What a tool call can do, by the tool's name and, for shells, by the command line.

#include <string>
#include <string_view>
#include <vector>

#include "domain/risk.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::draft {

/// Which drafted tool calls an operator lets through. Destructive ones never are.
struct ToolRules {
  bool allows_write = false;
  bool allows_execute = false;
  /// Further tools that only read, by their exact names.
  std::vector<std::string> read_tools;
  /// A draft with fewer calls than the user's words ask for is refused; for weak draft models.
  bool checks_count = false;
  /// The same call as one of the last so many is refused, unless something was changed since.
  std::size_t repeats_within = 6;

  bool allows(Risk risk) const {
    return risk == Risk::Read || (risk == Risk::Write && allows_write) ||
           (risk == Risk::Execute && allows_execute);
  }
};

/// What a tool is for, as far as coding agents' tools are known.
enum class ToolKind { Reader, Editor, Writer, Shell, Runner, Unknown };
ToolKind kind_of_tool(std::string_view name);

/// The file that a call reads or writes (file_path, filePath, path, notebook_path); empty: none.
std::string path_of_call(wire::JsonValue input);

/// The risk of a call. Unknown tools count as Write; a file written outside `working_directory`
/// (when that is known) or within .git as Destructive.
Risk risk_of_tool(std::string_view name, wire::JsonValue input, std::string_view working_directory,
                  const ToolRules& rules);

}  // namespace rlm::draft
