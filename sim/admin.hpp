#pragma once
// The simulated model's own control panel, for tests that run it as another process.
//
// GET  /_sim/bill       total and newest calls, integer nano-dollars
// GET  /_sim/requests   the newest requests: method, target, headers, body, how they ended; with
//                       ?holding=WORD those whose body holds the word
// POST /_sim/script     one reply, a list, or {"replies": [...]}: used by the next requests, in
// order. Keys of a reply: text | text_deltas [TEXT],
//                       thinking, tool_calls [{name, input, id?}], stop_reason, stop_sequence,
//                       output_tokens, latency_ms, tokens_per_second, raw_sse | raw_json, fault
//                       ("reset@200", see fault.hpp), status with headers {} and body, error_type,
//                       when (only for a request whose last user text contains this). Without
//                       content the model's own answer is given.
// POST /_sim/reset      forgets bill, requests, scripts, cache and moved time
// POST /_sim/advance    {"ms": N}: moves the clock of caches and prices

#include "net/http_transaction.hpp"
#include "sim/state.hpp"

namespace rlm::sim {

net::Task<void> serve_admin(net::HttpTransaction& transaction, State& state);

}  // namespace rlm::sim
