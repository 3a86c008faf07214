#include "draft/shell_programs.hpp"

#include <algorithm>

#include "draft/shell_arguments.hpp"

namespace rlm::draft {
namespace {

std::size_t operands_of(ShellArguments arguments) {
  return static_cast<std::size_t>(std::count_if(
      arguments.begin(), arguments.end(), [](const ShellWord& word) { return !is_option(word); }));
}

Risk read_unless(bool condition) {
  return condition ? Risk::Execute : Risk::Read;
}

// Behind an s command's name: /…/…/flags. Returns what follows, or nothing when it may do more than
// replace text (w writes a file, e runs a program).
bool skip_substitution(std::string_view& script) {
  if (script.empty() || script[0] == '\\' || script[0] == '\n') return false;
  const char fence = script[0];
  std::size_t at = 1;
  for (int part = 0; part < 2; ++part) {
    while (at < script.size() && script[at] != fence) at += script[at] == '\\' ? 2 : 1;
    if (at >= script.size()) return false;
    ++at;
  }
  while (at < script.size() &&
         std::string_view("gpiI0123456789mM").find(script[at]) != std::string_view::npos)
    ++at;
  script.remove_prefix(at);
  return true;
}

// One address: a number, $, or /regex/.
bool skip_address(std::string_view& script) {
  if (script.empty()) return true;
  if (script[0] == '$') {
    script.remove_prefix(1);
  } else if (script[0] == '/') {
    std::size_t at = 1;
    while (at < script.size() && script[at] != '/') at += script[at] == '\\' ? 2 : 1;
    if (at >= script.size()) return false;
    script.remove_prefix(at + 1);
  } else {
    script.remove_prefix(std::min(script.find_first_not_of("0123456789~+"), script.size()));
  }
  return true;
}

bool is_harmless_sed(std::string_view script) {
  while (!script.empty()) {
    script.remove_prefix(std::min(script.find_first_not_of(" \t;\n{}"), script.size()));
    if (script.empty()) return true;
    if (!skip_address(script)) return false;
    if (script.starts_with(',')) {
      script.remove_prefix(1);
      if (!skip_address(script)) return false;
    }
    script.remove_prefix(std::min(script.find_first_not_of(" !"), script.size()));
    if (script.empty()) return false;
    const char command = script[0];
    script.remove_prefix(1);
    if (command == 's') {
      if (!skip_substitution(script)) return false;
    } else if (std::string_view("pdq=nNhHgGxDPl{").find(command) == std::string_view::npos) {
      return false;
    }
    script.remove_prefix(std::min(script.find_first_not_of(" \t"), script.size()));
    if (!script.empty() && std::string_view(";\n}").find(script[0]) == std::string_view::npos &&
        command != '{')
      return false;
  }
  return true;
}

}  // namespace

Risk risk_of_sed(ShellArguments arguments) {
  bool has_script = false;
  bool in_place = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const ShellWord& word = arguments[i];
    const std::string_view text = word.text;
    if (!has_script && !is_option(word)) {
      if (!word.is_literal() && word.dynamic) return Risk::Execute;
      if (!is_harmless_sed(text)) return Risk::Execute;
      has_script = true;
    } else if (text == "-e" || text == "--expression") {
      if (i + 1 >= arguments.size() || arguments[i + 1].dynamic ||
          !is_harmless_sed(arguments[i + 1].text))
        return Risk::Execute;
      has_script = true;
      ++i;
    } else if (text == "-i" || text.starts_with("-i.") || text.starts_with("--in-place")) {
      in_place = true;
    } else if (is_option(word) && !holds({"-n", "-E", "-r", "-u", "-s", "-z", "--quiet", "--silent",
                                          "--regexp-extended"},
                                         text)) {
      return Risk::Execute;
    } else if (word.dynamic) {
      return Risk::Execute;
    }
  }
  if (!has_script) return Risk::Execute;
  return in_place ? Risk::Write : Risk::Read;
}

Risk risk_of_awk(ShellArguments arguments) {
  std::size_t at = 0;
  for (; at < arguments.size() && is_option(arguments[at]); ++at) {
    const std::string_view text = arguments[at].text;
    if (text == "-F" || text == "-v") {
      ++at;
    } else if (!text.starts_with("-F")) {
      return Risk::Execute;
    }
  }
  if (at >= arguments.size() || arguments[at].dynamic) return Risk::Execute;
  const std::string_view program = arguments[at].text;
  for (const std::string_view word : {"system", "|", ">", "getline", "@", "close", "ARGV"})
    if (program.find(word) != std::string_view::npos) return Risk::Execute;
  return Risk::Read;
}

Risk risk_of_careful_reader(std::string_view program, ShellArguments arguments) {
  if (program == "sort")
    return read_unless(may_have_option(
        arguments, {"output", "compress-program", "files0-from", "temporary-directory"}, "oT"));
  if (program == "uniq" || program == "xxd")
    return read_unless(operands_of(arguments) > 1 || !all_literal(arguments) ||
                       (program == "xxd" && may_have_option(arguments, {"revert"}, "r")));
  if (program == "tree") return read_unless(may_have_option(arguments, {}, "oR"));
  if (program == "rg")
    return read_unless(
        may_have_option(arguments, {"pre", "pre-glob", "hostname-bin", "search-zip"}, "z"));
  if (program == "fd") return read_unless(may_have_option(arguments, {"exec", "exec-batch"}, "xX"));
  if (program == "date")
    return read_unless(!std::all_of(arguments.begin(), arguments.end(), [](const ShellWord& word) {
      return word.text.starts_with('+') ||
             holds({"-u", "-I", "-R", "--utc", "-Iseconds"}, word.text);
    }));
  if (program == "hostname") return read_unless(!arguments.empty());
  if (program == "tar")
    return read_unless(
        arguments.empty() ||
        may_have_option(arguments,
                        {"to-command", "checkpoint-action", "use-compress-program", "rsh-command"},
                        "xcruAIF") ||
        !holds({"-tf", "-tvf", "-tzf", "-tzvf", "tf", "tvf", "tzf", "tzvf", "--list"},
               arguments[0].text));
  if (program == "unzip")
    return read_unless(arguments.empty() || !holds({"-l", "-v", "-Z"}, arguments[0].text));
  return Risk::Execute;
}

bool is_reader(std::string_view program) {
  return holds(
      {"ls",       "cat",     "head",      "tail",    "wc",        "echo",     "printf", "pwd",
       "true",     "false",   ":",         "which",   "whereis",   "type",     "file",   "stat",
       "du",       "df",      "basename",  "dirname", "realpath",  "readlink", "uname",  "whoami",
       "id",       "groups",  "uptime",    "ps",      "free",      "nproc",    "lscpu",  "arch",
       "printenv", "locale",  "tty",       "test",    "[",         "seq",      "cut",    "tr",
       "nl",       "rev",     "tac",       "fold",    "fmt",       "column",   "paste",  "join",
       "comm",     "cmp",     "diff",      "expr",    "sleep",     "grep",     "egrep",  "fgrep",
       "md5sum",   "sha1sum", "sha256sum", "cksum",   "sha512sum", "b2sum",    "od",     "hexdump",
       "strings",  "base64",  "jq",        "zcat",    "getconf",   "exit",     "wait",   "jobs",
       "cal",      "lsblk",   "zgrep"},
      program);
}

bool is_destructive(std::string_view program) {
  return holds({"rm",       "unlink",    "shred",   "dd",       "sudo",     "doas",    "su",
                "chown",    "chgrp",     "setfacl", "chattr",   "passwd",   "useradd", "usermod",
                "userdel",  "groupadd",  "visudo",  "fdisk",    "parted",   "mkswap",  "wipefs",
                "shutdown", "reboot",    "halt",    "poweroff", "init",     "kill",    "pkill",
                "killall",  "systemctl", "service", "mount",    "umount",   "crontab", "iptables",
                "nft",      "insmod",    "rmmod",   "modprobe", "sysctl",   "swapoff", "pkexec",
                "runuser",  "chroot",    "nsenter", "unshare",  "truncate", "srm",     "wipe",
                "mkfs"},
               program) ||
         program.starts_with("mkfs.");
}

bool is_writer(std::string_view program) {
  return holds({"touch", "mkdir", "cp", "mv", "ln", "tee", "rmdir"}, program);
}

bool is_read_only_call(std::string_view program, ShellArguments arguments) {
  if (arguments.empty() || !all_literal(arguments)) return false;
  const std::string_view first = arguments[0].text;
  if (arguments.size() == 1 && holds({"--version", "-V"}, first))
    return holds(
        {"node",  "npm",   "npx",   "yarn", "pnpm",  "python", "python3", "pip",    "pip3",
         "go",    "cargo", "rustc", "gcc",  "g++",   "cc",     "c++",     "clang",  "clang++",
         "cmake", "make",  "ninja", "java", "javac", "ruby",   "php",     "docker", "gh"},
        program);
  if (program == "npm" || program == "pnpm") return first == "ls" || first == "list";
  if (program == "pip" || program == "pip3") return holds({"list", "show", "freeze"}, first);
  if (program == "go") return first == "version" && arguments.size() == 1;
  if (program == "docker") return holds({"ps", "images", "logs", "inspect", "version"}, first);
  if (program == "kubectl") return holds({"get", "describe", "logs", "version"}, first);
  if (program == "gh" && arguments.size() > 1)
    return holds({"pr", "issue", "run", "release", "repo"}, first) &&
           holds({"view", "list", "diff", "status"}, arguments[1].text);
  return false;
}

bool is_harmless_variable(std::string_view name) {
  if (holds({"LC_ALL", "LANG", "LC_CTYPE", "TZ", "NO_COLOR", "FORCE_COLOR", "CI", "TERM", "COLUMNS",
             "LINES", "DEBUG", "NODE_ENV"},
            name))
    return true;
  return !name.ends_with("proxy") &&
         std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace rlm::draft
