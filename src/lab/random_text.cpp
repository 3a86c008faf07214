#include "lab/random_text.hpp"

#include <string_view>

namespace rlm::lab {

namespace {

constexpr std::string_view kSubjects[] = {
    "The build",       "The parser",       "Our client",      "The config file", "A worker thread",
    "The cache layer", "The release note", "The test run",    "One request",     "The old script",
    "The log viewer",  "The upload page",  "The billing job", "A new account",   "The session key",
    "The index",       "The nightly task", "The first page"};
constexpr std::string_view kVerbs[] = {"reads",  "writes", "needs",    "keeps",   "drops",
                                       "shows",  "sends",  "collects", "renames", "updates",
                                       "checks", "copies", "lists",    "returns"};
constexpr std::string_view kObjects[] = {
    "the header of each file", "a list of open orders", "the last known price",
    "two rows per user",       "its own temp folder",   "the name of the branch",
    "a short summary",         "every third record",    "the result of the query",
    "the default language",    "a copy of the table",   "the time of the visit",
    "the missing field",       "an empty answer",       "the whole message",
    "the newest version"};
constexpr std::string_view kEnds[] = {"before the page loads", "when the user signs in",
                                      "after a restart",       "on the second try",
                                      "during the night",      "for each tenant",
                                      "as soon as it can",     "without a warning",
                                      "in the same step",      "once a day",
                                      "while others wait",     "at the end of the week"};

template <std::size_t N>
std::string_view pick(Random& random, const std::string_view (&words)[N]) {
  return words[random.below(N)];
}

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

std::string prose(Random& random, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    if (!text.empty()) text += ' ';
    text += pick(random, kSubjects);
    text += ' ';
    text += pick(random, kVerbs);
    text += ' ';
    text += pick(random, kObjects);
    text += ' ';
    text += pick(random, kEnds);
    text += '.';
  }
  return text;
}

}  // namespace rlm::lab
