#pragma once
// The two shapes of an answer: relay one stream, or hold a draft and gate another stream.

#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// The verify model answers, byte for byte. `verdict`: Direct, or Fallback after a draft failed.
/// Also serves token counts.
net::Task<void> serve_direct(ExchangeContext& x, Verdict verdict);

/// The draft model answers first; then the draft is delivered, judged, or given up for
/// serve_direct.
net::Task<void> serve_drafted(ExchangeContext& x);

}  // namespace rlm::exchange
