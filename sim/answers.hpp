#pragma once
// What the model knows: rules and recorded pairs from JSON Lines files.
//
// A rule: {"match": TEXT | "equals": TEXT, ...} where `match` is a part of the last user text and
// `equals` the whole of it, and either a fixed answer (the keys of a reply, reply.hpp) or {"right":
// TEXT | [TEXT...], "wrong": TEXT | [TEXT...]}, chosen by the model's accuracy. A fixed answer may
// carry `right` and `wrong` too: they tell a verdict what a draft is worth. A pair record (data
// with `messages`, `draft`, `verify`, each side with `text` or `tool_calls`, `correct`): answered
// with the configured side.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/reply.hpp"

namespace rlm::sim {

struct Rule {
  std::string match;
  bool exact = false;
  std::optional<Reply> answer;
  std::vector<std::string> right;
  std::vector<std::string> wrong;

  /// Whether a draft is right: equal to a known text or to the model's own answer, else containing
  /// a right one, else a wrong one; nothing when unknown.
  std::optional<bool> judge(std::string_view draft) const;
};

/// Immutable after loading.
class Answers {
 public:
  /// BadRequest (Source::Self) with file and line of each bad line, at most ten.
  static Result<Answers> load(const std::vector<std::string>& files, Side side);
  /// Adds the lines of one text. Mistakes are appended to `mistakes`.
  void add_lines(std::string_view lines, Side side, std::string_view origin, std::string& mistakes);

  /// The first `equals` rule for this text, else the first `match` rule; null when there is none.
  const Rule* find(std::string_view user_text) const;
  std::size_t size() const { return rules_.size(); }

 private:
  void add(Rule rule);

  std::vector<Rule> rules_;
  std::unordered_map<std::string, std::size_t> exact_;
  std::vector<std::size_t> partial_;
};

/// The bytes of a file, decompressed when its name ends in `.zst`. BadRequest (Source::Self).
Result<std::string> read_lines_file(const std::string& path);

}  // namespace rlm::sim
