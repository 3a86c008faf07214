#include "draft/draft_signs.hpp"

#include <algorithm>
#include <cstring>

#include "draft/draft_lines.hpp"

namespace rlm::draft {
namespace {

constexpr std::size_t kRepeatsMin = 8;
constexpr std::size_t kPeriodMin = 20;  // shorter periods show up as their multiples
constexpr std::size_t kPeriodMax = 2048;
// Rules and paddings of dashes, blanks or zeros are no sign below this size.
constexpr std::size_t kLetterlessBytesMin = 1000;
constexpr std::size_t kWorkPerByteMax = 64;

// A letter of any script, judged by lead bytes: U+2000 to U+2FFF are punctuation and drawings.
bool is_letter_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= 0xc3 && byte <= 0xef && byte != 0xe2);
}

bool has_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_letter_byte);
}

bool repeats_a_line(std::string_view text) {
  std::string_view previous;
  std::size_t count = 0;
  while (!text.empty()) {
    const auto line = trimmed(take_line(text));
    if (line.empty()) continue;
    count = line == previous ? count + 1 : 1;
    previous = line;
    if (count >= kRepeatsMin && has_letter(line)) return true;
  }
  return false;
}

// Size of the stretch around `at` in which every byte equals the one `period` before it; at most
// what eight repeats need.
std::size_t periodic_bytes_at(std::string_view text, std::size_t at, std::size_t period) {
  const std::size_t most = std::max(kRepeatsMin * period, kLetterlessBytesMin + period);
  std::size_t begin = at;
  while (begin > period && at - begin < most && text[begin - 1] == text[begin - 1 - period])
    --begin;
  std::size_t end = at;
  while (end < text.size() && end - begin < most && text[end] == text[end - period]) ++end;
  return end - begin;
}

// A stretch of eight repeats of a period p holds 7p bytes that equal the byte p before them, so it
// cannot be missed by looking only at every 3p-th byte: n/20 + n/21 + … probes in all.
bool repeats_a_piece(std::string_view text) {
  constexpr std::size_t kProbe = 8;
  std::size_t work = 0;
  const std::size_t longest = std::min(kPeriodMax, text.size() / kRepeatsMin);
  for (std::size_t period = kPeriodMin; period <= longest; ++period) {
    for (std::size_t at = period; at + kProbe <= text.size(); at += 3 * period) {
      if (std::memcmp(text.data() + at, text.data() + at - period, kProbe) != 0) continue;
      const std::size_t size = periodic_bytes_at(text, at, period);
      if (size >= (kRepeatsMin - 1) * period &&
          (size >= kLetterlessBytesMin || has_letter(text.substr(at - period, period))))
        return true;
      work += size;
      if (work > kWorkPerByteMax * text.size()) return false;  // made to be slow, not a loop
    }
  }
  return false;
}

}  // namespace

bool is_degenerate(std::string_view text) {
  return repeats_a_line(text) || repeats_a_piece(text);
}

}  // namespace rlm::draft
