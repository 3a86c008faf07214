#pragma once
// How a verify model repairs a draft: search/replace blocks behind EDIT instead of a rewrite.

#include <optional>
#include <string>
#include <string_view>

namespace rlm::sim {

/// The EDIT reply that turns `draft` into `wanted`: one block for each run of sentences or lines
/// that differ, with as much around it as makes its search text occur once. Nothing when they are
/// equal, when no block format can say it, or when it would be no shorter than `wanted` itself.
std::optional<std::string> edit_reply(std::string_view draft, std::string_view wanted);

}  // namespace rlm::sim
