#include "sim/admin.hpp"

#include "sim/transcript.hpp"

namespace rlm::sim {
namespace {

struct Panel {
  int status = 200;
  std::string body = "{\"ok\":true}\n";
};

Panel wrong(int status, std::string_view message) {
  return {status, error_json(error_type_of(status), message, "")};
}

Panel add_script(State& state, std::string_view body) {
  auto script = read_script(body);
  if (!script) return wrong(400, script.error().message);
  for (Reply& reply : *script) state.script(std::move(reply));
  return {};
}

Panel advance(State& state, std::string_view body) {
  wire::JsonIndex index;
  const auto json = index.parse(body);
  if (!json) return wrong(400, json.error().message);
  const auto ms = json->member("ms");
  if (!ms.is(wire::JsonValue::Type::Number)) return wrong(400, "ms: need a number");
  state.advance(Milliseconds(ms.integer(0)));
  return {};
}

// All, or with the query `holding=WORD` those whose body holds the word: a test polls for its own.
std::vector<SeenRequest> chosen(std::vector<SeenRequest> seen, std::string_view query) {
  static constexpr std::string_view kHolding = "holding=";
  if (!query.starts_with(kHolding)) return seen;
  const std::string_view word = query.substr(kHolding.size());
  std::erase_if(seen, [&](const SeenRequest& request) {
    return request.body.find(word) == std::string::npos;
  });
  return seen;
}

Panel answer(State& state, const net::RequestHead& head, std::string_view body) {
  const std::string_view path = head.path();
  const bool posts = head.method == "POST";
  if (path == "/_sim/bill" && !posts) return {200, to_json(state.bill())};
  if (path == "/_sim/requests" && !posts) {
    return {200, to_json(chosen(state.requests(), head.query()))};
  }
  if (path == "/_sim/script" && posts) return add_script(state, body);
  if (path == "/_sim/advance" && posts) return advance(state, body);
  if (path == "/_sim/reset" && posts) {
    state.reset();
    return {};
  }
  return wrong(404, "no such admin path or method");
}

}  // namespace

net::Task<void> serve_admin(net::HttpTransaction& transaction, State& state) {
  static constexpr std::size_t kBodyBytesMax = 16u << 20;
  const auto body = co_await transaction.read_body(kBodyBytesMax);
  const Headers headers{{"content-type", "application/json"}};
  const Panel panel =
      body ? answer(state, transaction.head(), body->view()) : wrong(400, body.error().message);
  co_await transaction.respond(panel.status, headers, panel.body);
}

}  // namespace rlm::sim
