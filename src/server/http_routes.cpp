#include "server/http_routes.hpp"

#include "dialect/cloud_client.hpp"
#include "dialect/openai_client.hpp"
#include "exchange/run_exchange.hpp"
#include "respond/translating_sink.hpp"
#include "server/admin_pages.hpp"
#include "server/api_path.hpp"
#include "server/downstream_sink.hpp"
#include "server/models_route.hpp"
#include "server/refusal.hpp"

namespace rlm::server {
namespace {

net::Task<void> serve_exchange(net::HttpTransaction& transaction, exchange::Services& services,
                               exchange::Operation operation) {
  DownstreamSink sink(transaction);
  co_await exchange::run_exchange(services, transaction, sink, operation);
}

// What a request's client speaks when that is not Messages, by its path.
struct OtherDialect {
  std::unique_ptr<dialect::ClientDialect> client;  // null: Messages, or no path of a model
  exchange::Operation operation = exchange::Operation::Message;
};

OtherDialect other_dialect(std::string_view path, const exchange::Services& services) {
  using exchange::Operation;
  const auto operation_of = [](dialect::MessagesCall call) {
    return call == dialect::MessagesCall::CountTokens ? Operation::CountTokens : Operation::Message;
  };
  const std::int64_t now = services.clock.unix_ms().value / 1000;
  const auto defaults = [&services] {
    dialect::AskDefaults made = services.config.openai_clients;
    made.rules_of = [table = services.table](std::string_view model) {
      return table->rules_of(model);
    };
    return made;
  };
  if (path == "/chat/completions") return {dialect::chat_client(now, defaults())};
  if (path == "/responses") return {dialect::responses_client(now, defaults())};
  if (auto vertex = dialect::read_vertex_path(path)) {
    const auto operation = operation_of(vertex->call);
    return {dialect::vertex_client(std::move(*vertex)), operation};
  }
  if (auto bedrock = dialect::read_bedrock_path(path)) {
    const auto operation = operation_of(bedrock->call);
    return {dialect::bedrock_client(std::move(*bedrock)), operation};
  }
  return {};
}

net::Task<void> serve_other(net::HttpTransaction& transaction, exchange::Services& services,
                            OtherDialect other) {
  DownstreamSink downstream(transaction);
  respond::TranslatingSink sink(downstream, *other.client, services.index);
  co_await exchange::run_exchange(services, transaction, sink, other.operation, other.client.get());
}

net::Task<bool> serve_api(net::HttpTransaction& transaction, exchange::Services& services) {
  const std::string_view path = without_version(transaction.head().path());
  const std::string_view method = transaction.head().method;
  if (path == "/messages" || path == "/messages/count_tokens") {
    if (method != "POST") {
      co_await refuse_method(transaction, "POST");
    } else {
      co_await serve_exchange(
          transaction, services,
          path == "/messages" ? exchange::Operation::Message : exchange::Operation::CountTokens);
    }
    co_return true;
  }
  if (auto other = other_dialect(path, services); other.client != nullptr) {
    if (method != "POST") {
      co_await refuse_method(transaction, "POST", other.client.get());
    } else {
      co_await serve_other(transaction, services, std::move(other));
    }
    co_return true;
  }
  if (path == "/models" || path.substr(0, 8) == "/models/") {
    if (method != "GET" && method != "HEAD") {
      co_await refuse_method(transaction, "GET, HEAD");
    } else {
      co_await serve_models(transaction, services);
    }
    co_return true;
  }
  if (path == "/api/hello") {
    static const Headers kPlain{{"content-type", "text/plain"}};
    co_await transaction.respond(200, kPlain, "hello\n");
    co_return true;
  }
  co_return false;
}

}  // namespace

net::Task<void> serve_request(net::HttpTransaction& transaction, exchange::Services& services,
                              AdminServices& admin, Surfaces surfaces) {
  const std::string_view path = transaction.head().path();
  if (path == "/healthz" || path == "/readyz") {
    const bool well = path == "/healthz" || admin.ready();
    static const Headers kPlain{{"content-type", "text/plain"}};
    co_await transaction.respond(well ? 200 : 503, kPlain, well ? "ok\n" : "shutting down\n");
    co_return;
  }
  if (surfaces.api && co_await serve_api(transaction, services)) co_return;
  if (surfaces.admin && co_await serve_admin(transaction, admin)) co_return;
  co_await refuse_path(transaction);
}

}  // namespace rlm::server
