#pragma once
// A client's request: its bytes, untouched, and what the router may know of them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/buffer.hpp"
#include "base/header.hpp"
#include "domain/dialect.hpp"

namespace rlm {

/// Bytes [begin, end) of a request body.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool empty() const { return begin == end; }
  std::size_t size() const { return end - begin; }
  bool operator==(const Span&) const = default;
};

enum class Role : std::uint8_t { None, User, Assistant, System, Other };

enum class Thinking : std::uint8_t { Absent, Disabled, Adaptive, Enabled, Other };

/// Most prefix marks kept of one request; of a longer one the oldest that are no breakpoints are
/// dropped.
inline constexpr std::size_t kPrefixMarksMax = 4096;

/// Most bytes kept of a schema that an answer must follow; of a longer one, its front.
inline constexpr std::size_t kWantedSchemaBytesMax = 64u << 10;

/// One position up to which a prompt can be cached: the running hash of all raw bytes before it.
struct PrefixMark {
  std::uint64_t hash = 0;   // of tools, system and messages up to and with this block
  std::size_t bytes = 0;    // prompt bytes up to here, as RequestFacts::prompt_bytes
  bool breakpoint = false;  // the block carries cache_control
  bool one_hour = false;    // ... with ttl 1h
  std::int32_t message =
      -1;  // index of the messages entry that the block belongs to; -1: tools or system
  bool operator==(const PrefixMark&) const = default;
};

/// What one pass over the body found. Offsets are into Request::body.
struct RequestFacts {
  std::string model;
  Span model_value;     // the JSON string with its quotes
  Span stream_value;    // true | false | null; empty when the key is absent
  Span thinking_value;  // the thinking object; empty when absent
  bool stream = false;
  std::int64_t max_tokens = -1;  // -1: absent
  std::size_t object_begin = 0;  // just behind the opening brace
  std::size_t messages_end = 0;  // the closing bracket of messages
  std::size_t message_count = 0;
  Role last_role = Role::None;     // of the last entry, whatever it is
  Role last_speaker = Role::None;  // of the last entry that is not system
  std::size_t tool_count = 0;
  bool has_server_tools = false;  // a tool entry with a type other than custom
  bool must_call_tool = false;    // the client demands a call: tool_choice any or tool
  Span tool_choice_value;         // the tool_choice object; empty when absent
  Thinking thinking = Thinking::Absent;
  bool wants_structured_output = false;  // output_config.format or output_format
  bool has_images = false;
  bool has_documents = false;    // document, search_result, container_upload
  bool has_url_sources = false;  // an image or document that is named by URL
  bool has_citations = false;
  bool has_other_blocks = false;       // block types that only Anthropic knows
  bool history_has_thinking = false;   // any assistant message with a thinking block
  bool loop_has_thinking = false;      // ... in the tool loop that is going on
  bool ends_with_tool_result = false;  // the last speaker's message holds a tool_result
  bool last_tool_failed = false;       // ... with is_error true
  int failed_results = 0;       // with is_error, since the last user message without a tool_result
  bool has_safeguards = false;  // auto mode: the answer must carry safeguard_results
  bool has_context_management = false;
  bool is_bound_to_provider = false;  // thread, container, mcp_servers, compaction, inference_geo:
                                      // what it holds or promises
  std::vector<std::string> stop_sequences;
  std::string metadata_user_id;
  std::string
      last_user_text;  // of the last user message, <system-reminder>…</system-reminder> removed
  Span format_value;   // of output_config.format or output_format; empty when absent
  std::string structured_schema;  // raw JSON of the wanted schema, up to kWantedSchemaBytesMax
  std::vector<PrefixMark>
      prefix;  // in prompt order: tools, system, messages; at most kPrefixMarksMax
  /// Tools, system and messages; of pictures and PDFs within them what their tokens weigh as text.
  std::size_t prompt_bytes = 0;

  bool operator==(const RequestFacts&) const = default;
};

/// A request of a client to a messages endpoint.
struct Request {
  std::string path;   // without query
  std::string query;  // without '?'
  Headers headers;
  std::string session;  // whose conversation it is part of; empty when unknown
  Buffer body;
  /// What the client speaks, and its own body where that is not Messages.
  Dialect spoken = Dialect::Messages;
  Buffer spoken_body;
  RequestFacts facts;
};

}  // namespace rlm
