#pragma once
// What a request of Anthropic's dialect says beside its conversation, read for another dialect.
// Source: @anthropic-ai/sdk 1.12.0 (2026-11-20).

#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "dialect/quirks.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// The members that have a meaning elsewhere; absent ones do not exist(). What is not here is left
/// out: cache marks, metadata, service tier, containers, context management, safeguards.
struct RequestMembers {
  wire::JsonValue max_tokens, stream, system, messages, tools, tool_choice, thinking, effort,
      schema, stop_sequences, temperature, top_p, top_k;

  bool streams() const { return stream.is(wire::JsonValue::Type::True); }
};

/// BadRequest (Source::Client) for what is no request of the dialect, and for what only Anthropic's
/// endpoints can do: tools that its servers run, MCP servers, a tool name that OpenAI's dialects
/// refuse, max_tokens 0 (which only fills the cache); and for an effort of an unknown name.
/// `dialect` is named in the message.
Result<RequestMembers> read_request_members(std::string_view body, wire::JsonIndex& index,
                                            const wire::JsonLimits& limits,
                                            std::string_view dialect);

/// How much the model shall reason.
struct Reasoning {
  enum class Wish : std::uint8_t { Unsaid, Off, On };
  Wish wish = Wish::Unsaid;
  std::string_view effort;  // the upstream's word; when On
};

/// What the request says of it, in the upstream's words.
Reasoning reasoning_of(const RequestMembers& request, const OpenAiQuirks& quirks);

/// The text of `system` as the inside of a JSON string, blocks joined by a blank line; Claude
/// Code's attribution is left out. With a schema that the upstream takes in words only, those words
/// follow.
std::string system_text(const RequestMembers& request, const OpenAiQuirks& quirks);

/// The words that tell `schema` to an upstream that takes none, as the inside of a JSON string.
std::string schema_in_words(wire::JsonValue schema);

/// True when OpenAI's strict mode takes the schema: each object closed and all of its properties
/// required. False in doubt.
bool is_strict_schema(wire::JsonValue schema);

/// The text of a content, its blocks joined by `joint`, as the inside of a JSON string.
void append_texts(std::string& out, wire::JsonValue content, std::string_view joint);

/// BadRequest: what stands at `place` has no equivalent in `dialect`.
tl::unexpected<Error> not_expressible(std::string_view place, std::string_view what,
                                      std::string_view dialect);

/// What such an error is about, in a word: "tool_names", "stop_sequences", "images", "documents",
/// "server_tools", "unknown_blocks", or "dialect" for anything else. Lives forever.
std::string_view lack_of(const Error& inexpressible);

}  // namespace rlm::dialect
