#include <algorithm>
#include <array>
#include <utility>

#include "draft/paths.hpp"
#include "draft/shell_command.hpp"
#include "draft/shell_programs.hpp"

namespace rlm::draft {
namespace {

constexpr int kDepthMax = 6;
constexpr std::array<std::string_view, 7> kShells = {"sh",  "bash", "zsh", "dash",
                                                     "ksh", "ash",  "fish"};
constexpr std::array<std::string_view, 8> kInterpreters = {"python", "python3", "node", "perl",
                                                           "ruby",   "php",     "lua",  "deno"};
template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class RiskReader {
 public:
  RiskReader(std::string_view working_directory, int depth)
      : working_directory_(working_directory), depth_(depth) {}

  Risk of_line(std::string_view text) {
    const ShellLine line = read_shell_line(text);
    for (const ShellCommand& command : line.commands)
      if (!command.words.empty() && fetches(base_of(command.words[0].text))) fetches_ = true;
    Risk risk = Risk::Read;
    for (const ShellCommand& command : line.commands) risk = std::max(risk, of(command));
    if (!line.understood) {
      risk = std::max(risk, Risk::Execute);
      if (names_destruction(text)) risk = Risk::Destructive;
    }
    return risk;
  }

 private:
  static bool fetches(std::string_view program) {
    return program == "curl" || program == "wget" || program == "fetch" || program == "nc";
  }
  static std::string_view base_of(std::string_view program) {
    return program.substr(program.rfind('/') + 1);
  }

  // Of a text that no parser could take apart: words are enough to be afraid of it.
  static bool names_destruction(std::string_view text) {
    constexpr std::string_view kEnds = " \t\n;&|<>()'\"`$/\\{}=";
    while (!text.empty()) {
      const std::size_t end = std::min(text.find_first_of(kEnds), text.size());
      if (is_destructive(text.substr(0, end))) return true;
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
  }

  Risk of(const ShellCommand& command) {
    Risk risk = Risk::Read;
    for (const std::string& name : command.assigned)
      if (!is_harmless_variable(name)) risk = Risk::Execute;
    for (const ShellRedirect& redirect : command.redirects)
      risk = std::max(risk, of_redirect(redirect));
    if (!command.words.empty()) risk = std::max(risk, of_call(command, command.words));
    return risk;
  }

  Risk of_redirect(const ShellRedirect& redirect) const {
    const ShellWord& target = redirect.target;
    if (redirect.kind == ShellRedirect::Kind::Input)
      return target.text.starts_with("/dev/") && target.text != "/dev/null" ? Risk::Execute
                                                                            : Risk::Read;
    for (const std::string_view sink : {"/dev/null", "/dev/stdout", "/dev/stderr"})
      if (target.text == sink) return Risk::Read;
    return of_written(target);
  }

  Risk of_written(const ShellWord& path) const {
    const bool inside = path.is_literal() && !path.tilde && !left_directory_ &&
                        is_within(path.text, working_directory_) && !names_git_internals(path.text);
    return inside ? Risk::Write : Risk::Destructive;
  }

  static bool names_git_internals(std::string_view path) {
    return path.starts_with(".git/") || path.find("/.git/") != std::string_view::npos ||
           path == ".git";
  }

  Risk of_call(const ShellCommand& command, ShellArguments words) {
    const ShellWord& name = words[0];
    if ((!name.is_literal() && name.text != "[") || name.dynamic || name.tilde)
      return Risk::Execute;
    const std::string_view program = base_of(name.text);
    const ShellArguments arguments = words.subspan(1);
    if (is_destructive(program)) return Risk::Destructive;
    const bool is_plain_name = program.size() == name.text.size() ||
                               name.text == "/bin/" + std::string(program) ||
                               name.text == "/usr/bin/" + std::string(program);
    if (!is_plain_name) return Risk::Execute;
    if (program == "find") return of_find(command, arguments);
    for (const ShellWord& word : words)
      if (word.escaped_operator) return Risk::Execute;
    if (is_reader(program)) return Risk::Read;
    if (program == "git") return risk_of_git(arguments);
    if (program == "sed") return of_sed(arguments);
    if (program == "awk" || program == "gawk" || program == "mawk") return risk_of_awk(arguments);
    if (program == "cd" || program == "pushd" || program == "popd") return of_cd(arguments);
    if (program == "chmod") return of_chmod(arguments);
    if (is_writer(program)) return of_writer(arguments);
    if (is_read_only_call(program, arguments)) return Risk::Read;
    if (holds(kShells, program)) return of_shell(command, arguments);
    if (holds(kInterpreters, program)) return of_interpreter(command, arguments);
    if (program == "set") return of_set(arguments);
    return of_wrapper(command, program, arguments);
  }

  Risk of_cd(ShellArguments arguments) {
    const bool stays = arguments.size() == 1 && arguments[0].is_literal() && !arguments[0].tilde &&
                       arguments[0].text != "-" && is_within(arguments[0].text, working_directory_);
    if (!stays) left_directory_ = true;
    return Risk::Read;
  }

  // Every operand must lie inside; of cp's sources that asks too much and costs a fallback only.
  Risk of_writer(ShellArguments arguments) const {
    Risk risk = Risk::Write;
    for (const ShellWord& word : arguments) {
      const bool is_flag = word.text.starts_with("-") && word.is_literal() &&
                           word.text.find('=') == std::string::npos;
      if (!is_flag) risk = std::max(risk, of_written(word));
    }
    return risk;
  }

  Risk of_chmod(ShellArguments arguments) const {
    if (arguments.size() < 2) return Risk::Execute;
    for (const std::string_view mode : {"+x", "a+x", "u+x", "644", "755", "0644", "0755"})
      if (arguments[0].text == mode) return of_writer(arguments.subspan(1));
    return Risk::Destructive;
  }

  Risk of_sed(ShellArguments arguments) const {
    const Risk risk = risk_of_sed(arguments);
    if (risk != Risk::Write) return risk;
    Risk written = Risk::Write;
    bool is_script = true;
    for (const ShellWord& word : arguments) {
      if (word.text.starts_with("-")) {
        is_script = is_script && word.text != "-e";
        continue;
      }
      if (std::exchange(is_script, false)) continue;
      written = std::max(written, of_written(word));
    }
    return written;
  }

  static Risk of_set(ShellArguments arguments) {
    for (const std::string_view known : {"-e", "-u", "-x", "-eu", "-ex", "-euo", "-euxo"})
      if (!arguments.empty() && arguments[0].text == known &&
          (arguments.size() == 1 || (arguments.size() == 2 && arguments[1].text == "pipefail")))
        return Risk::Read;
    return Risk::Execute;
  }

  // A shell whose orders come from somewhere: a literal text is read, a pipe never trusted.
  Risk of_shell(const ShellCommand& command, ShellArguments arguments) {
    if (arguments.size() >= 2 && (arguments[0].text == "-c" || arguments[0].text == "-lc")) {
      if (arguments[1].is_literal()) return nested(arguments[1].text);
      return fetches_ ? Risk::Destructive : Risk::Execute;
    }
    const bool reads_input = std::none_of(arguments.begin(), arguments.end(),
                                          [](const ShellWord& word) {
                                            return word.dynamic || (!word.text.starts_with("-") &&
                                                                    word.text != "/dev/stdin");
                                          }) ||
                             std::any_of(arguments.begin(), arguments.end(),
                                         [](const ShellWord& word) { return word.text == "-s"; });
    if (!reads_input) return fetches_ ? Risk::Destructive : Risk::Execute;
    if (command.script) return std::max(Risk::Execute, nested(*command.script));
    return command.has_document && !fetches_ ? Risk::Execute : Risk::Destructive;
  }

  Risk of_interpreter(const ShellCommand& command, ShellArguments arguments) const {
    const bool reads_input = arguments.empty() || arguments[0].text == "-";
    if (fetches_ && (reads_input || arguments[0].dynamic)) return Risk::Destructive;
    const std::string* code = command.script ? &*command.script : nullptr;
    if (arguments.size() >= 2 && (arguments[0].text == "-c" || arguments[0].text == "-e"))
      code = &arguments[1].text;
    // No reader of these languages; what deletes by name can be seen all the same.
    if (code != nullptr)
      for (const std::string_view sign :
           {"rmtree", "rm -rf", "unlink", "rmSync", "rmdirSync", "os.remove", "FileUtils.rm"})
        if (code->find(sign) != std::string::npos) return Risk::Destructive;
    return Risk::Execute;
  }

  Risk nested(std::string_view text) {
    if (depth_ + 1 > kDepthMax) return Risk::Execute;
    RiskReader inner(working_directory_, depth_ + 1);
    inner.fetches_ = fetches_;
    inner.left_directory_ = left_directory_;
    return inner.of_line(text);
  }

  Risk nested(const ShellCommand& command, ShellArguments words) {
    if (words.empty()) return Risk::Read;
    if (depth_ > kDepthMax) return Risk::Execute;
    ++depth_;
    const Risk risk = of_call(command, words);
    --depth_;
    return risk;
  }

  // Programs that run the program named in their arguments.
  Risk of_wrapper(const ShellCommand& command, std::string_view program, ShellArguments arguments) {
    if (program == "command" && arguments.size() == 2 && arguments[0].text == "-v")
      return Risk::Read;
    if (program == "env" || program == "command" || program == "builtin" || program == "nohup" ||
        program == "exec")
      return of_env(command, arguments);
    if (program == "timeout" && arguments.size() > 1 && !arguments[0].text.starts_with("-"))
      return nested(command, arguments.subspan(1));
    if (program == "nice" && !arguments.empty() && !arguments[0].text.starts_with("-"))
      return nested(command, arguments);
    if (program == "xargs") return of_xargs(command, arguments);
    if (program == "eval" || program == "source" || program == ".") {
      if (program == "eval" && arguments.size() == 1 && arguments[0].is_literal())
        return nested(arguments[0].text);
      return fetches_ ? Risk::Destructive : Risk::Execute;
    }
    const Risk known = risk_of_careful_reader(program, arguments);
    // An unknown program that is given a destructive one by name, e.g. `parallel rm`.
    for (const ShellWord& word : arguments)
      if (is_destructive(base_of(word.text))) return Risk::Destructive;
    return known;
  }

  Risk of_env(const ShellCommand& command, ShellArguments arguments) {
    Risk risk = Risk::Read;
    std::size_t at = 0;
    for (; at < arguments.size(); ++at) {
      const std::size_t equals = arguments[at].text.find('=');
      const bool is_option = arguments[at].text.starts_with("-");
      if (!is_option && equals == std::string::npos) break;
      if (is_option ||
          !is_harmless_variable(std::string_view(arguments[at].text).substr(0, equals)))
        risk = Risk::Execute;
    }
    return std::max(risk, nested(command, arguments.subspan(at)));
  }

  Risk of_xargs(const ShellCommand& command, ShellArguments arguments) {
    std::size_t at = 0;
    while (at < arguments.size() && arguments[at].text.starts_with("-")) {
      const std::string_view option = arguments[at].text;
      const bool takes_value = option == "-n" || option == "-I" || option == "-P" || option == "-L";
      const bool is_known = takes_value || option == "-0" || option == "-r" || option == "-t" ||
                            option.starts_with("-n") || option.starts_with("-P") ||
                            option.starts_with("-I");
      if (!is_known)
        return std::max(Risk::Execute, nested(command, arguments.subspan(arguments.size() - 1)));
      at += takes_value ? 2 : 1;
    }
    if (at >= arguments.size()) return Risk::Read;
    std::vector<ShellWord> words(arguments.begin() + static_cast<std::ptrdiff_t>(at),
                                 arguments.end());
    ShellWord unknown;
    unknown.dynamic = true;  // what comes from the input
    words.push_back(unknown);
    return nested(command, words);
  }

  Risk of_find(const ShellCommand& command, ShellArguments arguments) {
    Risk risk = Risk::Read;
    bool in_expression = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string_view word = arguments[i].text;
      if (arguments[i].dynamic && !in_expression) return Risk::Execute;
      if (word == "-delete") return Risk::Destructive;
      if (word == "-exec" || word == "-execdir" || word == "-ok" || word == "-okdir") {
        std::size_t end = i + 1;
        while (end < arguments.size() && arguments[end].text != ";" && arguments[end].text != "+")
          ++end;
        if (end >= arguments.size() || end == i + 1) return Risk::Execute;
        risk = std::max(risk, of_found(command, arguments.subspan(i + 1, end - i - 1)));
        i = end;
        in_expression = true;
        continue;
      }
      const int values = values_of_find(word);
      if (values < 0 && (in_expression || word.starts_with("-") || arguments[i].escaped_operator)) {
        return std::max(risk, word_risk(arguments.subspan(i)));
      }
      if (values >= 0) {
        in_expression = true;
        i += static_cast<std::size_t>(values);
      }
    }
    return risk;
  }

  // {} is a path that find makes.
  Risk of_found(const ShellCommand& command, ShellArguments words) {
    std::vector<ShellWord> known(words.begin(), words.end());
    for (ShellWord& word : known)
      if (word.text.find("{}") != std::string::npos) word.dynamic = true;
    return nested(command, known);
  }

  static Risk word_risk(ShellArguments words) {
    for (const ShellWord& word : words)
      if (is_destructive(base_of(word.text))) return Risk::Destructive;
    return Risk::Execute;
  }

  // How many words belong to a predicate that only looks; -1 for no such predicate.
  static int values_of_find(std::string_view word) {
    constexpr std::array<std::string_view, 28> kOne = {
        "-name",      "-iname",  "-path",  "-ipath",     "-type",       "-maxdepth", "-mindepth",
        "-size",      "-mtime",  "-mmin",  "-newer",     "-user",       "-group",    "-perm",
        "-regex",     "-iregex", "-ctime", "-cmin",      "-atime",      "-amin",     "-printf",
        "-regextype", "-links",  "-inum",  "-wholename", "-iwholename", "-xtype",    "-lname"};
    constexpr std::array<std::string_view, 19> kNone = {
        "-print", "-print0", "-ls",    "-o",    "-or",    "-a", "-and", "-not", "!",        "(",
        ")",      "-prune",  "-empty", "-true", "-false", "-L", "-H",   "-P",   "-readable"};
    if (holds(kOne, word)) return 1;
    return holds(kNone, word) ? 0 : -1;
  }

  std::string_view working_directory_;
  int depth_;
  bool fetches_ = false;         // something on the line reads from the network
  bool left_directory_ = false;  // a cd led elsewhere: relative paths are unknown
};

}  // namespace

Risk risk_of_command(std::string_view line, std::string_view working_directory) {
  return RiskReader(working_directory, 0).of_line(line);
}

}  // namespace rlm::draft
