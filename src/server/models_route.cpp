#include "server/models_route.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "respond/deliver.hpp"
#include "respond/relay.hpp"
#include "server/downstream_sink.hpp"
#include "server/refusal.hpp"
#include "upstream/open_call.hpp"
#include "wire/json_text.hpp"

namespace rlm::server {
namespace {

std::string model_object(const std::string& id) {
  const std::string quoted = wire::json_string(id);
  return "{\"type\":\"model\",\"id\":" + quoted + ",\"display_name\":" + quoted +
         ",\"created_at\":\"1970-01-01T00:00:00Z\"}";
}

// The part of the path behind /models/; empty for the list.
std::string_view asked_model(std::string_view path) {
  const auto at = path.find("/models/");
  return at == std::string_view::npos ? std::string_view() : path.substr(at + 8);
}

// A name that stays within /models/ whatever its reader makes of dots, slashes and escapes.
bool is_plain_name(std::string_view id) {
  const bool all_plain = std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':' || c == '@';
  });
  return all_plain && (id.empty() || id.find_first_not_of('.') != std::string_view::npos);
}

net::Task<bool> relay_from_upstream(net::HttpTransaction& transaction,
                                    exchange::Services& services) {
  const int endpoint = services.table->passthrough;
  if (endpoint < 0) co_return false;
  auto& model = *services.models[static_cast<std::size_t>(endpoint)];
  DownstreamSink sink(transaction);
  ExchangeRecord record;
  upstream::CallLog log(services.clock, transaction.started());
  const auto path = transaction.head().path();
  upstream::CallRequest call;
  call.operation = upstream::CallRequest::Operation::Models;
  call.detail = path.substr(path.find("/models") + 7);
  call.query = transaction.head().query();
  // A client of OpenAI's asks here too, without a version, and the provider refuses that.
  Headers client = transaction.head().headers;
  if (find_header(client, "anthropic-version").empty()) {
    client.add("anthropic-version", "2023-06-01");
  }
  call.client_headers = &client;
  upstream::OpenOptions options;
  options.role = CallRole::Count;
  options.model = model.config().name;
  auto opened = co_await upstream::open_call(model, call, options, log, transaction.gone());
  const respond::Settle nothing_to_settle = [] {};
  if (opened) {
    co_await respond::relay(*opened, sink, record, log, services.index, nothing_to_settle);
    co_return true;
  }
  if (opened.error().kind != ErrorKind::UpstreamStatus) co_return false;
  co_await respond::deliver_error(opened.error(), sink, record, nothing_to_settle);
  co_return true;
}

}  // namespace

std::optional<std::string> models_body(const exchange::RoutingTable& table, std::string_view only) {
  std::set<std::string> ids;
  for (const auto& cascade : table.cascades)
    for (const auto& glob : cascade.match)
      if (glob.find_first_of("*?") == std::string::npos) ids.insert(glob);
  for (const auto& endpoint : table.endpoints)
    if (!endpoint.model.empty()) ids.insert(endpoint.model);
  if (!only.empty()) {
    const auto found = ids.find(std::string(only));
    if (found == ids.end()) return std::nullopt;
    return model_object(*found);
  }
  std::string data;
  for (const auto& id : ids) data += (data.empty() ? "" : ",") + model_object(id);
  const std::string first = ids.empty() ? "null" : wire::json_string(*ids.begin());
  const std::string last = ids.empty() ? "null" : wire::json_string(*ids.rbegin());
  return "{\"data\":[" + data + "],\"has_more\":false,\"first_id\":" + first +
         ",\"last_id\":" + last + "}";
}

net::Task<void> serve_models(net::HttpTransaction& transaction, exchange::Services& services) {
  const Headers& client = transaction.head().headers;
  if (auto admitted = admit::authenticate(client, services.admit, false); !admitted) {
    co_await refuse(transaction, admitted.error());
    co_return;
  }
  const auto only = asked_model(transaction.head().path());
  if (is_plain_name(only) && co_await relay_from_upstream(transaction, services)) co_return;
  const auto body = models_body(*services.table, only);
  if (!body) {
    const Error unknown(ErrorKind::NotFound, Source::Client, "model: " + std::string(only));
    co_await refuse(transaction, unknown);
    co_return;
  }
  const std::string id = new_request_id();
  const Headers headers{{"content-type", "application/json"}, {"request-id", id}};
  co_await transaction.respond(200, headers, *body);
}

}  // namespace rlm::server
