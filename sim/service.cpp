#include "sim/service.hpp"

#include <algorithm>

#include "sim/admin.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

// "/anthropic/v1/messages" and "/messages" are "/v1/messages" to us.
std::string canonical_path(std::string_view path) {
  if (path.starts_with("/anthropic/")) path.remove_prefix(std::string_view("/anthropic").size());
  for (const std::string_view short_form : {"/messages", "/models"})
    if (path.starts_with(short_form)) return "/v1" + std::string(path);
  return std::string(path);
}

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

net::Task<void> Service::handle(net::HttpTransaction& transaction) {
  const std::string path = canonical_path(transaction.head().path());
  if (path.starts_with("/_sim/")) {
    co_await serve_admin(transaction, state_);
    co_return;
  }
  SeenRequest seen;
  seen.method = transaction.head().method;
  seen.target = transaction.head().target;
  seen.headers = transaction.head().headers;
  const std::uint64_t number = state_.arrive(std::move(seen));
  const EndNote note(state_, transaction, number);
  Call call{transaction, number, request_id_of(config_, number), state_.now(), {}};
  co_await route(call, path);
}

net::Task<void> Service::route(Call& call, std::string_view path) {
  const std::string& method = call.transaction.head().method;
  if (path == "/api/hello") {
    const Headers none;
    co_await call.transaction.respond(200, none, "");
    co_return;
  }
  const bool counts = path == "/v1/messages/count_tokens";
  const bool models = path == "/v1/models" || path.starts_with("/v1/models/");
  Refusal refusal{404, "not_found_error", "Not found"};
  if (counts || models || path == "/v1/messages") {
    if (method == (models ? "GET" : "POST")) {
      if (auto wrong = check_credentials(call)) {
        co_await refuse(call, *wrong);
      } else if (models) {
        co_await serve_models(
            call, path.substr(std::min(path.size(), std::string_view("/v1/models/").size())));
      } else {
        co_await serve_messages(call, counts);
      }
      co_return;
    }
    refusal = Refusal{405, "invalid_request_error", "Method Not Allowed"};
  }
  co_await refuse(call, refusal);
}

std::optional<Refusal> Service::check_credentials(Call& call) const {
  const Headers& headers = call.transaction.head().headers;
  std::string_view key = find_header(headers, "x-api-key");
  const std::string_view bearer = find_header(headers, "authorization");
  if (key.empty() && bearer.starts_with("Bearer ")) key = bearer.substr(7);
  if (key.empty()) return Refusal{401, "authentication_error", "x-api-key header is required"};
  if (!config_.keys.empty() &&
      std::find(config_.keys.begin(), config_.keys.end(), key) == config_.keys.end())
    return Refusal{401, "authentication_error", "invalid x-api-key"};
  call.key = key;
  if (!config_.strict.version_header) return std::nullopt;
  const std::string_view version = find_header(headers, "anthropic-version");
  if (version.empty()) return Refusal{.message = "anthropic-version: header is required"};
  if (version != "2023-06-01" && version != "2026-10-21")
    return Refusal{.message = "anthropic-version: \"" + std::string(version) +
                              "\" is not a valid version"};
  return std::nullopt;
}

tl::expected<SimRequest, Refusal> Service::read(Call& call, std::string_view body,
                                                bool count_only) {
  ReadOptions options;
  options.strict = config_.strict;
  options.cache = config_.cache;
  options.version = find_header(call.transaction.head().headers, "anthropic-version");
  options.count_only = count_only;
  options.signature_seed = config_.seed;
  auto request = read_request(body, index_, options);
  if (!request) return request;
  const auto& models = config_.models;
  if (std::find(models.begin(), models.end(), request->model) == models.end())
    return tl::unexpected(Refusal{404, "not_found_error", "model: " + request->model});
  if (const Tokens tokens = request->prompt_tokens(); tokens > config_.context_max && !count_only)
    return tl::unexpected(Refusal{.message = "prompt is too long: " + std::to_string(tokens) +
                                             " tokens > " + std::to_string(config_.context_max) +
                                             " maximum"});
  return request;
}

net::Task<void> Service::serve_messages(Call& call, bool count_only) {
  auto body = co_await call.transaction.read_body(config_.body_bytes_max);
  if (!body) {
    const bool large = body.error().kind == ErrorKind::TooLarge;
    const Refusal refusal{large ? 413 : 400, large ? "request_too_large" : "invalid_request_error",
                          large ? "Request exceeds the maximum size" : body.error().message};
    if (body.error().kind != ErrorKind::Cancelled) co_await refuse(call, refusal);
    co_return;
  }
  state_.note_body(call.number, body->view(), call.request_id);
  const auto request = read(call, body->view(), count_only);
  if (!request) {
    co_await refuse(call, request.error());
  } else if (count_only) {
    const Headers headers = headers_for(call, "application/json");
    const std::string counted =
        "{\"input_tokens\":" + std::to_string(request->prompt_tokens()) + "}";
    co_await call.transaction.respond(200, headers, counted);
  } else {
    co_await serve_answer(call, *request);
  }
}

net::Task<void> Service::serve_models(Call& call, std::string_view id) {
  std::string list;
  for (const std::string& model : config_.models) {
    if (!id.empty() && id != model) continue;
    const std::string name = wire::json_string(model);
    list += (list.empty() ? "" : ",") +
            ("{\"type\":\"model\",\"id\":" + name + ",\"display_name\":" + name) +
            R"(,"created_at":"2026-01-01T00:00:00Z","lifecycle":"active","max_input_tokens":)" +
            std::to_string(config_.context_max) + R"(,"max_tokens":128000,"capabilities":null})";
  }
  if (list.empty()) {
    const Refusal unknown{404, "not_found_error", "model: " + std::string(id)};
    co_await refuse(call, unknown);
    co_return;
  }
  if (id.empty())
    list = "{\"data\":[" + list +
           "],\"has_more\":false,\"first_id\":" + wire::json_string(config_.models.front()) +
           ",\"last_id\":" + wire::json_string(config_.models.back()) + "}";
  const Headers headers = headers_for(call, "application/json");
  co_await call.transaction.respond(200, headers, list);
}

net::Task<void> Service::refuse(Call& call, const Refusal& refusal) {
  const Headers headers = headers_for(call, "application/json");
  const std::string body =
      error_body(config_.cache, refusal.type, refusal.message, call.request_id);
  co_await call.transaction.respond(refusal.status, headers, body);
}

Headers Service::headers_for(const Call& call, std::string_view content_type) const {
  Headers headers{{"content-type", content_type}, {"request-id", call.request_id}};
  if (config_.cache == CacheKind::Automatic) return headers;
  headers.add("anthropic-organization-id", "3f0c2b9e-0000-4000-8000-00000000051a");
  // Limits that nobody reaches: a rate limit is a fault, asked for by name.
  static constexpr std::string_view kReset = "2026-11-01T00:00:00Z";
  for (const std::string_view what : {"requests", "tokens", "input-tokens", "output-tokens"}) {
    const std::string prefix = "anthropic-ratelimit-" + std::string(what);
    headers.add(prefix + "-limit", what == "requests" ? "4000" : "4000000");
    headers.add(prefix + "-remaining", what == "requests" ? "3999" : "3999000");
    headers.add(prefix + "-reset", kReset);
  }
  return headers;
}

}  // namespace rlm::sim
