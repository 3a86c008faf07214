#pragma once
// Automatic prompt caching, for upstreams that know marks on blocks alone.

#include "wire/json_cursor.hpp"
#include "wire/splice.hpp"

namespace rlm::dialect {

/// Puts the request's top-level `cache_control` onto the last block of its last message, which is
/// where automatic caching ends a prefix; a text in place of blocks becomes one block. Nothing
/// happens without such a mark, or where that block cannot bear one (it has its own, is empty, or
/// is thinking). The member itself stays: take it out with splice_members(). Source: Anthropic,
/// prompt caching (platform.claude.com, 2026-08-22).
void mark_last_block(wire::JsonValue request, wire::SplicedBody& body);

}  // namespace rlm::dialect
