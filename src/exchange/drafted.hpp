#pragma once
// The parts of serve_drafted, one per plan.

#include "draft/draft_memo.hpp"
#include "draft/session_facts.hpp"
#include "exchange/exchange_context.hpp"
#include "verify/verdict_gate.hpp"

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
                                                            draft::Remembered& known,
                                                            draft::ToolCalls tool_calls);

/// What the verify model is asked of a draft.
struct VerdictCall {
  std::string message;
  bool on_digest = false;  // the message is all it sees; else it follows the client's own prompt
  verify::VerdictGate::Judged judged = verify::VerdictGate::Judged::Answer;
};

/// Lets the verify model judge known.draft, unless its verdict is known: the draft is delivered as
/// it is or repaired, or rewritten by the verify model, which also serves when its edits do not
/// apply or the verdict is that the turn goes on.
net::Task<void> serve_judged(ExchangeContext& x, draft::Remembered& known, const VerdictCall& call);

/// Makes the draft of a request whose answer may call tools, unless it is known; what the session
/// has done. Null when there is no draft: the verify model has served, or the client left.
net::Task<std::unique_ptr<draft::SessionFacts>> draft_with_tools(ExchangeContext& x,
                                                                 std::string_view body,
                                                                 draft::Remembered& known);

/// Makes calls that are proven fit to be delivered: ids that are new to the session, and the stop
/// that belongs to them.
void ready_calls(Answer& answer, const draft::SessionFacts& session);

/// Delivers a draft with tool calls when code proves every one of them; else the verify model
/// serves.
net::Task<void> deliver_if_proven(ExchangeContext& x, const draft::Draft& draft,
                                  const draft::SessionFacts& session);

/// Delivers the draft without a verdict. Text streams while it is being written, behind the
/// cascade's hold-back; until the first of it has left, every failure is a fallback, later ones end
/// the answer with one error event. `body` is the draft model's request; `known` is what an earlier
/// try left, and takes what this one learns.
net::Task<void> serve_draft_only(ExchangeContext& x, std::string_view body,
                                 draft::Remembered& known);

/// Delivers the draft when every tool call of it is proven by code; else the verify model serves.
/// A draft that is `known` is not asked for again, here and below.
net::Task<void> serve_validated(ExchangeContext& x, std::string_view body,
                                draft::Remembered& known);

/// Lets the verify model judge the draft: serve_judged().
net::Task<void> serve_verified(ExchangeContext& x, std::string_view body, draft::Remembered& known);
/// The same of a draft that may call tools. Calls that code finds a fault with are not judged: the
/// verify model serves.
net::Task<void> serve_verified_step(ExchangeContext& x, std::string_view body,
                                    draft::Remembered& known);
/// The same of a draft that is made and talks only.
net::Task<void> serve_judged_text(ExchangeContext& x, draft::Remembered& known);

/// One request of a turn that the draft model drives: its tool calls are delivered when they are
/// proven; an answer without any ends the turn, and the verify model judges the whole turn, on the
/// conversation itself or on a digest, whichever costs less. In every other case the verify model
/// serves and, as the router learns from that, keeps the turn.
net::Task<void> serve_turn(ExchangeContext& x, std::string_view body, draft::Remembered& known);

}  // namespace rlm::exchange
