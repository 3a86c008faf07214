#pragma once
// The story of a request, from its head to its record.

#include "exchange/services.hpp"
#include "net/http_transaction.hpp"
#include "respond/response_sink.hpp"

namespace rlm::exchange {

enum class Operation { Message, CountTokens };

/// Serves one request to a messages endpoint: admit, read, plan, serve, account. Every request ends
/// in exactly one record (token counts excepted) and one answer, error or cut connection. When the
/// client leaves, every upstream call of the exchange is closed. Both arguments must outlive the
/// await.
net::Task<void> run_exchange(Services& services, net::HttpTransaction& transaction,
                             respond::ResponseSink& sink, Operation operation);

}  // namespace rlm::exchange
