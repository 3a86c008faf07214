#pragma once
// Small questions about a program's arguments.

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "draft/shell_programs.hpp"

namespace rlm::draft {

using Names = std::initializer_list<std::string_view>;

inline bool holds(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

inline bool is_option(const ShellWord& word) {
  return word.text.size() > 1 && word.text[0] == '-';
}

inline bool all_literal(ShellArguments arguments) {
  return std::all_of(arguments.begin(), arguments.end(),
                     [](const ShellWord& word) { return word.is_literal(); });
}

/// True when some argument may be one of these options: `--name`, `--name=…`, or a letter in a
/// cluster. What is unknown may be anything.
inline bool may_have_option(ShellArguments arguments, Names long_names, std::string_view letters) {
  for (const ShellWord& word : arguments) {
    if (word.dynamic ||
        (word.glob && (word.text[0] == '*' || word.text[0] == '?' || word.text[0] == '[')))
      return true;
    if (!is_option(word)) continue;
    if (word.text[1] == '-') {
      const auto name = std::string_view(word.text).substr(2, word.text.find('=') - 2);
      // Long options may be shortened.
      for (const auto known : long_names)
        if (!name.empty() && known.starts_with(name)) return true;
    } else if (word.text.find_first_of(letters, 1) != std::string::npos && !letters.empty()) {
      return true;
    }
  }
  return false;
}

inline bool has_any(ShellArguments arguments, Names names) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [&](const ShellWord& word) { return holds(names, word.text); });
}

}  // namespace rlm::draft
