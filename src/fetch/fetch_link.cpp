#include "fetch/fetch_link.hpp"

#include <algorithm>

#include "fetch/public_address.hpp"
#include "net/http_client.hpp"

namespace rlm::fetch {
namespace {

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorKind::BadRequest, Source::Client, std::move(why));
}

tl::unexpected<Error> too_large(std::size_t bytes_max) {
  return refuse("it has more than " + std::to_string(bytes_max) + " bytes");
}

// Without the peer's address or anything that it said: only what went wrong.
Error reason_of(const Error& error) {
  if (error.kind == ErrorKind::Cancelled) return error;
  std::string why = "its server cannot be reached";
  if (error.kind == ErrorKind::Timeout) why = "its server does not answer in time";
  if (error.kind == ErrorKind::Protocol)
    why = "its server breaks the answer off, or speaks no HTTP";
  const auto tls = error.message.find("TLS handshake failed");
  if (tls != error.message.npos) why = error.message.substr(tls);
  return {ErrorKind::BadRequest, Source::Client, std::move(why)};
}

// How to reach the server of `link`, as far as it may be reached.
net::Task<Result<net::ClientConfig>> way_to(Fetching& with, const Link& link) {
  net::ClientConfig way;
  auto proxy = net::chosen_proxy(with.config.proxy, link.origin);
  if (!proxy) co_return fail(std::move(proxy.error()));
  way.proxy = std::move(*proxy);
  if (const auto why = why_not(link, way.proxy != nullptr, with.config); !why.empty())
    co_return refuse(std::string(why));
  const Milliseconds limit = with.config.timeout;
  way.timeouts = {limit, limit, limit, limit};
  if (way.proxy != nullptr) co_return way;
  auto found = co_await with.names.find(with.worker, link.origin.host, link.origin.port, with.stop);
  way.addresses = std::move(found.addresses);
  if (with.stop.stopped()) co_return fail(ErrorKind::Cancelled, Source::Client, "stopped");
  if (!is_trusted(link.origin, with.config))
    std::erase_if(way.addresses, [](const auto& at) { return !is_public(at.address()); });
  // The same words for a name that nobody knows: else clients could ask which names there are
  // inside.
  if (way.addresses.empty()) co_return refuse("its host has no public address");
  co_return way;
}

bool is_redirect(const net::HttpCall& call) {
  switch (call.status()) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return !find_header(call.head().headers, "location").empty();
    default:
      return false;
  }
}

net::Task<Result<std::string>> read_body(Fetching& with, net::HttpCall& call, std::size_t bytes_max,
                                         std::size_t copies) {
  const auto& head = call.head();
  if (head.status != 200) co_return refuse("its server answers " + std::to_string(head.status));
  if (const auto coding = find_header(head.headers, "content-encoding");
      !coding.empty() && coding != "identity")
    co_return refuse("its server sends it compressed, unasked");
  if (head.content_length.value_or(0) > bytes_max) co_return too_large(bytes_max);
  std::string body;
  for (;;) {
    auto piece = co_await call.read();
    if (!piece) co_return fail(reason_of(piece.error()));
    if (body.size() + piece->bytes.size() > bytes_max) co_return too_large(bytes_max);
    const std::size_t held = piece->bytes.size() * copies;
    if (held > with.bytes_left) co_return fail(too_much(with.config));
    with.bytes_left -= held;
    body += piece->bytes;
    if (piece->end) co_return body;
  }
}

/// An answer: bytes, or where they are.
struct Step {
  std::string body;
  std::string location;
};

net::Task<Result<Step>> ask(Fetching& with, const Link& link, std::size_t bytes_max,
                            std::size_t copies) {
  auto way = co_await way_to(with, link);
  if (!way) co_return fail(std::move(way.error()));
  net::ClientPool pool(with.worker, link.origin, with.tls, std::move(*way));
  net::HttpCall call(pool, with.stop);
  const Headers headers{{"accept", "image/jpeg, image/png, image/gif, image/webp, application/pdf"},
                        {"user-agent", "rlm-cascade"},
                        {"connection", "close"}};
  net::ClientRequest request;
  request.method = "GET";
  request.target = link.target;
  request.headers = &headers;
  const auto started = co_await call.start(request);
  if (!started) co_return fail(reason_of(started.error()));
  Step step;
  if (is_redirect(call)) {
    step.location = find_header(call.head().headers, "location");
    co_return step;
  }
  auto body = co_await read_body(with, call, bytes_max, copies);
  if (!body) co_return fail(std::move(body.error()));
  step.body = std::move(*body);
  co_return step;
}

}  // namespace

Error too_much(const FetchConfig& config) {
  return {ErrorKind::BadRequest, Source::Client,
          "all that the request names by URL has more than " +
              std::to_string(config.request_bytes_max) + " bytes"};
}

net::Task<Result<std::string>> fetch_link(Fetching& with, Link link, std::size_t bytes_max,
                                          std::size_t copies) {
  for (int redirects = 0;; ++redirects) {
    auto step = co_await ask(with, link, bytes_max, copies);
    if (!step) {
      if (redirects > 0 && step.error().kind != ErrorKind::Cancelled)
        step.error().message.insert(0, "behind a redirect, ");
      co_return fail(std::move(step.error()));
    }
    if (step->location.empty()) co_return std::move(step->body);
    if (redirects == kRedirectsMax)
      co_return refuse("it is redirected more than " + std::to_string(kRedirectsMax) + " times");
    auto next = resolve_link(link, step->location);
    if (!next) {
      next.error().message.insert(0, "behind a redirect, ");
      co_return fail(std::move(next.error()));
    }
    link = std::move(*next);
  }
}

}  // namespace rlm::fetch
