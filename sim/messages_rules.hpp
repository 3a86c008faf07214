#pragma once
// What those who serve Anthropic's Messages take, refuse and say otherwise than Anthropic
// (upstreams.md §5, §8-§10).

#include <span>
#include <string_view>

#include "sim/sim_config.hpp"

namespace rlm::sim {

/// The defaults are Anthropic's own.
struct MessagesRules {
  // Of requests:
  bool unknown_fields = true;                  // refused; false: of no effect
  std::int64_t default_length = 0;             // of a request without max_tokens; 0: it is needed
  bool empty_answers = true;                   // max_tokens may be 0
  std::span<const std::string_view> blocks{};  // the types that are taken; empty: all
  bool drops_blocks = false;  // any other type is of no effect; false: it is refused
  bool image_urls = true;
  bool images_if_flash = false;  // images are taken by models with this in their name alone
  bool typed_tools = true;       // false: a tool without input_schema is refused
  bool system_entries = true;    // the role system exists among the messages
  bool loose_turns = false;      // roles come in any order, the last one may be the assistant's
  enum class Thoughts { Signed, Even, Free } thoughts = Thoughts::Signed;  // thinking_rules.hpp
  enum class Thinks { WhenAsked, UnlessTold, Always } thinks = Thinks::WhenAsked;

  // Of answers:
  bool nulls = true;  // what has no value is null; false: it is left out
  bool pings = true;
  enum class Signature { Real, Empty, None } signature = Signature::Real;
  bool names_stop = true;  // stop_reason stop_sequence; false: end_turn in its place
  enum class Counts { Full, Cached, Plain } counts = Counts::Full;  // of usage
  bool input_at_end = true;  // the usage at a stream's end repeats the input
  bool timings = false;
};

const MessagesRules& messages_rules_of(Provider provider);

}  // namespace rlm::sim
