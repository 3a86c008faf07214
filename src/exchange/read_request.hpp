#pragma once
// The client's request, read: its facts, whatever dialect it came in.

#include "dialect/client_dialect.hpp"
#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// Fills in x.request and what the record tells of it. `speaks`: the client's dialect; null:
/// Messages. A request that Messages cannot say becomes x.only_spoken where every endpoint of its
/// model speaks as the client does. BadRequest (Source::Client) for what can be read in neither
/// way, TooLarge beyond a limit, Cancelled when the client left.
net::Task<Result<void>> read_request(ExchangeContext& x, dialect::ClientDialect* speaks);

}  // namespace rlm::exchange
