#pragma once
// Answers that we write ourselves: a whole draft, an error, or a verify model's rewrite as it is
// written.

#include <string>

#include "domain/answer.hpp"
#include "domain/request.hpp"
#include "respond/relay.hpp"
#include "respond/response_sink.hpp"

namespace rlm::respond {

/// "0.001234567": dollars, as headers and comments tell them.
std::string cost_text(NanoUsd cost);

/// What the exchange cost, for streams whose head left before that was known: a comment, safe for
/// every client. Empty when it cost nothing.
std::string cost_comment(const ExchangeRecord& record);

/// Delivers a whole answer in the form the client asked for; `settle` is called before its last
/// bytes. False when the client is gone.
net::Task<bool> deliver_answer(const Answer& answer, const Request& request, ResponseSink& sink,
                               ExchangeRecord& record, const Settle& settle);

/// Delivers an error: a status with the provider's error shape before anything was sent, else one
/// error event and a cut connection. An upstream's own body and headers pass untouched, but that
/// an error about money says that it need not be tried again. Fills in record.status and
/// record.error_type; `settle` is called before the last bytes.
net::Task<void> deliver_error(const Error& error, ResponseSink& sink, ExchangeRecord& record,
                              const Settle& settle);

}  // namespace rlm::respond
