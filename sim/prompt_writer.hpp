#pragma once
// Puts the prompt's blocks together: canonical text, token counts and the running hash that caches
// are keyed by.

#include <string_view>

#include "sim/sim_request.hpp"

namespace rlm::sim {

/// Fed in the provider's order. A text block and a plain string give the same block, so a message
/// that loses its cache mark keeps its hash.
class PromptWriter {
 public:
  explicit PromptWriter(SimRequest& request) : request_(request) {}

  /// Something that is no block but invalidates caches behind it, e.g. tool_choice. Thinking is not
  /// bound to it.
  void salt(std::string_view setting);
  /// `kind` tells roles and types apart: "system", "user:text", ...
  void add(std::string_view kind, std::string_view text, Mark mark, bool cacheable = true);
  /// A block that is not text: its JSON without its own cache_control.
  void add_json(std::string_view kind, wire::JsonValue block, Mark mark, bool cacheable = true);

 private:
  void append_without_mark(wire::JsonValue block);
  void close_block(std::string_view kind, std::size_t begin, Tokens tokens, Mark mark,
                   bool cacheable);

  SimRequest& request_;
  std::uint64_t chain_ = 0;
};

/// The cache_control of a block or of the request.
Mark mark_of(wire::JsonValue holder);

}  // namespace rlm::sim
