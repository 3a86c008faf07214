#pragma once
// Search and replace in a draft, as a verify model asks for it behind EDIT (cascade.md §5). Strict:
// what is not exactly the format, or does not fit exactly one place, changes nothing.

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace rlm::verify {

/// Why an edit changes nothing. `kRepairCauseNames` of repair.cpp are the names for x-rlm-reason.
enum class RepairCause {
  Malformed,  // a line outside a block, a marker out of order, a block that does not end
  NoBlock,    // nothing behind EDIT
  TooMany,    // more than kRepairBlocksMax blocks
  EmptySearch,
  NoChange,    // a block that replaces a text by itself
  NotFound,    // a search text that is not in the draft
  Ambiguous,   // ... that is there twice
  Overlap,     // two blocks share a byte of the draft
  EmptyResult  // nothing but blanks would be left
};
/// "malformed", "no_block", "too_many_blocks", "empty_search", "no_change", "not_found",
/// "ambiguous", "overlap", "empty_result".
std::string_view name_of(RepairCause cause);

inline constexpr std::size_t kRepairBlocksMax = 64;

/// One block. `search` occurs in the draft as written, line breaks included.
struct RepairBlock {
  std::string_view search;
  std::string_view replace;
  friend bool operator==(const RepairBlock&, const RepairBlock&) = default;
};

/// Reads what follows the EDIT line: one or more blocks of
///   <<<<<<< SEARCH
///   lines that occur exactly once in the draft
///   =======
///   lines that take their place, or none
///   >>>>>>> REPLACE
/// with nothing but blank lines between them. Blanks and \r behind a marker are tolerated; the line
/// break before a marker belongs to the marker. The views are of `edits`.
tl::expected<std::vector<RepairBlock>, RepairCause> parse_repair(std::string_view edits);

/// The draft with every block applied, all of them to the draft as it was. Linear in
/// draft × blocks.
tl::expected<std::string, RepairCause> apply_repair(std::string_view draft,
                                                    const std::vector<RepairBlock>& blocks);

/// Both steps.
tl::expected<std::string, RepairCause> repaired(std::string_view draft, std::string_view edits);

}  // namespace rlm::verify
