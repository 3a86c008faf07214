#include "sim/service.hpp"

#include <algorithm>

#include "sim/admin.hpp"

namespace rlm::sim {
namespace {

std::string request_id_of(const SimConfig& config, std::uint64_t number) {
  Random random(mix(mix(config.seed, hash_of(config.name)), number));
  static constexpr char kAlphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::string id = "req_";
  for (int i = 0; i < 24; ++i) id += kAlphabet[random.next() % (sizeof kAlphabet - 1)];
  return id;
}

// Reports the end whatever way the handler is left.
class EndNote {
 public:
  EndNote(State& state, net::HttpTransaction& transaction, std::uint64_t number)
      : state_(state), transaction_(transaction), number_(number) {}
  EndNote(const EndNote&) = delete;
  EndNote& operator=(const EndNote&) = delete;
  ~EndNote() { state_.finish(number_, transaction_.status(), transaction_.gone().stopped()); }

 private:
  State& state_;
  net::HttpTransaction& transaction_;
  std::uint64_t number_;
};

}  // namespace

bool serves(const SimConfig& config, std::string_view model) {
  return std::find(config.models.begin(), config.models.end(), model) != config.models.end();
}

bool accepts_key(const SimConfig& config, std::string_view key) {
  return !key.empty() && (config.keys.empty() || std::find(config.keys.begin(), config.keys.end(),
                                                           key) != config.keys.end());
}

std::string_view bearer_of(const Headers& headers) {
  const std::string_view value = find_header(headers, "authorization");
  return value.starts_with("Bearer ") ? value.substr(7) : std::string_view();
}

Service::Call Service::begin(net::HttpTransaction& transaction) {
  const net::RequestHead& head = transaction.head();
  SeenRequest seen;
  seen.method = head.method;
  seen.target = head.target;
  seen.headers = head.headers;
  const std::uint64_t number = state_.arrive(std::move(seen));
  const Dialect* dialect = dialects_.front().get();
  std::optional<Target> target;
  for (const auto& each : dialects_) {
    target = each->target_of(head.path());
    if (!target) continue;
    dialect = each.get();
    break;
  }
  return {transaction,  *dialect, std::move(target), number, request_id_of(config_, number),
          state_.now(), {}};
}

net::Task<void> Service::handle(net::HttpTransaction& transaction) {
  if (transaction.head().path().starts_with("/_sim/")) {
    co_await serve_admin(transaction, state_);
    co_return;
  }
  Call call = begin(transaction);
  const EndNote note(state_, transaction, call.number);
  const auto body = co_await transaction.read_body(config_.body_bytes_max);
  if (body) {
    state_.note_body(call.number, body->view(), call.request_id);
    co_await serve(call, body->view());
    co_return;
  }
  if (body.error().kind == ErrorKind::Cancelled) co_return;
  const bool large = body.error().kind == ErrorKind::TooLarge;
  Refusal refusal = call.dialect.failure(large ? 413 : 400);
  if (!large) refusal.message = body.error().message;
  co_await refuse(call, refusal);
}

net::Task<void> Service::serve(Call& call, std::string_view body) {
  const net::RequestHead& head = call.transaction.head();
  const bool any_method = call.target && call.target->method.empty();
  if (!call.target || (!any_method && head.method != call.target->method)) {
    const Refusal refusal = call.dialect.failure(call.target ? 405 : 404);
    co_await refuse(call, refusal);
    co_return;
  }
  const Incoming incoming{head, body, call.began};
  auto key = call.dialect.authenticate(incoming, *call.target);
  if (!key) {
    co_await refuse(call, key.error());
    co_return;
  }
  call.key = std::move(*key);
  if (call.target->kind == Target::Kind::Answer) {
    const auto request = call.dialect.read(incoming, *call.target, index_);
    if (request)
      co_await serve_answer(call, *request);
    else
      co_await refuse(call, request.error());
    co_return;
  }
  const auto page = call.dialect.page(incoming, *call.target, index_);
  if (!page) {
    co_await refuse(call, page.error());
    co_return;
  }
  const Headers headers = call.dialect.headers(call.request_id, "application/json");
  co_await call.transaction.respond(200, headers, *page);
}

net::Task<void> Service::refuse(Call& call, const Refusal& refusal) {
  Headers headers = call.dialect.headers(call.request_id, "application/json");
  call.dialect.add_error_headers(refusal, headers);
  const std::string body = call.dialect.error_body(refusal, call.request_id);
  co_await call.transaction.respond(refusal.status, headers, body);
}

}  // namespace rlm::sim
