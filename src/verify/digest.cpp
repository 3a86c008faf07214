#include "verify/digest.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"

namespace rlm::verify {
namespace {

constexpr std::size_t kNoteBytes = 48;  // "\n[… 1234567 characters left out …]\n"
constexpr std::size_t kTokensMin = 500;

// Shares of the whole, in percent. What one part leaves over goes to the ones behind it.
constexpr std::size_t kBeforeShare = 10;
constexpr std::size_t kTaskShare = 15;
constexpr std::size_t kAnswerShare = 25;
constexpr std::size_t kEditShare = 50;  // of the rest

std::size_t cut_before(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && !begins_character(text[at])) --at;
  return at;
}

std::size_t cut_behind(std::string_view text, std::size_t at) {
  while (at < text.size() && !begins_character(text[at])) ++at;
  return at;
}

// Sections of the digest, within what is left of its bytes.
class Pages {
 public:
  explicit Pages(std::size_t bytes_max) : left_(bytes_max) {}

  std::size_t left() const { return left_; }
  // Adds as much of the text as `share` bytes allow; false when not even its beginning has room.
  bool add(std::string_view text, std::size_t share) {
    const std::size_t room = std::min(share, left_);
    if (room < kNoteBytes && room < text.size()) return false;
    const std::string part = clipped(text, room);
    left_ -= part.size();
    text_ += part;
    return true;
  }
  bool add(std::string_view text) { return add(text, left_); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t left_;
};

void append_lines(std::string& out, char mark, std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    (out += mark).append(" ").append(line).append("\n");
  }
}

std::string edits_of(const TurnStory& story) {
  std::string text;
  for (const TurnAction& action : story.actions) {
    if (action.failed) continue;
    for (const TurnEdit& edit : action.edits) {
      text.append("--- ").append(edit.path).append(edit.before.empty() ? " (written)\n" : "\n");
      append_lines(text, '-', edit.before);
      append_lines(text, '+', edit.after);
    }
  }
  return text;
}

std::string tests_of(const TurnStory& story) {
  std::string text;
  for (const TurnAction& action : story.actions)
    if (action.runs_tests)
      text += (action.failed ? "failed: " : "passed: ") + clipped(action.input, 200) + "\n";
  return text;
}

// What is done and what came of it; the result may take `room` bytes.
std::string line_of(const TurnAction& action, std::size_t number, std::size_t room) {
  std::string line = std::to_string(number) + ". " + action.tool + " ";
  line += action.edits.empty() ? clipped(action.input, 300) : action.edits.front().path;
  line += action.failed ? "\n   error: " : "\n   ";
  // A changed file's text is in the edits already.
  const bool told = !action.edits.empty() && !action.failed;
  return line + (told ? "done" : clipped(action.result, room)) + "\n";
}

void add_actions(Pages& pages, const TurnStory& story) {
  constexpr std::size_t kMoreBytes = 32;  // "1234567 more calls"
  for (std::size_t i = 0; i < story.actions.size(); ++i) {
    const std::size_t others = story.actions.size() - i;
    const std::size_t room = pages.left() - std::min(pages.left(), others > 1 ? kMoreBytes : 0);
    const std::size_t mine = room / others;
    const std::string line = line_of(story.actions[i], i + 1, mine > 120 ? mine - 120 : kNoteBytes);
    if (line.size() > room) {
      pages.add(std::to_string(others) + " more calls\n");
      return;
    }
    pages.add(line);
  }
}

}  // namespace

std::string clipped(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  if (bytes_max < kNoteBytes) return std::string(text.substr(0, cut_before(text, bytes_max)));
  const std::size_t kept = bytes_max - kNoteBytes;
  const std::size_t front = cut_before(text, kept * 2 / 3);
  const std::size_t back = cut_behind(text, text.size() - (kept - kept * 2 / 3));
  const std::size_t missing = characters_in(text.substr(front, back - front));
  return std::string(text.substr(0, front)) + "\n[… " + std::to_string(missing) +
         " characters left out …]\n" + std::string(text.substr(back));
}

bool runs_tests(std::string_view command) {
  constexpr std::array<std::string_view, 16> kRunners = {
      "ctest",      "pytest",      "unittest", "npm test",   "npm run test", "yarn test",
      "pnpm test",  "jest",        "vitest",   "cargo test", "go test",      "make test",
      "make check", "gradle test", "mvn test", "dotnet test"};
  return std::any_of(kRunners.begin(), kRunners.end(), [command](std::string_view runner) {
    for (auto at = command.find(runner); at != std::string_view::npos;
         at = command.find(runner, at + 1)) {
      const auto is_word = [](char c) {
        return c == '_' || c == '-' || c == '.' || (c >= '0' && c <= '9') ||
               ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
      };
      const std::size_t end = at + runner.size();
      if ((at == 0 || !is_word(command[at - 1])) &&
          (end == command.size() || !is_word(command[end])))
        return true;
    }
    return false;
  });
}

std::string digest_of(const TurnStory& story, const DigestConfig& config) {
  const std::size_t all = std::max(config.tokens_max, kTokensMin) * 7 / 2;
  const std::string edits = edits_of(story);
  const std::string tests = tests_of(story);
  const std::string answer = clipped(story.answer, all * kAnswerShare / 100);
  constexpr std::size_t kHeadings = 120;

  Pages pages(all - answer.size() - kHeadings);
  if (!story.before.empty()) {
    pages.add("BEFORE\n", 7);
    pages.add(story.before, all * kBeforeShare / 100);
    pages.add("\n\n", 2);
  }
  pages.add("TASK\n", 5);
  pages.add(story.task, all * kTaskShare / 100);
  Pages outcome(std::min(edits.size() + tests.size(), pages.left() * kEditShare / 100));
  outcome.add(tests, outcome.left() / 2);
  const std::string tests_told = outcome.take();
  Pages changes(outcome.left());
  changes.add(edits);
  const std::string edits_told = changes.take();

  std::string text = pages.take() + "\n\nACTIONS\n";
  Pages actions(pages.left() - std::min(pages.left(), tests_told.size() + edits_told.size()));
  add_actions(actions, story);
  text += actions.take();
  if (!edits_told.empty()) text += "\nCHANGES\n" + edits_told;
  if (!tests_told.empty()) text += "\nTESTS\n" + tests_told;
  return text + "\nANSWER\n" + answer + "\n";
}

}  // namespace rlm::verify
