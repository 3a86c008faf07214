#pragma once
// The parts of serve_drafted, one per plan.

#include "draft/draft_memo.hpp"
#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// What a draft that nobody judged tells the client about its prompt: all of it, in the draft's own
/// count.
Usage seen_of_draft(const Usage& draft);

/// Sends a whole draft; record.seen must be set.
net::Task<void> deliver_draft(ExchangeContext& x, const Answer& answer, Verdict verdict);

/// What was drafted may not be used, for `cause`: the verify model serves.
net::Task<void> fall_back(ExchangeContext& x, std::string_view cause);
/// There is no draft that may be used: the same, unless the client left.
net::Task<void> fall_back(ExchangeContext& x, const draft::NoDraft& why);

/// Makes the draft, unless it is known; why there is none.
net::Task<std::optional<draft::NoDraft>> draft_unless_known(ExchangeContext& x,
                                                            std::string_view body,
                                                            draft::Remembered& known);

/// Delivers the draft without a verdict. Text streams while it is being written, behind the
/// cascade's hold-back; until the first of it has left, every failure is a fallback, later ones end
/// the answer with one error event. `body` is the draft model's request; `known` is what an earlier
/// try left, and takes what this one learns.
net::Task<void> serve_draft_only(ExchangeContext& x, std::string_view body,
                                 draft::Remembered& known);

/// Delivers the draft when every tool call of it is proven by code; else the verify model serves.
/// `body` is the draft model's request.
net::Task<void> serve_validated(ExchangeContext& x, std::string_view body);

/// Lets the verify model judge the draft: it is delivered as it is or repaired, or rewritten by the
/// verify model, which also serves when its edits do not apply. A draft or verdict that is `known`
/// is not asked for again.
net::Task<void> serve_verified(ExchangeContext& x, std::string_view body, draft::Remembered& known);

}  // namespace rlm::exchange
