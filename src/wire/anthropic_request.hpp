#pragma once
// One pass over a Messages request: what the router may know, and where the places are that a
// splice may touch.

#include "domain/request.hpp"
#include "wire/json_cursor.hpp"
#include "wire/splice.hpp"

namespace rlm::wire {

/// Reads the facts of a Messages body. Unknown fields, roles and blocks are passed over. BadRequest
/// (Source::Client) for JSON that does not parse, a body that is no object, wrong types of `model`,
/// `messages`, `max_tokens`, `stream`, `tools`, `system`, an absent `model` or `messages`, a key of
/// these that appears twice, empty `messages`. The message names the field, what was found and what
/// is expected, in the provider's wording where known (`messages: Field required`). `index` is
/// scratch, one per thread. `for_count_tokens`: max_tokens may be absent; otherwise `max_tokens:
/// Field required`.
Result<RequestFacts> read_request_facts(const Buffer& body, JsonIndex& index,
                                        const JsonLimits& limits, bool for_count_tokens);

/// Splices `model` to the name that the upstream wants; no-op when equal.
void set_model(SplicedBody& body, const RequestFacts& facts, std::string_view model);

/// Splices `"stream":true` in (replacing another value, or as the first member of the object).
void set_stream(SplicedBody& body, const RequestFacts& facts);

/// Inserts `{"role":"user","content":[{"type":"text","text":…}]}` at the end of `messages`; all
/// earlier bytes stay identical, so the verify model's prompt cache is read (cascade.md §5).
void append_user_message(SplicedBody& body, const RequestFacts& facts, std::string_view text);

/// The body that a draft endpoint of another vendor is sent: `model`, `stream:true`,
/// `thinking:{"type":"disabled"}`, and without what only Anthropic's own models know: cache_control
/// marks stay (ignored by others), but context_management, output_config, safeguards, metadata,
/// mcp_servers, container, speed, service_tier, betas' fields, history's thinking and
/// redacted_thinking blocks and the attribution block (a system text beginning with
/// `x-anthropic-billing-header:`) are left out. Deterministic, so that the draft's prefix cache
/// survives. `index` must not be in use.
Result<Buffer> draft_body(const Buffer& body, JsonIndex& index, const JsonLimits& limits,
                          std::string_view model);

}  // namespace rlm::wire
