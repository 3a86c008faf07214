#include "verify/repair.hpp"

#include <algorithm>
#include <array>

namespace rlm::verify {
namespace {

constexpr std::string_view kSearchMark = "<<<<<<< SEARCH";
constexpr std::string_view kMiddleMark = "=======";
constexpr std::string_view kReplaceMark = ">>>>>>> REPLACE";
constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kWhitespace = " \t\r\n";

constexpr std::array<std::string_view, 9> kRepairCauseNames = {
    "malformed", "no_block",  "too_many_blocks", "empty_search", "no_change",
    "not_found", "ambiguous", "overlap",         "empty_result"};

// One line of the edits, and where it stands.
struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;    // without its line break
  std::string_view mark;  // without trailing blanks

  bool is_marker() const {
    return mark == kSearchMark || mark == kMiddleMark || mark == kReplaceMark;
  }
};

class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  bool next(Line& line) {
    if (at_ >= text_.size()) return false;
    line.begin = at_;
    line.end = std::min(text_.find('\n', at_), text_.size());
    at_ = line.end + 1;
    const auto whole = text_.substr(line.begin, line.end - line.begin);
    line.mark = whole.substr(0, whole.find_last_not_of(kBlanks) + 1);
    return true;
  }

  // The lines up to the next marker, which must be `expected`.
  bool take_until(std::string_view expected, std::string_view& taken) {
    const std::size_t begin = std::min(at_, text_.size());
    for (Line line; next(line);) {
      if (!line.is_marker()) continue;
      if (line.mark != expected) return false;
      taken =
          line.begin == begin ? std::string_view() : text_.substr(begin, line.begin - 1 - begin);
      return true;
    }
    return false;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// Where a block's search text stands in the draft.
struct Place {
  std::size_t begin = 0;
  const RepairBlock* block = nullptr;
};

tl::expected<std::vector<Place>, RepairCause> places_of(std::string_view draft,
                                                        const std::vector<RepairBlock>& blocks) {
  std::vector<Place> places;
  for (const RepairBlock& block : blocks) {
    if (block.search.empty()) return tl::unexpected(RepairCause::EmptySearch);
    const std::size_t begin = draft.find(block.search);
    if (begin == std::string_view::npos) return tl::unexpected(RepairCause::NotFound);
    if (draft.find(block.search, begin + 1) != std::string_view::npos)
      return tl::unexpected(RepairCause::Ambiguous);
    places.push_back({begin, &block});
  }
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < places.size(); ++i)
    if (places[i - 1].begin + places[i - 1].block->search.size() > places[i].begin)
      return tl::unexpected(RepairCause::Overlap);
  return places;
}

}  // namespace

std::string_view name_of(RepairCause cause) {
  return kRepairCauseNames[static_cast<std::size_t>(cause)];
}

tl::expected<std::vector<RepairBlock>, RepairCause> parse_repair(std::string_view edits) {
  std::vector<RepairBlock> blocks;
  Lines lines(edits);
  for (Line line; lines.next(line);) {
    if (line.mark.empty()) continue;
    if (line.mark != kSearchMark) return tl::unexpected(RepairCause::Malformed);
    RepairBlock block;
    if (!lines.take_until(kMiddleMark, block.search) ||
        !lines.take_until(kReplaceMark, block.replace))
      return tl::unexpected(RepairCause::Malformed);
    if (blocks.size() == kRepairBlocksMax) return tl::unexpected(RepairCause::TooMany);
    if (block.search.empty()) return tl::unexpected(RepairCause::EmptySearch);
    if (block.search == block.replace) return tl::unexpected(RepairCause::NoChange);
    blocks.push_back(block);
  }
  if (blocks.empty()) return tl::unexpected(RepairCause::NoBlock);
  return blocks;
}

tl::expected<std::string, RepairCause> apply_repair(std::string_view draft,
                                                    const std::vector<RepairBlock>& blocks) {
  const auto places = places_of(draft, blocks);
  if (!places) return tl::unexpected(places.error());
  std::string result;
  std::size_t done = 0;
  for (const Place& place : *places) {
    result.append(draft.substr(done, place.begin - done)).append(place.block->replace);
    done = place.begin + place.block->search.size();
  }
  result.append(draft.substr(done));
  if (result.find_first_not_of(kWhitespace) == std::string::npos)
    return tl::unexpected(RepairCause::EmptyResult);
  return result;
}

tl::expected<std::string, RepairCause> repaired(std::string_view draft, std::string_view edits) {
  const auto blocks = parse_repair(edits);
  if (!blocks) return tl::unexpected(blocks.error());
  return apply_repair(draft, *blocks);
}

}  // namespace rlm::verify
