#pragma once
// One pass over a Messages request: what the router may know, and where the places are that a
// splice may touch.

#include "domain/request.hpp"
#include "wire/json_cursor.hpp"
#include "wire/message_reader.hpp"
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

/// The same; `pause` is called as MessageReader says. For SeenRequests.
Result<RequestFacts> read_request_facts(const Buffer& body, JsonIndex& index,
                                        const JsonLimits& limits, bool for_count_tokens,
                                        MessageReader::Pause pause);

/// Splices the name at `model_value` (RequestFacts) to what the upstream wants; no-op when equal.
void set_model(SplicedBody& body, Span model_value, std::string_view model);

/// Splices `"stream":true` in (replacing another value, or as the first member of the object).
void set_stream(SplicedBody& body, const RequestFacts& facts);

/// Inserts `{"role":"user","content":[{"type":"text","text":…}]}` at the end of `messages`; all
/// earlier bytes stay identical, so the verify model's prompt cache is read (cascade.md §5).
void append_user_message(SplicedBody& body, const RequestFacts& facts, std::string_view text);

/// The body that a draft endpoint of another vendor is sent: `model`, `stream:true`,
/// `thinking:{"type":"disabled"}`, then of the client's request only what every endpoint of this
/// dialect knows (max_tokens, stop_sequences, sampling, tool_choice, tools, system) and the
/// messages last. Left out are all other fields, cache_control marks, history's thinking and
/// redacted_thinking blocks, empty texts, messages without content, and the attribution block (a
/// system text beginning with `x-anthropic-billing-header:`). Whatever the assistant did not say
/// becomes the user's, system entries too; string contents become a list of one text; blocks and
/// tools as in draft_block.hpp. All is decided block by block, so that a conversation that grew
/// shares all earlier bytes and the draft's prefix cache survives. `index` must not be in use.
/// Errors as of read_request_facts, for what is no JSON object.
Result<Buffer> draft_body(const Buffer& body, JsonIndex& index, const JsonLimits& limits,
                          std::string_view model);

}  // namespace rlm::wire
