#pragma once
// A user turn of an agent in few words: what a verify model is shown where its own view of the
// whole conversation would have to be written into a cache first (cascade.md §7b).

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rlm::verify {

/// A replaced text of a file.
struct TurnEdit {
  std::string path;
  std::string before;  // empty: written as a new text
  std::string after;
};

/// One tool call of the turn with what came of it.
struct TurnAction {
  std::string tool;
  std::string input;   // as JSON
  std::string result;  // its text; empty while there is none
  bool failed = false;
  std::vector<TurnEdit> edits;  // what it changed; the input is then not repeated
  bool runs_tests = false;
};

struct TurnStory {
  std::string before;  // what was said before the turn, shortened; may be empty
  std::string task;    // the user's text
  std::vector<TurnAction> actions;
  std::string answer;  // the terminal answer that is to be judged
};

struct DigestConfig {
  /// Tokens of the whole digest, at 3.5 bytes each. At least 500.
  std::size_t tokens_max = 15'000;
};

/// What was said before, task, actions in order with clipped results, a diff-like summary of the
/// edits, the outcomes of tests, and the answer last. Never beyond the limit. What does not fit is
/// clipped in its middle, and the place says how many characters are missing: results first, then
/// edits, then task and answer; actions that find no room at all are counted. Pure; linear in the
/// story.
std::string digest_of(const TurnStory& story, const DigestConfig& config = {});

/// The command runs a project's tests, as far as its words tell ("ctest -R x", "npm test", "make
/// check").
bool runs_tests(std::string_view command);

/// `text` with its middle left out so that it holds at most `bytes_max` bytes, the note about what
/// is missing included; cut between characters. Texts that fit stay. Below 48 bytes only the front
/// is kept.
std::string clipped(std::string_view text, std::size_t bytes_max);

}  // namespace rlm::verify
