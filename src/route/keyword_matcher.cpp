#include "route/keyword_matcher.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace rlm::route {
namespace {

// Each byte in lower case, or 0 where it separates words.
constexpr std::array<unsigned char, 256> kFolded = [] {
  std::array<unsigned char, 256> folded{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool lower_or_digit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (lower_or_digit || c == '_' || c >= 0x80) folded[c] = static_cast<unsigned char>(c);
    if (c >= 'A' && c <= 'Z') folded[c] = static_cast<unsigned char>(c + ('a' - 'A'));
  }
  return folded;
}();

constexpr std::uint64_t kHashStart = 14695981039346656037u;  // FNV-1a

unsigned char folded(char c) {
  return kFolded[static_cast<unsigned char>(c)];
}

std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size() && folded(text[at]) != 0) ++at;
  return at;
}

std::uint64_t hash_of(std::string_view word) {
  std::uint64_t hash = kHashStart;
  for (const char c : word) hash = (hash ^ folded(c)) * 1099511628211u;
  return hash;
}

// All lengths beyond the last bit share it.
std::uint32_t length_bit(std::string_view word) {
  return 1u << std::min<std::size_t>(word.size(), 31);
}

// Letters have bits of their own; a word of one letter has none.
std::uint32_t second_bit(std::string_view word) {
  return word.size() < 2 ? 0 : 1u << (folded(word[1]) & 31);
}

// Drops `word` (lower case) off the front of `text` when it is the whole first word.
bool take_word(std::string_view& text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (folded(text[i]) != static_cast<unsigned char>(word[i])) return false;
  if (text.size() > word.size() && folded(text[word.size()]) != 0) return false;
  text.remove_prefix(word.size());
  return true;
}

std::vector<std::string> words_of(std::string_view keyword) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < keyword.size();) {
    const std::size_t end = word_end(keyword, at);
    if (end > at) {
      std::string& word = words.emplace_back();
      for (const char c : keyword.substr(at, end - at)) word += static_cast<char>(folded(c));
    }
    at = end + 1;
  }
  return words;
}

}  // namespace

KeywordMatcher::KeywordMatcher(std::vector<std::string> keywords)
    : keywords_(std::move(keywords)), slots_(std::bit_ceil(2 * keywords_.size() + 1)) {
  for (std::size_t i = 0; i < keywords_.size(); ++i) {
    auto words = words_of(keywords_[i]);
    if (!words.empty()) insert({std::move(words), i});
  }
}

void KeywordMatcher::insert(Phrase phrase) {
  const std::string& first = phrase.words.front();
  Beginning& beginning = beginnings_[static_cast<unsigned char>(first.front())];
  beginning.lengths |= length_bit(first);
  beginning.seconds |= second_bit(first);
  const std::uint64_t hash = hash_of(first);
  std::size_t at = hash & (slots_.size() - 1);
  while (!slots_[at].phrases.empty() && slots_[at].hash != hash)
    at = (at + 1) & (slots_.size() - 1);
  slots_[at].hash = hash;
  auto& phrases = slots_[at].phrases;
  const auto shorter = std::find_if(phrases.begin(), phrases.end(), [&phrase](const Phrase& other) {
    return other.words.size() < phrase.words.size();
  });
  phrases.insert(shorter, std::move(phrase));
}

bool KeywordMatcher::may_begin_with(std::string_view word) const {
  if (word.empty()) return false;
  const Beginning& beginning = beginnings_[folded(word.front())];
  if ((beginning.lengths & length_bit(word)) == 0) return false;
  return word.size() < 2 || (beginning.seconds & second_bit(word)) != 0;
}

const KeywordMatcher::Phrase* KeywordMatcher::match_at(const Slot& slot,
                                                       std::string_view from_first_word) const {
  for (const Phrase& phrase : slot.phrases) {
    std::string_view rest = from_first_word;
    bool matches = take_word(rest, phrase.words.front());
    for (std::size_t i = 1; matches && i < phrase.words.size(); ++i) {
      const std::size_t gap = std::min(rest.find_first_not_of(" \t\r\n-"), rest.size());
      rest.remove_prefix(gap);
      matches = gap > 0 && take_word(rest, phrase.words[i]);
    }
    if (matches) return &phrase;
  }
  return nullptr;
}

std::optional<std::string_view> KeywordMatcher::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  text = text.substr(0, kScanBytesMax);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = word_end(text, at);
    const auto word = text.substr(at, end - at);
    if (may_begin_with(word)) {
      const std::uint64_t hash = hash_of(word);
      for (std::size_t i = hash & mask; !slots_[i].phrases.empty(); i = (i + 1) & mask)
        if (slots_[i].hash == hash)
          if (const Phrase* found = match_at(slots_[i], text.substr(at)))
            return keywords_[found->keyword];
    }
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace rlm::route
