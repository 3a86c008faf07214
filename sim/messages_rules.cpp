#include "sim/messages_rules.hpp"

namespace rlm::sim {
namespace {

constexpr std::string_view kDeepSeekBlocks[] = {
    "text", "tool_use", "tool_result", "thinking", "server_tool_use", "web_search_tool_result"};
constexpr std::string_view kPlainBlocks[] = {"text", "image", "tool_use", "tool_result",
                                             "thinking"};
constexpr std::string_view kVllmBlocks[] = {
    "text", "image", "tool_use", "tool_result", "tool_reference", "thinking", "redacted_thinking"};

constexpr MessagesRules kAnthropic;

constexpr MessagesRules kDeepSeek{.blocks = kDeepSeekBlocks,
                                  .images_if_flash = true,
                                  .system_entries = false,
                                  .thoughts = MessagesRules::Thoughts::Even};

constexpr MessagesRules kOllama{.unknown_fields = false,
                                .empty_answers = false,
                                .blocks = kPlainBlocks,
                                .drops_blocks = true,
                                .image_urls = false,
                                .loose_turns = true,
                                .thoughts = MessagesRules::Thoughts::Free,
                                .thinks = MessagesRules::Thinks::UnlessTold,
                                .nulls = false,
                                .pings = false,
                                .signature = MessagesRules::Signature::None,
                                .names_stop = false,
                                .counts = MessagesRules::Counts::Plain};

// Signatures are made up, and nobody looks at them again.
constexpr MessagesRules kVllm{.unknown_fields = false,
                              .empty_answers = false,
                              .blocks = kVllmBlocks,
                              .typed_tools = false,
                              .loose_turns = true,
                              .thoughts = MessagesRules::Thoughts::Free,
                              .thinks = MessagesRules::Thinks::Always,
                              .nulls = false,
                              .pings = false,
                              .counts = MessagesRules::Counts::Cached};

constexpr MessagesRules kLlamaCpp{.unknown_fields = false,
                                  .default_length = 4096,
                                  .empty_answers = false,
                                  .blocks = kPlainBlocks,
                                  .drops_blocks = true,
                                  .loose_turns = true,
                                  .thoughts = MessagesRules::Thoughts::Free,
                                  .thinks = MessagesRules::Thinks::Always,
                                  .nulls = false,
                                  .pings = false,
                                  .signature = MessagesRules::Signature::Empty,
                                  .counts = MessagesRules::Counts::Cached,
                                  .input_at_end = false,
                                  .timings = true};

}  // namespace

const MessagesRules& messages_rules_of(Provider provider) {
  switch (provider) {
    case Provider::DeepSeek:
      return kDeepSeek;
    case Provider::Ollama:
      return kOllama;
    case Provider::Vllm:
      return kVllm;
    case Provider::LlamaCpp:
      return kLlamaCpp;
    default:
      return kAnthropic;
  }
}

}  // namespace rlm::sim
