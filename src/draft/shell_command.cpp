#include "draft/shell_command.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "draft/shell_reader.hpp"

namespace rlm::draft {
namespace {

constexpr std::size_t kDocumentsMax = 16;

bool is_all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Reserved words that only give structure: what follows them is a command again.
constexpr std::array<std::string_view, 13> kTransparent = {
    "if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "{", "}", "time"};
constexpr std::array<std::string_view, 5> kNotUnderstood = {"case", "select", "function", "coproc",
                                                            "[["};
template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool ShellReader::read_all() {
  read_list(0);
  return ok_ && at_ == text_.size() && documents_.empty();
}

bool ShellReader::read_document() {
  ShellWord ignored;
  read_double_quoted(ignored, 0);
  document_is_dynamic_ = ignored.dynamic;
  return ok_;
}

void ShellReader::read_list(char closer) {
  ShellCommand current;
  while (!done()) {
    const char c = peek();
    if (c == ' ' || c == '\t') {
      ++at_;
    } else if (c == '\\' && peek(1) == '\n') {
      at_ += 2;
    } else if (c == closer) {
      break;
    } else if (c == '#') {
      skip_comment();
    } else if (c == '\n') {
      finish(current);
      ++at_;
      read_documents();
    } else if (c == ';' || c == '|' || (c == '&' && peek(1) != '>')) {
      if (c == ';' && peek(1) == ';') return refuse();
      at_ += peek(1) == c || (c == '|' && peek(1) == '&') ? 2 : 1;
      finish(current);
    } else if (c == '(') {
      read_subshell(current);
    } else if (c == ')') {
      return refuse();
    } else {
      read_part(current);
    }
  }
  finish(current);
}

void ShellReader::skip_comment() {
  const std::size_t end = std::min(text_.find('\n', at_), text_.size());
  if (text_.substr(at_, end - at_).find_first_of(";&|`$<>()") != std::string_view::npos)
    return refuse();
  at_ = end;
}

void ShellReader::finish(ShellCommand& current) {
  if (for_words_ > 0) {
    // for NAME in WORDS: the words are data.
    if (current.words.size() < 2 || current.words[1].text != "in") refuse();
    for (const ShellWord& word : current.words)
      if (word.escaped_operator) refuse();
    for_words_ = 0;
    current = {};
    return;
  }
  for (Document& document : documents_)
    if (document.command == kUnfinished) document.command = line_.commands.size();
  if (!current.words.empty() || !current.assigned.empty() || !current.redirects.empty() ||
      current.has_document)
    line_.commands.push_back(std::move(current));
  else if (std::any_of(documents_.begin(), documents_.end(), [this](const Document& one) {
             return one.command == line_.commands.size();
           }))
    line_.commands.push_back({});
  current = {};
}

void ShellReader::read_subshell(ShellCommand& current) {
  if (!current.words.empty() || !current.assigned.empty() || peek(1) == '(') return refuse();
  ++at_;
  read_nested();
}

void ShellReader::read_nested() {
  if (++depth_ > kShellDepthMax) return refuse();
  const int outer_for = std::exchange(for_words_, 0);
  read_list(')');
  for_words_ = outer_for;
  --depth_;
  if (peek() != ')' || !documents_.empty()) return refuse();
  ++at_;
}

void ShellReader::read_part(ShellCommand& current) {
  const char c = peek();
  if (c == '<' || c == '>' || c == '&') return read_redirect(current);
  ShellWord word;
  const bool maybe_descriptor = std::isdigit(static_cast<unsigned char>(c)) != 0;
  read_word(word);
  if (!ok_) return;
  if (peek() == '(') return refuse();  // a function, an array, a pattern list
  if (maybe_descriptor && is_all_digits(word.text) && !word.quoted &&
      (peek() == '<' || peek() == '>'))
    return read_redirect(current);
  add_word(current, std::move(word));
}

void ShellReader::add_word(ShellCommand& current, ShellWord word) {
  const bool is_first = current.words.empty();
  const bool is_plain = !word.quoted && word.is_literal() && !word.escaped_operator;
  if (is_first && is_plain && current.assigned.empty()) {
    if (holds(kNotUnderstood, word.text)) return refuse();
    if (holds(kTransparent, word.text)) return;
    if (word.text == "for") {
      if (++for_words_ > 1) return refuse();
      return;
    }
  }
  if (is_first && for_words_ == 0) {
    if (const std::size_t name = assigned_name(word.text); name > 0) {
      current.assigned.push_back(word.text.substr(0, name));
      return;
    }
  }
  current.words.push_back(std::move(word));
}

std::size_t ShellReader::assigned_name(std::string_view word) {
  std::size_t end = 0;
  while (end < word.size() && is_shell_name_char(word[end])) ++end;
  if (end == 0 || std::isdigit(static_cast<unsigned char>(word[0])) != 0) return 0;
  const auto rest = word.substr(end);
  return rest.starts_with('=') || rest.starts_with("+=") ? end : 0;
}

void ShellReader::read_redirect(ShellCommand& current) {
  const auto takes = [this](std::string_view op) {
    if (!text_.substr(at_).starts_with(op)) return false;
    at_ += op.size();
    return true;
  };
  if (takes("<<<")) return read_here_string(current);
  if (takes("<<-")) return open_document(current, true);
  if (takes("<<")) return open_document(current, false);
  if (takes("<(") || takes(">(")) {
    read_nested();
    ShellWord word;
    word.dynamic = true;
    if (ok_) add_word(current, std::move(word));
    return;
  }
  const bool duplicates =
      text_.substr(at_).starts_with(">&") || text_.substr(at_).starts_with("<&");
  ShellRedirect redirect;
  if (takes("&>>") || takes("&>") || takes(">>") || takes(">|") || takes(">&") || takes(">") ||
      takes("<>")) {
    redirect.kind = ShellRedirect::Kind::Output;
  } else if (!takes("<&") && !takes("<")) {
    return refuse();
  }
  skip_blanks();
  read_word(redirect.target);
  const ShellWord& target = redirect.target;
  if (!ok_ || (target.text.empty() && !target.dynamic) || target.escaped_operator) return refuse();
  if (duplicates && target.is_literal() && (is_all_digits(target.text) || target.text == "-"))
    return;
  if (duplicates && redirect.kind == ShellRedirect::Kind::Input) return refuse();
  current.redirects.push_back(std::move(redirect));
}

void ShellReader::read_here_string(ShellCommand& current) {
  skip_blanks();
  ShellWord word;
  read_word(word);
  if (word.escaped_operator) return refuse();
  current.has_document = true;
  if (word.is_literal()) current.script = word.text;
}

void ShellReader::open_document(ShellCommand& current, bool strips_tabs) {
  skip_blanks();
  ShellWord word;
  read_word(word);
  if (!ok_ || word.text.empty() || word.dynamic || word.escaped_operator ||
      documents_.size() == kDocumentsMax)
    return refuse();
  current.has_document = true;
  documents_.push_back({word.text, word.quoted, strips_tabs, kUnfinished});
}

void ShellReader::read_documents() {
  for (const Document& document : documents_) {
    std::string body;
    for (;;) {
      if (at_ >= text_.size()) return refuse();
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      std::string_view content = text_.substr(at_, end - at_);
      at_ = std::min(end + 1, text_.size());
      if (document.strips_tabs)
        content.remove_prefix(std::min(content.find_first_not_of('\t'), content.size()));
      if (content == document.delimiter) break;
      body.append(content);
      body += '\n';
    }
    bool literal = true;
    if (!document.quoted) {
      if (depth_ + 1 > kShellDepthMax) return refuse();
      ShellReader reader(body, line_, depth_ + 1);
      if (!reader.read_document()) return refuse();
      literal = !reader.document_is_dynamic();
    }
    if (document.command < line_.commands.size() && literal)
      line_.commands[document.command].script = std::move(body);
  }
  documents_.clear();
}

ShellLine read_shell_line(std::string_view text) {
  ShellLine line;
  if (text.size() > kShellLineBytesMax) return line;
  line.understood = ShellReader(text, line, 0).read_all() && !line.commands.empty();
  return line;
}

}  // namespace rlm::draft
