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
  EndpointHealth* health = nullptr;  // hears how the answer goes on; null: nobody keeps account
  const Clock* clock = nullptr;      // never null with `health`

  /// For whoever reads the answer: it came whole, or broke off for another reason than that the
  /// client left.
  void completed() const;
  void broke_off(const Error& error) const;
};

struct OpenOptions {
  CallRole role = CallRole::Direct;
  std::string_view model;            // for the record
  Source source = Source::Upstream;  // whose side an error is
  /// Endpoints behind open breakers are asked all the same before it gives up. Not where there is
  /// another way to an answer (a draft has one: the verify model), or no client waits for one.
  bool insists = true;
};

/// Asks the model's endpoints in turn until an answer begins, and again as the policy has it; the
/// error is the one that tells_more(). An error status becomes UpstreamStatus with body and
/// headers, kept for the client; an error event as a stream's first event is treated like the
/// status it stands for. Every attempt is in the log. Cancelled when `stop` is requested.
net::Task<Result<OpenedCall>> open_call(ModelClient& client, const CallRequest& request,
                                        OpenOptions options, CallLog& log, net::StopSource& stop);

}  // namespace rlm::upstream
