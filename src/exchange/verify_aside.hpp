#pragma once
// What the verify model says of a draft that no client waits for.

#include <optional>

#include "draft/make_draft.hpp"
#include "exchange/services.hpp"
#include "upstream/call_log.hpp"

namespace rlm::exchange {

/// Who asks, and of what. Borrowed for the call.
struct AsideQuestion {
  Services& services;
  const Cascade& cascade;
  const Request& request;
  account::VerifyModel& verify;  // suffix_bytes and brief are set by a verdict call
  const route::Routed* routed;   // null: the request was not priced
  upstream::CallLog& calls;
  net::StopSource& stop;
};

/// A verdict, as a client's exchange would have ended with it.
struct AsideVerdict {
  Judgement judgement = Judgement::None;
  Verdict verdict = Verdict::Failed;  // ACCEPTED, REPAIRED, ENHANCED; FALLBACK: edits do not apply
};

/// The verdict call that a client's exchange would make, behind the client's own prompt. A rewrite
/// is not read to its end: that it is one is all that is asked. The call has the role Verify in the
/// log.
net::Task<Result<AsideVerdict>> ask_verdict(AsideQuestion question, const Answer& draft);

/// Whether a draft's tool calls serve the user as well as the verify model's `own` answer: Same
/// when they are the same; else it is asked, behind the client's own prompt: Equal or Different.
net::Task<Result<Judgement>> compare_calls(AsideQuestion question, const Answer& draft,
                                           const Answer& own);

/// The verify model's own answer to the client's request, as a direct call would bring it. The call
/// has the role Direct in the log.
net::Task<Result<Answer>> ask_answer(AsideQuestion question);

}  // namespace rlm::exchange
