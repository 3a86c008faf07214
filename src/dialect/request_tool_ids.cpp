#include "dialect/request_tool_ids.hpp"

#include <algorithm>

#include "wire/draft_block.hpp"

namespace rlm::dialect {

std::string_view RequestToolIds::nth(std::string_view id, std::size_t number) {
  if (number <= 1 && wire::is_tool_id(id, bytes_max_)) return id;
  // What begins with a slash is no id anywhere, and so becomes a hash.
  std::string distinct = "/" + std::string(id);
  if (number > 1) distinct += "/" + std::to_string(number);
  return made_.emplace_back(wire::draft_tool_id(distinct));
}

std::string_view RequestToolIds::of_call(std::string_view id) {
  return nth(id, ++uses_[id].calls);
}

std::string_view RequestToolIds::of_result(std::string_view id) {
  Uses& uses = uses_[id];
  return nth(id, std::min(++uses.results, uses.calls));
}

}  // namespace rlm::dialect
