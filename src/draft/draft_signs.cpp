#include "draft/draft_signs.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "draft/draft_lines.hpp"

namespace rlm::draft {
namespace {

constexpr std::size_t kLettersMin = 40;

// Number of backticks that open the line as a fence; 0 for any other line.
std::size_t fence_size(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const std::size_t size = std::min(line.find_first_not_of('`'), line.size());
  return size >= 3 ? size : 0;
}

// Follows fences line by line: an opening one is closed by one at least as long with nothing
// behind.
class FenceWalk {
 public:
  /// True when the line is code or a fence.
  bool feed(std::string_view line) {
    const std::size_t size = fence_size(line);
    if (size == 0) return open_ != 0;
    ++count_;
    const auto ticks = line.find('`');
    const bool bare = trimmed(line.substr(ticks + size)).empty();
    if (open_ == 0)
      open_ = size;
    else if (bare && size >= open_)
      open_ = 0;
    return true;
  }
  bool open() const { return open_ != 0; }
  std::size_t count() const { return count_; }

 private:
  std::size_t open_ = 0;
  std::size_t count_ = 0;
};

struct Letters {
  std::size_t latin = 0;
  std::size_t cjk = 0;  // Han, Kana, Hangul

  std::size_t all() const { return latin + cjk; }
  bool mostly_latin() const { return latin >= 20 * cjk; }
  bool mostly_cjk() const { return cjk >= latin; }
};

void count_letters(std::string_view line, Letters& letters) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ++letters.latin;
    if (byte >= 0xc3 && byte <= 0xc9) ++letters.latin;  // U+00C0 to U+024F
    if (byte < 0xe3 || byte > 0xed || i + 1 >= line.size()) continue;
    // U+3040 on: E3 81; behind U+9FFF only Hangul, U+AC00 to U+D7AF, is counted.
    const auto next = static_cast<unsigned char>(line[i + 1]);
    const bool han_or_kana = (byte == 0xe3 && next >= 0x81) || (byte >= 0xe4 && byte <= 0xe9);
    const bool hangul = byte >= 0xeb || (byte == 0xea && next >= 0xb0);
    if (han_or_kana || hangul) ++letters.cjk;
  }
}

Letters letters_outside_code(std::string_view text) {
  Letters letters;
  FenceWalk fences;
  while (!text.empty()) {
    const auto line = take_line(text);
    if (!fences.feed(line)) count_letters(line, letters);
  }
  return letters;
}

bool names_a_language(std::string_view user_text) {
  constexpr std::array<std::string_view, 17> kWords = {
      "translat", "chinese", "mandarin", "cantonese", "japanese", "korean",
      "english",  "翻译",    "翻譯",     "翻訳",      "英文",     "英语",
      "英語",     "中文",    "日本語",   "번역",      "영어"};
  std::string lower(user_text.substr(0, 64u << 10));
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return std::any_of(kWords.begin(), kWords.end(), [&lower](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

}  // namespace

bool has_open_fence(std::string_view text) {
  FenceWalk fences;
  while (!text.empty()) fences.feed(take_line(text));
  // Fences nested without longer outer ones look open to the walk; their number is even all the
  // same.
  return fences.open() && fences.count() % 2 == 1;
}

bool is_in_wrong_script(std::string_view user_text, std::string_view answer) {
  const Letters asked = letters_outside_code(user_text);
  const Letters answered = letters_outside_code(answer);
  if (asked.all() < kLettersMin || answered.all() < kLettersMin) return false;
  const bool wrong = (asked.mostly_latin() && answered.mostly_cjk()) ||
                     (asked.mostly_cjk() && answered.mostly_latin());
  return wrong && !names_a_language(user_text);
}

}  // namespace rlm::draft
