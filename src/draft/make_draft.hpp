#pragma once
// One whole draft from the draft model.

#include <span>
#include <string>

#include "domain/answer.hpp"
#include "domain/request.hpp"
#include "draft/draft_guard.hpp"
#include "upstream/event_reader.hpp"
#include "upstream/open_call.hpp"

namespace rlm::draft {

/// A draft that passed the guard.
struct Draft {
  Answer answer;
  Usage usage;
};

/// Why there is no draft: the error, and its name for x-rlm-reason, e.g. "draft_timeout" or
/// "draft_refused:empty".
struct NoDraft {
  std::string cause;
  Error error;
  std::string refused{};  // the guard's cause; empty: the call failed
};

NoDraft no_draft(Error error);
/// The guard refused the draft.
NoDraft refused_draft(std::string_view cause);

/// Asks the draft model; the draft is about to come. `body` is the draft's own request body. A call
/// that does not open is in `log`; one that does is the caller's to end.
net::Task<tl::expected<upstream::OpenedCall, NoDraft>> open_draft(upstream::ModelClient& model,
                                                                  const Request& request,
                                                                  std::string_view body,
                                                                  upstream::CallLog& log,
                                                                  net::StopSource& stop);

/// Asks the draft model, collects its stream and looks at the result with the guard. `body` is the
/// draft's own request body. The call is in `log` on every exit. Cancelled (in error.kind) when the
/// client left.
net::Task<tl::expected<Draft, NoDraft>> make_draft(upstream::ModelClient& model,
                                                   const Request& request, std::string_view body,
                                                   upstream::CallLog& log, net::StopSource& stop,
                                                   wire::JsonIndex& index,
                                                   ToolCalls tool_calls = ToolCalls::Refused);

}  // namespace rlm::draft
