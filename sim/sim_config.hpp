#pragma once
// What a simulated model is: its name, speed, knowledge, faults and prices.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/units.hpp"
#include "money/price_table.hpp"
#include "sim/fault.hpp"

namespace rlm::sim {

/// Lognormal with this median and 95th percentile; constant when p95 <= median.
struct Distribution {
  double median = 0;
  double p95 = 0;
};

/// Whose API is spoken: paths, credentials, dialects, words (dialect.hpp).
enum class Provider {
  Anthropic,     // Messages
  OpenAi,        // Chat Completions and Responses
  DeepSeek,      // the same, and Messages, also below /anthropic
  OpenRouter,    // Chat Completions and Responses
  Foundry,       // the same below /openai, and Claude's Messages below /anthropic
  Vertex,        // Claude behind Google's paths and tokens
  Bedrock,       // Claude behind AWS's InvokeModel, its signatures and its binary stream
  Mantle,        // Claude's Messages behind AWS's signatures
  AwsAnthropic,  // Claude Platform on AWS: the same with a workspace
  Ollama,        // Chat Completions and Messages
  Vllm,          // Chat Completions, Responses and Messages
  LlamaCpp,      // the same
};

/// "anthropic", "openai", "deepseek", "openrouter", "foundry", "vertex", "bedrock", "mantle",
/// "aws-anthropic", "ollama", "vllm", "llama.cpp". BadRequest (Source::Self) for others.
Result<Provider> provider_named(std::string_view name);

/// A server of one's own: it asks for a key only where SimConfig::keys has some.
constexpr bool is_local(Provider provider) {
  return provider == Provider::Ollama || provider == Provider::Vllm ||
         provider == Provider::LlamaCpp;
}

/// How prompts are cached.
enum class CacheKind {
  Explicit,   // Anthropic: breakpoints, minimum prefix, 5 m and 1 h TTL, writes cost
  Automatic,  // all others: 64-token units of the longest known prefix, writes are free, marks are
              // ignored
};

/// Of a provider's Messages; Chat Completions and Responses are always cached automatically.
constexpr CacheKind messages_cache_of(Provider provider) {
  return provider == Provider::DeepSeek || is_local(provider) ? CacheKind::Automatic
                                                              : CacheKind::Explicit;
}

/// Which side of a pair record this model answers with.
enum class Side { Draft, Verify };

/// How the model answers when it is shown a draft. Probabilities of USE_DRAFT.
struct VerdictBehaviour {
  double accept_right = 0.95;
  double accept_wrong = 0.05;
  /// When the answers file does not tell whether the draft is right.
  double accept_unknown = 0.8;
  /// Probability that a draft that is not accepted is repaired by EDIT, where that is shorter than
  /// a rewrite.
  double edit = 0;
  /// What marks a verdict request in its last user message.
  std::string marker = "USE_DRAFT";
};

/// What is refused beyond malformed requests. All as the real API does; off what a test wants to
/// get past.
struct Strictness {
  bool version_header = true;  // anthropic-version missing: 400
  bool unknown_fields = true;  // "<field>: Extra inputs are not permitted"
  bool turn_rules = true;      // roles, tool_use/tool_result pairing, no prefill, tool id pattern
  bool thinking = true;        // where it must come back (thinking_rules.hpp)
  bool signatures = true;      // ... and with the signature and the prefix it was made for
};

/// Who may ask Provider::Vertex. SimConfig::keys are access tokens that never expire.
struct VertexAccess {
  std::string project;                 // empty: any
  std::vector<std::string> locations;  // empty: any
  /// The service account, and its public key or certificate (PEM) that assertions are checked with.
  /// Empty: no assertion is accepted.
  std::string client_email;
  std::string public_key;
};

/// Who may ask the providers on AWS. SimConfig::keys are bearer keys; without
/// either any bearer key will do.
struct AwsAccess {
  std::string region;  // empty: any
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty: the credentials are not temporary
};

struct SimConfig {
  std::string name = "sim";
  Provider provider = Provider::Anthropic;
  /// Model ids served, all with a price; another id is answered 404.
  std::vector<std::string> models{"sim-verify"};
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;        // 0: any free one
  std::string certificate_file;  // PEM, with key_file: HTTPS
  std::string key_file;
  std::uint64_t seed = 1;

  /// Milliseconds until the response begins, and output tokens per second from then on; 0: at once.
  Distribution first_token_ms;
  Distribution tokens_per_second;
  /// Tokens per text delta.
  int tokens_per_event = 4;
  /// A ping after this much silence in a stream; 0: only the one behind message_start.
  Milliseconds ping_interval{10'000};

  /// Fewest tokens of a cached prefix; absent: as the price table says for the model.
  std::optional<Tokens> cache_minimum;
  std::size_t cache_entries_max = 1u << 20;

  /// Accepted API keys; empty: any that is not empty, and for a local server none as well.
  std::vector<std::string> keys;
  VertexAccess vertex;
  AwsAccess aws;
  Strictness strict;
  Tokens context_max = 1'000'000;
  std::size_t body_bytes_max = 32u << 20;

  /// JSON Lines of rules or pair records, `.zst` allowed (answers.hpp); the first match wins.
  std::vector<std::string> answer_files;
  Side side = Side::Verify;
  /// Script of a coding agent's session (coder.hpp); empty: none.
  std::string coder_file;
  /// Probability of giving the right one of a rule's `right` and `wrong` texts.
  double accuracy = 1;
  VerdictBehaviour verdict;
  /// Length of an answer that nothing else decides.
  Distribution output_tokens{150, 600};
  /// Length of thinking when the request allows it; 0: none, but 40 for DeepSeek, which thinks
  /// unless told not to.
  Distribution thinking_tokens;

  std::vector<FaultChance> faults;  // the first one drawn happens

  /// Borrowed; null: the prices compiled in.
  const money::PriceTable* prices = nullptr;
  std::int64_t price_per_mille = 1000;
  /// Requests and bill entries kept for inspection, and bytes of request bodies among them.
  std::size_t history_max = 1000;
  std::size_t history_bytes_max = 64u << 20;
};

/// BadRequest (Source::Self) with all mistakes: probabilities outside [0, 1], no model, a model
/// without a price, negative numbers.
Result<SimConfig> validated(SimConfig config);

}  // namespace rlm::sim
