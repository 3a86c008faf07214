#include "wire/user_text.hpp"

#include <algorithm>
#include <string_view>

#include "base/utf8.hpp"
#include "wire/json_text.hpp"

namespace rlm::wire {
namespace {

constexpr std::string_view kOpen = "<system-reminder>";
constexpr std::string_view kClose = "</system-reminder>";

void remove_reminders(std::string& text) {
  std::size_t open = text.find(kOpen);
  if (open == text.npos) return;
  std::string kept;
  std::size_t at = 0;
  while (open != text.npos) {
    kept.append(text, at, open - at);
    const std::size_t close = text.find(kClose, open + kOpen.size());
    at = close == text.npos ? text.size() : close + kClose.size();
    open = text.find(kOpen, at);
  }
  kept.append(text, at);
  text = std::move(kept);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Cuts at `bytes_max`, not inside a character.
void cut(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  while (bytes_max > 0 && !begins_character(text[bytes_max])) --bytes_max;
  text.resize(bytes_max);
}

}  // namespace

std::string user_text_of(JsonValue content) {
  std::string joined;
  std::string text;
  std::size_t read = 0;
  const auto add = [&](JsonValue value) {
    text.clear();
    text.reserve(std::min(value.quoted().size(), kUserTextReadMax));
    // A few bytes more than wanted, so that cut() sees whether it would divide a character.
    append_unescaped(text, value.quoted(), kUserTextReadMax - read + 4);
    cut(text, kUserTextReadMax - read);
    read += text.size();
    remove_reminders(text);
    const std::string_view rest = trimmed(text);
    if (rest.empty()) return;
    if (!joined.empty()) joined += '\n';
    joined += rest;
  };
  if (content.is(JsonValue::Type::String)) add(content);
  content.each_element([&](JsonValue block) {
    if (block.member("type").equals("text")) add(block.member("text"));
    return read < kUserTextReadMax && joined.size() < kUserTextBytesMax;
  });
  cut(joined, kUserTextBytesMax);
  return joined;
}

}  // namespace rlm::wire
