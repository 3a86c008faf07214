#pragma once
// What a provider charges for a call that ended before it told its usage: the one rule by which
// every exchange, race and work aside is billed (docs/ledger.md).

#include "domain/exchange_record.hpp"
#include "domain/usage.hpp"

namespace rlm::money {

/// How far a call came; `record.usage` as far as it was told, its output counted from the text that
/// came where nobody told it.
struct CallSoFar {
  const CallRecord& record;
  bool sent = false;      // the request left whole
  bool streamed = true;   // the answer was asked as a stream
  std::size_t bytes = 0;  // of the request's body
};

/// The usage by which the call is billed. Never `reported` where anything of it is estimated, and
/// all zero where nothing is charged. `expected`: of this prompt, by classes, its output that of a
/// whole answer; without a prompt: nobody knows, and the body's bytes tell, 3.5 a token. Pure; in
/// this order:
/// - the final usage was told: that;
/// - the prompt was told (message_start): that, and the output so far;
/// - the request did not leave whole: nothing;
/// - an error status, or an error event in place of an answer: nothing (novita.ai, "LLM API
///   Billing", 2026-10: 4xx and 5xx are free, what the model has begun is not);
/// - the upstream closed the connection before it answered: nothing, like an error status;
/// - we closed it (client left, race lost, timeout), or the answer ended without a usage: the
///   prompt as expected, and the output so far; of an answer that was asked whole the expected
///   output, because only a stream's generation ends with its connection (openrouter.ai, "Stream
///   Cancellation", 2026-10).
Usage charged_usage(const CallSoFar& call, const Usage& expected);

/// What an exchange's calls were expected to be charged, by whom is asked.
struct ExpectedUse {
  Usage draft;
  Usage verify;
  Tokens suffix = 0;  // tokens that a verdict call appended to the prompt
  /// No prompt: unknown.
  Usage of(CallRole role) const;
};

/// 3.5 bytes a token (pricing.md: tokenizers since 4.7), as plain input.
Usage usage_of_bytes(std::size_t bytes);

}  // namespace rlm::money
