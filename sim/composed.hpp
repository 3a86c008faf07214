#pragma once
// A reply fitted to its request: ids, thinking, stop sequences and max_tokens applied, tokens
// counted.

#include <string>
#include <vector>

#include "sim/mind.hpp"
#include "sim/reply.hpp"

namespace rlm::sim {

struct Composed {
  std::string message_id;
  std::vector<ReplyBlock> blocks;
  std::string stop_reason;
  std::string stop_sequence;   // empty: null
  std::string signature;       // of the thinking block
  bool hide_thinking = false;  // display omitted: the text stays with the server
  bool cut = false;            // max_tokens ended the last block early
  Tokens output_tokens = 0;
  std::size_t bytes = 0;  // of all blocks

  /// Tokens generated when `bytes_done` bytes of the blocks' texts are out; at least 1 once
  /// something is.
  Tokens tokens_after(std::size_t bytes_done) const;
};

/// `occurrence` tells repetitions of the same body apart, so that ids stay unique.
Composed compose(Reply reply, const SimRequest& request, const SimConfig& config, const Mind& mind,
                 std::uint64_t occurrence);

/// A block's text as its deltas: its own ones, else cut into this many tokens each.
std::vector<std::string> pieces_of(const ReplyBlock& block, int tokens_per_event);

/// The largest cut of `text` at or below `bytes` that splits no UTF-8 character.
std::size_t whole_characters(std::string_view text, std::size_t bytes);

}  // namespace rlm::sim
