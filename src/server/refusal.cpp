#include "server/refusal.hpp"

#include "dialect/openai_error_reply.hpp"
#include "server/api_path.hpp"
#include "server/downstream_sink.hpp"
#include "wire/anthropic_error.hpp"

namespace rlm::server {
namespace {

/// So much of a path is repeated in an error.
constexpr std::size_t kToldPathBytes = 128;

bool expects_openai(std::string_view path, const Headers& client) {
  if (is_openai_path(path)) return true;
  return client.find(HeaderName::Authorization).starts_with("Bearer ") &&
         find_header(client, "anthropic-version").empty();
}

dialect::ClientDialect::Told told_to_openai(int status, const std::string& body) {
  const dialect::OpenAiFault fault = dialect::openai_fault(status, body);
  return {fault.status, dialect::openai_error_body(fault)};
}

// What the client has most likely mistaken.
std::string_view hint_for(std::string_view path) {
  if (path.starts_with("/v1/v1/")) return "; /v1 stands there twice: take it out of the base URL";
  if (without_version(path).starts_with("/responses/"))
    return "; responses are not kept here: send the whole conversation to POST /v1/responses";
  return "";
}

}  // namespace

net::Task<void> refuse(net::HttpTransaction& transaction, const Error& error,
                       dialect::ClientDialect* speaks, std::string_view allowed) {
  const std::string id = new_request_id();
  dialect::ClientDialect::Told told{wire::status_of(error), wire::error_body(error, id)};
  const net::RequestHead& head = transaction.head();
  if (speaks != nullptr) {
    wire::JsonIndex index;
    told = speaks->error(told.status, told.body, index);
  } else if (expects_openai(head.path(), head.headers)) {
    told = told_to_openai(told.status, told.body);
  }
  Headers headers{
      {"content-type", "application/json"}, {"x-should-retry", "false"}, {"request-id", id}};
  if (!allowed.empty()) headers.add("allow", allowed);
  co_await transaction.respond(told.status, headers, told.body);
}

net::Task<void> refuse_method(net::HttpTransaction& transaction, std::string_view allowed,
                              dialect::ClientDialect* speaks) {
  const net::RequestHead& head = transaction.head();
  const Error error(ErrorKind::MethodNotAllowed, Source::Client,
                    "Method Not Allowed: " + head.method + " found; expected " +
                        std::string(allowed) + " for " +
                        std::string(head.path().substr(0, kToldPathBytes)));
  co_await refuse(transaction, error, speaks, allowed);
}

net::Task<void> refuse_path(net::HttpTransaction& transaction) {
  const std::string_view path = transaction.head().path();
  const Error error(ErrorKind::NotFound, Source::Client,
                    "no such path: " + std::string(path.substr(0, kToldPathBytes)) +
                        "; this proxy serves POST /v1/messages, /v1/messages/count_tokens, "
                        "/v1/chat/completions and /v1/responses, and GET /v1/models" +
                        std::string(hint_for(path)));
  co_await refuse(transaction, error);
}

std::string head_refusal(const Error& error, std::string_view target) {
  const std::string body = wire::error_body(error, new_request_id());
  const std::string_view path = target.substr(0, target.find('?'));
  return is_openai_path(path) ? told_to_openai(wire::status_of(error), body).body : body;
}

}  // namespace rlm::server
