#pragma once
// The two shapes of an answer: relay one stream, or hold a draft and gate another stream.

#include "exchange/exchange_context.hpp"
#include "upstream/open_call.hpp"

namespace rlm::exchange {

/// Asks the verify model for the client's own request, noted in `log`. The request must live until
/// then.
net::Task<Result<upstream::OpenedCall>> open_direct(ExchangeContext& x, upstream::CallLog& log,
                                                    net::StopSource& stop);

/// The verify model answers, byte for byte. In a race its call is under way already. `verdict`:
/// Direct, or Fallback after a draft failed. Also serves token counts.
net::Task<void> serve_direct(ExchangeContext& x, Verdict verdict);

/// The draft model answers first; then the draft is delivered, judged, or given up for
/// serve_direct.
net::Task<void> serve_drafted(ExchangeContext& x);

}  // namespace rlm::exchange
