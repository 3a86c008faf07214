#pragma once
// A verify model's rewrite, delivered while it is being written.

#include <optional>
#include <string>

#include "domain/answer.hpp"
#include "domain/request.hpp"
#include "respond/relay.hpp"
#include "upstream/event_reader.hpp"

namespace rlm::respond {

/// The beginning of a rewrite, as the verdict gate left it.
struct RewriteStart {
  std::string held;                   // text that was kept back
  std::optional<StreamEvent> unread;  // the event that decided, when it was no text
  Usage prompt;                       // prompt usage that the client is told
  bool is_estimate = false;           // … until the call tells its own at its end
  std::size_t suffix_bytes = 0;       // that the call appended to the client's prompt
};

/// Relays a rewrite live, or collects it for a client that did not ask for a stream. The call's log
/// entry is ended, and `settle` called, before the answer's last bytes. A reply that breaks off
/// becomes an error event, or an error status when nothing was sent yet.
net::Task<Relayed> relay_rewrite(upstream::EventReader& events, upstream::OpenedCall& opened,
                                 RewriteStart start, const Request& request, ResponseSink& sink,
                                 ExchangeRecord& record, upstream::CallLog& log,
                                 const Settle& settle);

}  // namespace rlm::respond
