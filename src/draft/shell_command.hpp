#pragma once
// Reads a command line as a POSIX shell would (with bash's common additions) and tells its risk.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/risk.hpp"

namespace rlm::draft {

/// A word after quotes were taken off.
struct ShellWord {
  std::string text;
  bool dynamic = false;           // holds a variable, a substitution or a brace expansion
  bool glob = false;              // holds an unquoted * ? [
  bool tilde = false;             // begins with an unquoted ~
  bool quoted = false;            // any part of it
  bool escaped_operator = false;  // \; and its like

  bool is_literal() const { return !dynamic && !glob; }
};

struct ShellRedirect {
  enum class Kind { Input, Output };
  Kind kind = Kind::Input;
  ShellWord target;
};

/// One program call with its surroundings.
struct ShellCommand {
  std::vector<std::string> assigned;  // names in NAME=value before the command
  std::vector<ShellWord> words;
  std::vector<ShellRedirect> redirects;
  std::optional<std::string> script;  // its here-document or here-string, when that is literal
  bool has_document = false;
};

struct ShellLine {
  /// All calls in order, those within substitutions, subshells and loops included.
  std::vector<ShellCommand> commands;
  /// False: some construct was not understood; `commands` holds what came before.
  bool understood = false;
};

/// Longest line that is read; a longer one is not understood.
inline constexpr std::size_t kShellLineBytesMax = 64u << 10;

/// Cannot fail and does not recurse deeper than a fixed bound. Not understood, beside broken
/// syntax: case, select, functions, arrays, arithmetic, [[ ]], expansions with operators that hold
/// further expansions, control characters.
ShellLine read_shell_line(std::string_view line);

/// The highest risk of any part of the line. Execute for what was not understood or names an
/// unknown program. `working_directory` may be empty: then every absolute path lies outside.
Risk risk_of_command(std::string_view line, std::string_view working_directory);

}  // namespace rlm::draft
