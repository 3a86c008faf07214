#pragma once
// Opens an upstream call with retries, up to the point where the answer really begins.

#include <memory>
#include <string>

#include "base/buffer.hpp"
#include "upstream/call_log.hpp"
#include "upstream/model_client.hpp"

namespace rlm::upstream {

/// A successful answer that has begun: a 2xx head and, for a stream, its first bytes, which are no
/// error event.
struct OpenedCall {
  std::unique_ptr<ModelCall> call;
  bool is_stream = false;
  net::HttpCall::Piece first;  // valid until the next suspension
  Buffer held;                 // what `first` views when a stream began in small pieces
  std::size_t log_index = 0;
};

struct OpenOptions {
  CallRole role = CallRole::Direct;
  std::string_view model;            // for the record
  Source source = Source::Upstream;  // whose side an error is
};

/// Tries until an answer begins or the policy gives up. An error status becomes UpstreamStatus with
/// body and headers, kept for the client; an error event as a stream's first event is treated like
/// the status it stands for. Every attempt is in the log. Cancelled when `stop` is requested.
net::Task<Result<OpenedCall>> open_call(ModelClient& client, const CallRequest& request,
                                        OpenOptions options, CallLog& log, net::StopSource& stop);

}  // namespace rlm::upstream
