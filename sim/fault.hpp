#pragma once
// What a simulated model can do wrong on demand.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/header.hpp"
#include "base/result.hpp"
#include "base/units.hpp"

namespace rlm::sim {

/// One departure from a good answer. Byte positions count the response body without transfer
/// coding.
struct Fault {
  enum class Kind {
    None,
    Status,      // `status` with `headers` and `body` (empty: the provider's error shape)
    StallHead,   // no response until the client leaves
    SlowHead,    // the head comes `delay` later than it should
    Stall,       // nothing more after `at` bytes, until the client leaves
    Reset,       // connection reset after `at` bytes; 0: before the head
    Cut,         // clean end after `at` bytes; 0: the whole stream but what ends the answer
    Malformed,   // the middle event's data is no JSON
    ErrorFirst,  // the provider's error event of `error_type` in a 200, before anything else
    ErrorLater,  // the same after half of the content
    NoUsage,     // no event carries usage
    // Oddities of Chat Completions servers, whole answers all the same (openai-mapping.md §3).
    OneChunk,           // the whole answer in one chunk, its finish_reason too
    NoIndex,            // tool call fragments without `index`
    RepeatedId,         // every tool call fragment carries id, type and name
    Interleaved,        // the fragments of several tool calls take turns
    UsageEverywhere,    // every chunk carries usage
    FinishWithContent,  // the last piece of content comes with the finish_reason
    StopWithTools,      // finish_reason "stop" in spite of tool calls
    NoDone,             // the stream ends without [DONE]
  };
  Kind kind = Kind::None;
  int status = 0;
  Headers headers{};
  std::string body{};
  std::size_t at = 0;
  Milliseconds delay{0};
  std::string error_type = "overloaded_error";
};

/// True when the answer is not whole, or not at all.
bool spoils(const Fault& fault);

/// A fault that comes with a probability, drawn per request and per repetition of its body, so that
/// a retry may succeed.
struct FaultChance {
  Fault fault;
  double probability = 1;
};

/// Reads `KIND[@N][:PROBABILITY]`: a status code (429 and 529 bring `retry-after: N`, 1 when
/// absent), stall_head, slow_head@MS, stall@BYTES, reset@BYTES, cut[@BYTES], malformed,
/// error_first, error_later, no_usage, and for Chat Completions one_chunk, no_index, repeated_id,
/// interleaved, usage_everywhere, finish_with_content, stop_with_tools, no_done. BadRequest
/// (Source::Self) naming what is wrong.
Result<FaultChance> parse_fault(std::string_view text);

/// A status fault as the provider sends it.
Fault status_fault(int status, int retry_after_seconds = 0);

}  // namespace rlm::sim
