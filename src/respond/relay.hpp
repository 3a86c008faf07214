#pragma once
// One upstream answer, byte for byte, to the client.

#include <functional>

#include "respond/response_sink.hpp"
#include "upstream/open_call.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::respond {

/// Called once, before the bytes that end the answer are sent: whoever has the answer also has its
/// record.
using Settle = std::function<void()>;

class Pings;

struct Relayed {
  bool complete = false;  // the client has the whole answer
  bool client_left = false;
  Usage usage;
  Error error;  // why it is not complete, unless the client left
};

/// Relays the rest of an opened call as it arrives: head first (unless pings have begun the
/// response), then pieces; a slow client stops the upstream read. Usage is read from the passing
/// bytes. The log entry of the call is ended before `settle` is called. An upstream that breaks off
/// after content becomes one error event and a cut connection; so does one whose answer the
/// client's dialect cannot say, or an error status when nothing of it was sent. The endpoint's
/// health hears how the answer ended. `pings` that run go on in the stream's silences, which only
/// one that lacks_pings() may have; null: none.
net::Task<Relayed> relay(upstream::OpenedCall& opened, ResponseSink& sink, ExchangeRecord& record,
                         upstream::CallLog& log, wire::JsonIndex& index, const Settle& settle,
                         Pings* pings = nullptr);

}  // namespace rlm::respond
