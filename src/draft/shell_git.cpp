#include <algorithm>

#include "draft/shell_arguments.hpp"

namespace rlm::draft {
namespace {

Risk risk_of_git_branch(ShellArguments rest) {
  if (has_any(rest, {"-D", "-d", "--delete", "-M", "-C", "-f", "--force"}) ||
      may_have_option(rest, {"delete", "force"}, "DdMCf"))
    return Risk::Destructive;
  const bool lists = std::all_of(rest.begin(), rest.end(), [](const ShellWord& word) {
    return holds({"-a", "-r", "-v", "-vv", "-l", "--list", "--all", "--remotes", "--show-current",
                  "--verbose", "--no-color"},
                 word.text) ||
           word.text.starts_with("--format=") || word.text.starts_with("--sort=");
  });
  return lists ? Risk::Read : Risk::Execute;
}

Risk risk_of_git_push(ShellArguments rest) {
  for (const ShellWord& word : rest)
    if (word.text.starts_with('+') || word.text.starts_with(':')) return Risk::Destructive;
  const bool forces =
      may_have_option(rest, {"force", "force-with-lease", "mirror", "delete", "prune"}, "fd");
  return forces ? Risk::Destructive : Risk::Execute;
}

// Subcommands that lose work in some of their forms.
Risk risk_of_git_dangers(std::string_view command, ShellArguments rest) {
  const std::string_view first = rest.empty() ? std::string_view() : rest[0].text;
  if (command == "push") return risk_of_git_push(rest);
  if (command == "branch") return risk_of_git_branch(rest);
  if (command == "reset")
    return may_have_option(rest, {"hard", "merge", "keep"}, "") ? Risk::Destructive : Risk::Execute;
  if (command == "checkout" || command == "switch")
    return has_any(rest, {"--", ".", "-f", "-B", "-C"}) ||
                   may_have_option(rest, {"force", "discard-changes"}, "fBC")
               ? Risk::Destructive
               : Risk::Execute;
  if (command == "restore")
    return has_any(rest, {"--staged", "-S"}) && !has_any(rest, {"--worktree", "-W"})
               ? Risk::Execute
               : Risk::Destructive;
  if (command == "stash") {
    if (first == "list" || first == "show") return Risk::Read;
    return first == "drop" || first == "clear" ? Risk::Destructive : Risk::Execute;
  }
  if (command == "reflog") {
    if (rest.empty() || first == "show") return Risk::Read;
    return Risk::Destructive;
  }
  if (holds({"clean", "filter-branch", "filter-repo", "update-ref", "prune", "gc", "rm", "replace",
             "worktree", "lfs"},
            command)) {
    if (command == "worktree" && first == "list") return Risk::Read;
    return Risk::Destructive;
  }
  return Risk::Execute;
}

bool reads_in_git(std::string_view command, ShellArguments rest) {
  const std::string_view first = rest.empty() ? std::string_view() : rest[0].text;
  if (holds({"status",       "log",        "diff",     "show",          "rev-parse",    "ls-files",
             "ls-tree",      "cat-file",   "blame",    "annotate",      "describe",     "shortlog",
             "rev-list",     "merge-base", "name-rev", "count-objects", "for-each-ref", "show-ref",
             "check-ignore", "var",        "version",  "whatchanged",   "cherry",       "diff-tree",
             "diff-index",   "diff-files", "grep"},
            command))
    return !may_have_option(rest, {"output", "ext-diff", "open-files-in-pager", "textconv"}, "O");
  if (command == "remote")
    return rest.empty() || (rest.size() == 1 && (first == "-v" || first == "--verbose")) ||
           (rest.size() == 2 && first == "get-url" && rest[1].is_literal());
  if (command == "tag")
    return rest.empty() || (rest.size() == 1 && (first == "-l" || first == "--list"));
  if (command == "config")
    return !rest.empty() && all_literal(rest) &&
           ((holds({"--get", "--get-all", "--get-regexp"}, first) && rest.size() == 2) ||
            ((first == "--list" || first == "-l") && rest.size() == 1));
  if (command == "submodule") return rest.size() == 1 && first == "status";
  return false;
}

}  // namespace

Risk risk_of_git(ShellArguments arguments) {
  std::size_t at = 0;
  while (at < arguments.size() && is_option(arguments[at])) {
    const std::string_view option = arguments[at].text;
    if (option == "--no-pager" || option == "-P" || option == "--no-optional-locks") {
      ++at;
    } else if (option == "-C" && at + 1 < arguments.size() && arguments[at + 1].is_literal()) {
      at += 2;
    } else if ((option == "--version" || option == "--help") && arguments.size() == 1) {
      return Risk::Read;
    } else {
      // A setting can name a program. What follows may still be worse.
      const std::size_t words = option == "-c" || option == "-C" ? 2 : 1;
      const auto rest = arguments.subspan(std::min(at + words, arguments.size()));
      return rest.empty() ? Risk::Execute : std::max(Risk::Execute, risk_of_git(rest));
    }
  }
  if (at >= arguments.size() || !arguments[at].is_literal()) return Risk::Execute;
  const std::string_view command = arguments[at].text;
  const ShellArguments rest = arguments.subspan(at + 1);
  if (reads_in_git(command, rest)) return Risk::Read;
  if (command == "add") return Risk::Write;
  return risk_of_git_dangers(command, rest);
}

}  // namespace rlm::draft
