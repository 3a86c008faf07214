#include "dialect/message_names.hpp"

#include <algorithm>

#include "wire/draft_block.hpp"

namespace rlm::dialect {

std::string AnswerToolIds::take(std::string_view upstream_id) {
  std::string id = upstream_id.empty() ? std::string() : wire::draft_tool_id(upstream_id);
  // The slash makes it a hash.
  if (id.empty() || std::find(taken_.begin(), taken_.end(), id) != taken_.end())
    id = wire::draft_tool_id(message_id_ + "/" + std::to_string(taken_.size()));
  taken_.push_back(id);
  return id;
}

}  // namespace rlm::dialect
