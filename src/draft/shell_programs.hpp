#pragma once
// What single programs do with their arguments, as far as it is known.

#include <span>
#include <string_view>

#include "draft/shell_command.hpp"

namespace rlm::draft {

/// Arguments behind the program's name. None of these looks into the shell again.
using ShellArguments = std::span<const ShellWord>;

/// Each tells the risk of one program's call; Execute for what it does not know.
Risk risk_of_git(ShellArguments arguments);
Risk risk_of_sed(ShellArguments arguments);
Risk risk_of_awk(ShellArguments arguments);
/// `sort`, `uniq`, `tree`, `rg`, `date`, `xxd`, …: readers but for some options.
Risk risk_of_careful_reader(std::string_view program, ShellArguments arguments);
/// True for programs that only read, whatever their arguments.
bool is_reader(std::string_view program);
/// True for programs that delete, force, or change privileges or the system.
bool is_destructive(std::string_view program);
/// True for programs that change the files named as their operands (cp, mv, mkdir, touch, …).
bool is_writer(std::string_view program);
/// True for what has nothing but a `--version`-like or list-like call that reads (npm ls, gh pr
/// view).
bool is_read_only_call(std::string_view program, ShellArguments arguments);

/// True for environment variables that programs take no orders from.
bool is_harmless_variable(std::string_view name);

}  // namespace rlm::draft
