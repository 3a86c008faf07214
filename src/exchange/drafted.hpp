#pragma once
// The parts of serve_drafted, one per plan.

#include "draft/make_draft.hpp"
#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// What a draft that nobody judged tells the client about its prompt: all of it, in the draft's own
/// count.
Usage seen_of_draft(const Usage& draft);

/// Sends a whole draft; record.seen must be set.
net::Task<void> deliver_draft(ExchangeContext& x, const Answer& answer, Verdict verdict);

/// Lets the verify model judge the draft: it is delivered as it is or repaired, or rewritten by the
/// verify model, which also serves when its edits do not apply.
net::Task<void> serve_verified(ExchangeContext& x, const draft::Draft& draft);

}  // namespace rlm::exchange
