#pragma once
// Numbers as words of a snapshot: the shortest text that gives the same bits again.

#include <charconv>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::quality {

template <class Number>
void put_word(std::string& out, Number value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  if (!out.empty()) out += ' ';
  out.append(digits, end);
}

/// Takes the first word off `text`.
inline std::string_view take_word(std::string_view& text) {
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

/// Takes a number off the front of `text`. BadRequest (Source::Self) when the word is none.
template <class Number>
Result<void> take_number(std::string_view& text, Number& value) {
  const auto word = take_word(text);
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size())
    return fail(ErrorKind::BadRequest, Source::Self,
                "snapshot: \"" + std::string(word) + "\" is no number");
  return {};
}

}  // namespace rlm::quality
