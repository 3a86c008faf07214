#pragma once
// One whole draft from the draft model.

#include <span>
#include <string>

#include "domain/answer.hpp"
#include "domain/request.hpp"
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
};

/// Asks the draft model, collects its stream and looks at the result with the guard. `body` is the
/// draft's own request body. The call is in `log` on every exit. Cancelled (in error.kind) when the
/// client left.
net::Task<tl::expected<Draft, NoDraft>> make_draft(upstream::ModelClient& model,
                                                   const Request& request, std::string_view body,
                                                   upstream::CallLog& log, net::StopSource& stop,
                                                   wire::JsonIndex& index);

}  // namespace rlm::draft
