#pragma once
// The verdict call: the client's own bytes with the draft behind them (cascade.md §5).

#include <optional>
#include <string>

#include "domain/answer.hpp"
#include "domain/request.hpp"
#include "upstream/event_reader.hpp"
#include "upstream/open_call.hpp"
#include "verify/verdict_gate.hpp"
#include "verify/verdict_prompt.hpp"
#include "wire/splice.hpp"

namespace rlm::verify {

/// Most bytes of a reply behind EDIT; more is given up as one that does not apply.
inline constexpr std::size_t kEditBytesMax = 1u << 20;

/// What the first bytes of the verify model's reply said; of an edit, the whole reply.
struct VerdictStart {
  VerdictGate::Decision decision = VerdictGate::Decision::Rewrite;  // never NeedMore
  std::string held;                   // a rewrite's text so far, or all that stands behind EDIT
  bool edit_whole = false;            // the edit ended by itself, with nothing but text in it
  std::optional<StreamEvent> unread;  // the event that decided, when it was no text
  Usage prompt;  // of the call without the inserted message: what the client's own prompt would
                 // have counted
};

/// The verdict call's body: `request` with one message inserted at the end of `messages`,
/// streaming, and without its demand for a tool call.
wire::SplicedBody verdict_body(const Request& request, std::string_view message);

/// A request of our own that shows the model `message` and nothing else: the verdict on a digest.
Buffer digest_body(std::string_view model, std::string_view message);

/// Reads until the gate decides. After USE_DRAFT or CONTINUE the call is ended: read to its end
/// when that is the very next thing, so that its usage is exact, else cancelled at once. An edit is
/// read whole. The log entry is ended in both cases, and on errors; a rewrite's is left open for
/// its relay.
net::Task<Result<VerdictStart>> read_verdict(
    upstream::EventReader& events, upstream::OpenedCall& opened, std::size_t message_bytes,
    upstream::CallLog& log, VerdictGate::Judged judged = VerdictGate::Judged::Answer);

}  // namespace rlm::verify
