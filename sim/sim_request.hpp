#pragma once
// A Messages request as the simulated model understands it: what it is asked, and the blocks of its
// prompt.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/messages_rules.hpp"
#include "tl/expected.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::sim {

/// Tokens of a text: UTF-8 bytes / 3.5, rounded up. One block of a prompt or an answer is counted
/// at a time.
constexpr Tokens tokens_of(std::size_t bytes) {
  return static_cast<Tokens>((bytes * 2 + 6) / 7);
}
/// An image or PDF given as base64, whatever its size: the largest picture of models before 4.7
/// (anthropic-messages.md §23).
inline constexpr Tokens kMediaTokens = 1568;

enum class Mark : std::uint8_t { None, FiveMinutes, OneHour };

/// One block of the prompt, in the provider's order: tools, system, messages.
struct PromptBlock {
  std::uint64_t chain = 0;  // hash of everything up to and with this block, cache marks left out
  std::size_t end = 0;      // where it ends in SimRequest::prompt
  Tokens tokens = 0;
  Mark mark = Mark::None;
  bool cacheable = true;
};

/// Where a conversation stands.
struct Standing {
  std::string turn_text;  // the last user text and those directly before it: a draft model gets a
                          // client's system entries as user texts
  bool ends_with_tool_result = false;
  std::string last_tool_result;
  int assistant_turns = 0;  // since the last user text
};

struct SimRequest {
  std::string model;
  std::int64_t max_tokens = -1;
  bool stream = false;
  bool wants_usage = true;  // in a stream
  // Of Responses:
  bool wants_encrypted = false;           // reasoning.encrypted_content is included
  std::vector<std::string> custom_tools;  // whose input is plain text
  std::string echo;                       // settings that the response repeats, as JSON members
  CacheKind cache = CacheKind::Explicit;
  Tokens cached_least = 0;              // Automatic: a shorter known prefix is billed as new
  std::string tool_ids = "toolu_";      // what the ids of its answer's calls begin with
  std::int64_t price_per_mille = 1000;  // by where it is served
  std::string thinking;                 // its type; empty: absent
  bool wants_thinking = false;
  bool shows_thinking = false;       // thinking.display is summarized
  Mark automatic_mark = Mark::None;  // top-level cache_control
  std::string prompt;                // all blocks' text, in order
  std::vector<PromptBlock> blocks;
  std::vector<std::string> tools;
  std::vector<std::string> stop_sequences;
  std::vector<std::string> safeguards;  // the types asked for
  std::string schema;                   // raw JSON schema of the wanted output
  std::string last_user_text;           // of the last user message that is no tool result
  std::string question;                 // of the one before it; what a verdict request is about
  Standing now;
  Standing before;  // the last user text
  std::uint64_t content =
      0;  // hash of last_user_text and the turns since; the seed of what is answered
  std::uint64_t body = 0;     // hash of the whole body
  std::uint64_t binding = 0;  // hash of tools, system and messages: what thinking is bound to

  Tokens prompt_tokens() const;
};

/// An error as the provider words it.
struct Refusal {
  int status = 400;
  std::string type = "invalid_request_error";
  std::string message;
  std::string code = {};   // OpenAI's
  std::string param = {};  // ... the field that is wrong
};

/// What the providers that host Claude change in its body.
struct BodyRules {
  std::string model;                  // named by the path: refused in the body
  std::vector<std::string> versions;  // of `anthropic_version`, which is needed; empty: refused
  std::vector<std::string> refused;   // other fields
  std::string model_prefix;           // of model names there
  bool betas = false;                 // `anthropic_beta` is a list in the body
  bool url_sources = true;
  bool file_sources = true;
  std::vector<std::string> refused_tools;  // what their types begin with
  std::vector<std::string> refused_flags;  // what those of anthropic-beta begin with
};

struct ReadOptions {
  MessagesRules rules;
  BodyRules body;
  Strictness strict;
  CacheKind cache = CacheKind::Explicit;
  std::string version;  // of the anthropic-version header
  std::string betas;    // the anthropic-beta headers, joined by commas
  bool count_only = false;
  std::uint64_t signature_seed = 0;
  std::string verdict_marker = VerdictBehaviour().marker;
};

/// Reads and checks a body. `index` is scratch.
tl::expected<SimRequest, Refusal> read_request(std::string_view body, wire::JsonIndex& index,
                                               const ReadOptions& options);

/// The signature of a thinking block made behind `binding`; what Strictness::signatures checks.
std::string signature_of(std::uint64_t seed, std::uint64_t binding, std::string_view thinking);

/// Without `<system-reminder>` wrappers and without blanks at both ends.
std::string bare_text(std::string_view text);

}  // namespace rlm::sim
