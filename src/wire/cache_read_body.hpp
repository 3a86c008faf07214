#pragma once
// The request that reads a prompt's cache and asks for nothing.

#include <optional>

#include "base/buffer.hpp"
#include "domain/request.hpp"
#include "wire/json_cursor.hpp"
#include "wire/splice.hpp"

namespace rlm::wire {

/// The client's bytes with `max_tokens` 0, not streamed: the model bills the prompt's read and says
/// nothing. All that the prompt's cache depends on stays as it was sent. Nothing when the API
/// refuses such a request (anthropic-messages.md §4): with thinking `enabled`, a structured output
/// format, or a tool_choice that demands a call; nor for a history that the provider keeps. `index`
/// is scratch; `body` must outlive the result.
std::optional<SplicedBody> cache_read_body(const Buffer& body, const RequestFacts& facts,
                                           JsonIndex& index, const JsonLimits& limits);

}  // namespace rlm::wire
