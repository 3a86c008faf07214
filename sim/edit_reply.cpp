#include "sim/edit_reply.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rlm::sim {
namespace {

constexpr std::size_t kPiecesMax = 2000;  // the comparison is quadratic
constexpr std::size_t kBlocksMax = 64;

using Pieces = std::vector<std::string_view>;

// Pieces [from, to) of the draft that become pieces [new_from, new_to) of what is wanted.
struct Hunk {
  std::size_t from = 0, to = 0;
  std::size_t new_from = 0, new_to = 0;
};

// Sentences and lines, each with what follows it.
Pieces pieces_of(std::string_view text) {
  Pieces pieces;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ends = text[i] == '\n' || (text[i] == ' ' && i > 0 && text[i - 1] == '.');
    if (!ends && i + 1 < text.size()) continue;
    pieces.push_back(text.substr(begin, i + 1 - begin));
    begin = i + 1;
  }
  return pieces;
}

std::string_view joined(std::string_view text, const Pieces& pieces, std::size_t from,
                        std::size_t to) {
  if (from == to) return {};
  const auto begin = static_cast<std::size_t>(pieces[from].data() - text.data());
  const auto end =
      static_cast<std::size_t>(pieces[to - 1].data() - text.data()) + pieces[to - 1].size();
  return text.substr(begin, end - begin);
}

// Runs that differ, by the longest common subsequence.
std::vector<Hunk> hunks_of(const Pieces& a, const Pieces& b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::uint16_t> common((a.size() + 1) * width, 0);
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint16_t& {
    return common[i * width + j];
  };
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      at(i, j) = a[i] == b[j] ? static_cast<std::uint16_t>(at(i + 1, j + 1) + 1)
                              : std::max(at(i + 1, j), at(i, j + 1));
  std::vector<Hunk> hunks;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i, ++j;
      continue;
    }
    Hunk hunk{i, i, j, j};
    while ((i < a.size() || j < b.size()) && !(i < a.size() && j < b.size() && a[i] == b[j]))
      j >= b.size() || (i < a.size() && at(i + 1, j) >= at(i, j + 1)) ? ++i : ++j;
    hunk.to = i;
    hunk.new_to = j;
    hunks.push_back(hunk);
  }
  return hunks;
}

bool occurs_once(std::string_view text, std::string_view part) {
  const std::size_t first = text.find(part);
  return !part.empty() && first != std::string_view::npos &&
         text.find(part, first + 1) == std::string_view::npos;
}

// Widens the hunk until what it replaces occurs once; false when the whole draft does not.
bool widen(Hunk& hunk, std::string_view draft, const Pieces& pieces, std::size_t new_count) {
  while (!occurs_once(draft, joined(draft, pieces, hunk.from, hunk.to))) {
    const bool left = hunk.from > 0 && hunk.new_from > 0;
    const bool right = hunk.to < pieces.size() && hunk.new_to < new_count;
    if (!left && !right) return false;
    if (left) --hunk.from, --hunk.new_from;
    if (right && !left) ++hunk.to, ++hunk.new_to;
  }
  return true;
}

bool holds_a_marker(std::string_view text) {
  const std::string lines = "\n" + std::string(text);
  for (const char* mark : {"\n<<<<<<< SEARCH", "\n=======", "\n>>>>>>> REPLACE"})
    if (lines.find(mark) != std::string::npos) return true;
  return false;
}

void append_part(std::string& reply, std::string_view text) {
  reply.append(text);
  if (!text.empty()) reply += '\n';
}

}  // namespace

std::optional<std::string> edit_reply(std::string_view draft, std::string_view wanted) {
  const Pieces old_pieces = pieces_of(draft);
  const Pieces new_pieces = pieces_of(wanted);
  if (old_pieces.size() > kPiecesMax || new_pieces.size() > kPiecesMax) return std::nullopt;
  std::vector<Hunk> hunks = hunks_of(old_pieces, new_pieces);
  if (hunks.empty() || hunks.size() > kBlocksMax) return std::nullopt;
  std::string reply = "EDIT\n";
  std::size_t done = 0;
  for (Hunk& hunk : hunks) {
    if (!widen(hunk, draft, old_pieces, new_pieces.size()) || hunk.from < done) return std::nullopt;
    done = hunk.to;
    const auto search = joined(draft, old_pieces, hunk.from, hunk.to);
    const auto replace = joined(wanted, new_pieces, hunk.new_from, hunk.new_to);
    if (holds_a_marker(search) || holds_a_marker(replace)) return std::nullopt;
    append_part(reply += "<<<<<<< SEARCH\n", search);
    append_part(reply += "=======\n", replace);
    reply += ">>>>>>> REPLACE\n";
  }
  if (reply.size() >= wanted.size()) return std::nullopt;
  return reply;
}

}  // namespace rlm::sim
