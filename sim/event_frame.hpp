#pragma once
// AWS's binary event stream, written (upstreams.md §4.2).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rlm::sim {

/// One message with string headers and both checksums.
std::string event_frame(const std::vector<std::pair<std::string_view, std::string_view>>& headers,
                        std::string_view payload);
/// An event of a Messages stream, wrapped as InvokeModelWithResponseStream does.
std::string chunk_frame(std::string_view event_json);
/// `type` as the stream names it: "throttlingException".
std::string exception_frame(std::string_view type, std::string_view message);

}  // namespace rlm::sim
