#pragma once
// The reader behind read_shell_line(): lists and redirections in shell_command.cpp, words in
// shell_words.cpp.

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "draft/shell_command.hpp"

namespace rlm::draft {

inline constexpr int kShellDepthMax = 24;

inline bool is_shell_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Takes a line apart; one per text. Recursion is bounded by `depth`.
class ShellReader {
 public:
  ShellReader(std::string_view text, ShellLine& line, int depth)
      : text_(text), line_(line), depth_(depth) {}

  bool read_all();
  /// The text of a here-document whose delimiter was not quoted.
  bool read_document();
  bool document_is_dynamic() const { return document_is_dynamic_; }

 private:
  struct Document {
    std::string delimiter;
    bool quoted = false;
    bool strips_tabs = false;
    std::size_t command = 0;  // in line_.commands, once it is finished
  };

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool done() const { return !ok_ || at_ >= text_.size(); }
  void refuse() { ok_ = false; }

  // Commands up to `closer` (')', or 0 for the end of the text), which is not consumed.
  void read_list(char closer);
  // Some shells, used interactively, know no comments: one that would do something is not trusted.
  void skip_comment();
  void finish(ShellCommand& current);
  void read_subshell(ShellCommand& current);
  // A list up to the closing parenthesis, behind the opening one.
  void read_nested();
  // A redirection or a word.
  void read_part(ShellCommand& current);
  void add_word(ShellCommand& current, ShellWord word);
  // The length of NAME in NAME=… or NAME+=…; 0 when the word is no assignment.
  static std::size_t assigned_name(std::string_view word);
  void read_redirect(ShellCommand& current);
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }

  void read_here_string(ShellCommand& current);
  void open_document(ShellCommand& current, bool strips_tabs);
  // Behind a line break: the texts of the here-documents that the line opened.
  void read_documents();
  void read_word(ShellWord& word);
  // {a,b} or {1..3}: anything within braces that the shell might take apart.
  bool is_brace_expansion() const;
  void read_escape(ShellWord& word);
  void read_single_quoted(ShellWord& word);
  // Up to `closer`, or to the end of the text when that is 0.
  void read_double_quoted(ShellWord& word, char closer);
  void read_backticks(ShellWord& word);
  void read_dollar(ShellWord& word, bool in_quotes);
  // $'…': its escapes can write anything, so the word counts as unknown.
  void read_ansi_quoted(ShellWord& word);

  static constexpr std::size_t kUnfinished = static_cast<std::size_t>(-1);

  std::string_view text_;
  ShellLine& line_;
  int depth_;
  std::size_t at_ = 0;
  bool ok_ = true;
  bool document_is_dynamic_ = false;
  int for_words_ = 0;  // 1: the words being read are those of `for`
  std::vector<Document> documents_;
};

}  // namespace rlm::draft
