#pragma once
// Finds the first of a set of words or phrases in a text; prepared once, then linear in the text.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rlm::route {

/// Matches whole words, ASCII case ignored. A word is a run of letters, digits, underscores and
/// non-ASCII bytes; the words of a phrase may be apart by blanks, line breaks and hyphens, so
/// "step by step" finds "Step-by-step". A keyword without a word is never found.
/// Immutable and thus shareable between threads.
class KeywordMatcher {
 public:
  /// Text beyond this is not looked at.
  static constexpr std::size_t kScanBytesMax = 64u << 10;

  KeywordMatcher() = default;
  KeywordMatcher(std::vector<std::string> keywords);  // implicit, for configuration

  /// The keyword that occurs first, as it was spelled in the constructor; of several that begin at
  /// the same place the longest. Lives as long as the matcher.
  std::optional<std::string_view> find(std::string_view text) const;

  const std::vector<std::string>& keywords() const { return keywords_; }

 private:
  struct Phrase {
    std::vector<std::string> words;  // lower case
    std::size_t keyword = 0;         // position in keywords_
  };
  // All phrases that begin with one word; found by the word's hash.
  struct Slot {
    std::uint64_t hash = 0;
    std::vector<Phrase> phrases;  // longest first; empty: a free slot
  };

  void insert(Phrase phrase);
  bool may_begin_with(std::string_view word) const;
  const Phrase* match_at(const Slot& slot, std::string_view from_first_word) const;

  std::vector<std::string> keywords_;
  std::vector<Slot> slots_;  // open addressing; a power of two, at most half full
  // Of the first words of phrases that begin with one byte, as bits: how long they are, and what
  // their second bytes are. Spares most words of a text their hash.
  struct Beginning {
    std::uint32_t lengths = 0;
    std::uint32_t seconds = 0;
  };
  std::array<Beginning, 256> beginnings_{};
};

}  // namespace rlm::route
