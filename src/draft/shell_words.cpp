#include <algorithm>
#include <utility>

#include "draft/shell_reader.hpp"

namespace rlm::draft {

void ShellReader::read_word(ShellWord& word) {
  const std::size_t begin = at_;
  while (!done()) {
    const char c = peek();
    if (std::string_view(" \t\n;&|<>()").find(c) != std::string_view::npos) return;
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return refuse();
    if (c == '\\') {
      read_escape(word);
    } else if (c == '\'') {
      read_single_quoted(word);
    } else if (c == '"') {
      ++at_;
      word.quoted = true;
      read_double_quoted(word, '"');
    } else if (c == '`') {
      read_backticks(word);
    } else if (c == '$') {
      read_dollar(word, false);
    } else {
      word.glob = word.glob || c == '*' || c == '?' || c == '[';
      word.tilde = word.tilde || (c == '~' && at_ == begin);
      word.dynamic = word.dynamic || (c == '{' && is_brace_expansion());
      word.text += c;
      ++at_;
    }
  }
}

bool ShellReader::is_brace_expansion() const {
  constexpr std::size_t kSeen = 256;
  const auto ahead = text_.substr(at_, kSeen);
  const std::size_t end = ahead.find_first_of(" \t\n;&|<>()");
  if (end == std::string_view::npos && ahead.size() == kSeen) return true;
  const auto rest = ahead.substr(0, end);
  return rest.find(',') != std::string_view::npos || rest.find("..") != std::string_view::npos;
}

void ShellReader::read_escape(ShellWord& word) {
  if (at_ + 1 >= text_.size()) return refuse();
  const char next = peek(1);
  at_ += 2;
  if (next == '\n') return;
  if (std::string_view(";&|<>()#").find(next) != std::string_view::npos)
    word.escaped_operator = true;
  word.quoted = true;
  word.text += next;
}

void ShellReader::read_single_quoted(ShellWord& word) {
  const std::size_t end = text_.find('\'', at_ + 1);
  if (end == std::string_view::npos) return refuse();
  word.quoted = true;
  word.text.append(text_.substr(at_ + 1, end - at_ - 1));
  at_ = end + 1;
}

void ShellReader::read_double_quoted(ShellWord& word, char closer) {
  while (!done()) {
    const char c = peek();
    if (closer != 0 && c == closer) {
      ++at_;
      return;
    }
    if (c == '\\') {
      if (at_ + 1 >= text_.size()) return refuse();
      const char next = peek(1);
      if (std::string_view("$`\"\\\n").find(next) == std::string_view::npos) word.text += c;
      if (next != '\n') word.text += next;
      at_ += 2;
    } else if (c == '$') {
      read_dollar(word, true);
    } else if (c == '`') {
      read_backticks(word);
    } else {
      word.text += c;
      ++at_;
    }
  }
  if (closer != 0) refuse();
}

void ShellReader::read_backticks(ShellWord& word) {
  std::string inner;
  for (++at_; !done() && peek() != '`'; ++at_) {
    if (peek() == '\\' && std::string_view("`\\$").find(peek(1)) != std::string_view::npos &&
        peek(1) != '\0')
      ++at_;
    if (at_ < text_.size()) inner += peek();
  }
  if (peek() != '`' || depth_ + 1 > kShellDepthMax) return refuse();
  ++at_;
  word.dynamic = true;
  ShellReader reader(inner, line_, depth_ + 1);
  if (!reader.read_all()) refuse();
}

void ShellReader::read_dollar(ShellWord& word, bool in_quotes) {
  const char next = peek(1);
  if (next == '(') {
    if (peek(2) == '(') return refuse();
    at_ += 2;
    word.dynamic = true;
    // Documents opened before the substitution belong to the line around it.
    auto outer = std::exchange(documents_, {});
    read_nested();
    documents_ = std::move(outer);
  } else if (next == '{') {
    const std::size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) return refuse();
    const auto inner = text_.substr(at_ + 2, end - at_ - 2);
    if (inner.find_first_of("$`'\"\\(){<>|&;@!") != std::string_view::npos) return refuse();
    word.dynamic = true;
    at_ = end + 1;
  } else if (next == '\'' && !in_quotes) {
    read_ansi_quoted(word);
  } else if (next == '"' && !in_quotes) {
    at_ += 2;
    word.quoted = true;
    read_double_quoted(word, '"');
  } else if (next == '[') {
    refuse();
  } else if (is_shell_name_char(next) ||
             (next != 0 && std::string_view("@*#?-$!").find(next) != std::string_view::npos)) {
    at_ += 2;
    if (is_shell_name_char(next))
      while (is_shell_name_char(peek())) ++at_;
    word.dynamic = true;
  } else {
    word.text += '$';
    ++at_;
  }
}

void ShellReader::read_ansi_quoted(ShellWord& word) {
  for (at_ += 2; !done() && peek() != '\''; ++at_)
    if (peek() == '\\') ++at_;
  if (peek() != '\'') return refuse();
  ++at_;
  word.quoted = true;
  word.dynamic = true;
}

}  // namespace rlm::draft
