#pragma once
// The story of a request, from its head to its record.

#include "dialect/client_dialect.hpp"
#include "exchange/services.hpp"
#include "net/http_transaction.hpp"
#include "respond/response_sink.hpp"

namespace rlm::exchange {

enum class Operation { Message, CountTokens };

/// Serves one request to a messages endpoint: admit, read, plan, serve, account. Every request ends
/// in exactly one record (token counts excepted) and one answer, error or cut connection. When the
/// client leaves, every upstream call of the exchange is closed. `speaks` reads the request of a
/// client that does not speak Messages; null: it does. All arguments must outlive the await.
net::Task<void> run_exchange(Services& services, net::HttpTransaction& transaction,
                             respond::ResponseSink& sink, Operation operation,
                             dialect::ClientDialect* speaks = nullptr);

}  // namespace rlm::exchange
