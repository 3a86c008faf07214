#pragma once
// Lines and blanks of a draft's text.

#include <algorithm>
#include <string_view>

namespace rlm::draft {

inline constexpr std::string_view kWhitespace = " \t\r\n";

inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kWhitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhitespace) - first + 1);
}

/// Takes one line off the front of `text`, without its line break.
inline std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

}  // namespace rlm::draft
