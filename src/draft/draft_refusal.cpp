#include "draft/draft_signs.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "draft/draft_lines.hpp"

namespace rlm::draft {
namespace {

constexpr std::size_t kRefusalBytesMax = 700;  // longer texts hold an answer beside the apology
constexpr std::size_t kOpeningBytes = 200;

// Openings that are a refusal by themselves, whatever follows.
constexpr std::array<std::string_view, 5> kRefusals = {"i must decline", "i have to decline",
                                                       "that's beyond my current scope",
                                                       "作为一个人工智能", "我无法回答"};
// What a model calls itself behind "as a" or "as an"; an AI engineer is somebody else.
constexpr std::array<std::string_view, 2> kArticles = {"as an ", "as a "};
constexpr std::array<std::string_view, 7> kSelfNames = {
    "ai language model",      "ai model",
    "ai assistant",           "ai,",
    "language model",         "large language model",
    "artificial intelligence"};
constexpr std::array<std::string_view, 10> kApologies = {
    "i'm sorry",    "i am sorry",    "sorry",  "i apologize", "i apologise",
    "my apologies", "unfortunately", "很抱歉", "抱歉",        "对不起"};
constexpr std::array<std::string_view, 2> kInabilitiesAfterApology = {"我无法", "我不能"};
constexpr std::array<std::string_view, 10> kInabilities = {
    "i can't ",         "i cannot ",         "i can not ", "i'm unable to ", "i am unable to ",
    "i'm not able to ", "i am not able to ", "i won't ",   "i will not ",    "i'm not allowed to "};
// What one is unable to do in a refusal. "I can't find a bug" and "I can't reproduce it" are
// answers.
constexpr std::array<std::string_view, 25> kDeclinedVerbs = {
    "help",    "assist",   "provide", "comply",    "fulfill",  "fulfil", "answer",
    "do that", "do this",  "create",  "generate",  "write",    "share",  "discuss",
    "engage",  "continue", "support", "process",   "complete", "access", "browse",
    "open",    "view",     "respond", "be able to"};

// Lower case, typographic apostrophes and commas as ASCII, single blanks.
std::string plain_opening(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size() && plain.size() < kOpeningBytes; ++i) {
    const auto rest = text.substr(i);
    if (rest.starts_with("’")) {
      plain += '\'';
      i += 2;
    } else if (rest.starts_with("，")) {
      plain += ',';
      i += 2;
    } else if (kWhitespace.find(text[i]) != std::string_view::npos) {
      if (!plain.empty() && plain.back() != ' ') plain += ' ';
    } else {
      const char c = text[i];
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
  }
  return plain;
}

template <class Words>
bool drop_one_of(std::string_view& text, const Words& words) {
  for (const auto word : words)
    if (text.starts_with(word)) {
      text.remove_prefix(word.size());
      return true;
    }
  return false;
}

void drop_joint(std::string_view& text) {  // ", but " and its like
  const auto drop = [&text](std::string_view set) {
    text.remove_prefix(std::min(text.find_first_not_of(set), text.size()));
  };
  drop(" ,.;:-!");
  if (text.starts_with("but ")) text.remove_prefix(4);
  drop(" ,");
}

bool opens_with_refusal(std::string_view text) {
  if (drop_one_of(text, kRefusals)) return true;
  return drop_one_of(text, kArticles) && drop_one_of(text, kSelfNames);
}

}  // namespace

bool is_refusal(std::string_view text) {
  text = trimmed(text);
  if (text.size() > kRefusalBytesMax) return false;
  const std::string plain = plain_opening(text);
  std::string_view opening = plain;
  if (opens_with_refusal(opening)) return true;
  if (drop_one_of(opening, kApologies)) {
    drop_joint(opening);
    if (opens_with_refusal(opening)) return true;
    if (drop_one_of(opening, kInabilitiesAfterApology)) return true;
  }
  return drop_one_of(opening, kInabilities) && drop_one_of(opening, kDeclinedVerbs);
}

bool may_become_refusal(std::string_view beginning) {
  constexpr std::size_t kUndecidedBytesMax = 48;
  beginning.remove_prefix(std::min(beginning.find_first_not_of(kWhitespace), beginning.size()));
  if (beginning.size() > kUndecidedBytesMax) return false;
  const std::string plain = plain_opening(beginning);
  const auto opens_alike = [&plain](std::string_view word) {
    const std::size_t common = std::min(word.size(), plain.size());
    return word.substr(0, common) == std::string_view(plain).substr(0, common);
  };
  const auto any = [&opens_alike](const auto& words) {
    return std::any_of(words.begin(), words.end(), opens_alike);
  };
  return any(kRefusals) || any(kApologies) || any(kInabilities) || any(kArticles);
}

}  // namespace rlm::draft
