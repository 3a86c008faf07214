// Property: an applied repair changes exactly the named places: each search text occurs exactly
// once in the draft, and a walk over the draft that knows nothing of places gives the same.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "verify/repair.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

// The same by another way: walk the draft, and at each byte ask which block begins there.
std::string walk(std::string_view draft, const std::vector<rlm::verify::RepairBlock>& blocks) {
  std::string result;
  for (std::size_t at = 0; at < draft.size();) {
    const auto here = std::find_if(blocks.begin(), blocks.end(), [&](const auto& block) {
      return draft.substr(at).starts_with(block.search);
    });
    if (here == blocks.end()) {
      result += draft[at++];
      continue;
    }
    result += here->replace;
    at += here->search.size();
  }
  return result;
}

}  // namespace

// The draft and the edits are divided by the first zero byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = std::min(input.find('\0'), input.size());
  const auto draft = input.substr(0, middle);
  const auto edits = input.substr(std::min(middle + 1, input.size()));

  const auto blocks = rlm::verify::parse_repair(edits);
  if (!blocks) return 0;
  require(!blocks->empty() && blocks->size() <= rlm::verify::kRepairBlocksMax);
  for (const auto& block : *blocks) require(count_of(edits, block.search) >= 1);

  const auto result = rlm::verify::apply_repair(draft, *blocks);
  if (!result) return 0;
  for (const auto& block : *blocks) require(count_of(draft, block.search) == 1);
  require(*result == walk(draft, *blocks));
  return 0;
}
