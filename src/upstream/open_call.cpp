#include "upstream/open_call.hpp"

#include <random>

#include "upstream/forward_headers.hpp"
#include "upstream/stream_beginning.hpp"
#include "wire/anthropic_error.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/sse.hpp"

namespace rlm::upstream {
namespace {

double random_unit() {
  thread_local std::mt19937 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

// An error event in place of an answer, read as the status it should have been.
Error error_of_event(std::string_view bytes) {
  Error error;
  error.kind = ErrorKind::UpstreamStatus;
  error.status = 500;
  wire::SseParser parser;
  wire::JsonIndex index;
  const auto done = parser.feed(bytes, [&](std::string_view, std::string_view data) {
    const Buffer copy(data);
    const auto event = wire::read_stream_event(copy.view(), index);
    if (!event) return;
    if (const auto* failure = std::get_if<stream::Failure>(&*event)) {
      error.status = wire::status_of_type(failure->type);
      error.body = data;
    }
  });
  if (!done || error.body.empty())
    error.body =
        R"({"type":"error","error":{"type":"api_error","message":"the upstream answered with an error event"}})";
  error.message = "the upstream answered with an error event";
  return error;
}

// Reads on until it is clear that the stream is an answer. An error event in its place is an error.
net::Task<Result<void>> read_beginning(OpenedCall& opened) {
  for (;;) {
    const Beginning beginning = beginning_of(opened.first.bytes, opened.first.end);
    if (beginning == Beginning::Answer) co_return Result<void>{};
    if (beginning == Beginning::Failure) co_return fail(error_of_event(opened.first.bytes));
    if (opened.first.end)
      co_return fail(ErrorKind::Protocol, Source::Upstream,
                     "the upstream's stream ended before it began");
    if (opened.held.empty()) opened.held.append(opened.first.bytes);
    auto more = co_await opened.call->read();
    if (!more) co_return fail(std::move(more.error()));
    opened.held.append(more->bytes);
    opened.first = {opened.held.view(), more->end};
  }
}

struct Attempt {
  ModelClient& client;  // one endpoint
  const CallRequest& request;
  OpenOptions options;
  CallLog& log;
  net::StopSource& stop;
  int number = 0;
};

// The breaker keeps the call back: nothing is sent, and nothing recorded. Not where there is no
// other way to an answer: a draft has one, the verify model.
std::optional<Error> held_back(Attempt& attempt, bool last_resort) {
  EndpointHealth* health = attempt.client.health();
  if (health == nullptr) return std::nullopt;
  const auto wait = health->holds_back(attempt.log.clock().steady());
  if (!wait || (last_resort && attempt.options.role != CallRole::Draft)) return std::nullopt;
  Error error(ErrorKind::Overloaded, attempt.options.source,
              attempt.client.config().name +
                  " has failed several times in a row; it is tried again in a moment");
  error.retry_after_ms = wait->count();
  return error;
}

net::Task<Result<OpenedCall>> attempt_once(Attempt& attempt) {
  OpenedCall opened;
  const EndpointConfig& endpoint = attempt.client.config();
  const std::string_view model =
      endpoint.model.empty() ? attempt.options.model : std::string_view(endpoint.model);
  opened.log_index = attempt.log.begin(attempt.options.role, endpoint.name, model, attempt.number);
  const auto give_up = [&](Error error) {
    const auto how = error.kind == ErrorKind::Cancelled ? CallEnd::Cancelled : CallEnd::Failed;
    // What the client asked for and the dialect cannot say stays the client's.
    if (how == CallEnd::Failed && error.source != Source::Client)
      error.source = attempt.options.source;
    attempt.log.end(opened.log_index, how, Usage{}, name_of(error.kind));
    return fail(std::move(error));
  };
  auto call = co_await attempt.client.open(attempt.request, attempt.stop);
  if (!call) co_return give_up(std::move(call.error()));
  opened.call = std::move(*call);
  const int status = opened.call->status();
  attempt.log.answered(opened.log_index, status, opened.call->first_byte_after());
  if (status < 200 || status > 299) {
    Error error;
    error.kind = ErrorKind::UpstreamStatus;
    error.status = status;
    error.headers = std::make_shared<const Headers>(opened.call->headers());
    error.retry_after_ms = retry_after_of(*error.headers, system_clock().unix_ms());
    error.message = attempt.client.config().name + " answered " + std::to_string(status);
    auto body = co_await opened.call->read_all(kErrorBodyMax);
    if (!body && body.error().kind == ErrorKind::Cancelled)
      co_return give_up(std::move(body.error()));
    if (body) error.body = std::move(*body);
    co_return give_up(std::move(error));
  }
  opened.is_stream = is_event_stream(opened.call->headers());
  auto first = co_await opened.call->read();
  if (!first) co_return give_up(std::move(first.error()));
  opened.first = *first;
  if (opened.is_stream) {
    auto begun = co_await read_beginning(opened);
    if (!begun) co_return give_up(std::move(begun.error()));
  }
  co_return opened;
}

// A pause that ends early when the client leaves.
net::Task<void> pause(net::Executor executor, Milliseconds duration, net::StopSource& stop) {
  net::Timer timer(executor);
  timer.expires_after(duration);
  net::StopCallback on_stop(
      stop, [](void* t) { static_cast<net::Timer*>(t)->cancel(); }, &timer);
  if (stop.stopped()) co_return;
  co_await net::expiry_of(timer);
}

// One try at one endpoint; its health hears of it.
net::Task<Result<OpenedCall>> attempt_at(ModelClient& endpoint, const CallRequest& request,
                                         OpenOptions options, CallLog& log, net::StopSource& stop,
                                         int number, bool last_resort) {
  Attempt attempt{endpoint, request, options, log, stop, number};
  if (auto error = held_back(attempt, last_resort)) co_return fail(std::move(*error));
  auto opened = co_await attempt_once(attempt);
  if (EndpointHealth* health = endpoint.health(); health != nullptr) {
    if (opened)
      health->answered(opened->call->first_byte_after());
    else
      health->failed(opened.error(), log.clock().steady());
  }
  co_return opened;
}

// What a client can act on best comes first: a limit, a key, a name.
int rank(const Error& error) {
  if (error.kind != ErrorKind::UpstreamStatus) return 0;
  switch (error.status) {
    case 429:
      return 4;
    case 401:
    case 403:
      return 3;
    case 404:
      return 2;
    default:
      return 1;
  }
}

}  // namespace

net::Task<Result<OpenedCall>> open_call(ModelClient& client, const CallRequest& request,
                                        OpenOptions options, CallLog& log, net::StopSource& stop) {
  std::vector<ModelClient*> tried;
  Error worst;
  int number = 0;
  int rounds = 0;
  for (;;) {
    ModelClient* endpoint = client.choose(request.session, tried, log.clock().steady());
    if (endpoint != nullptr) {
      const bool last_resort = tried.size() + 1 == client.endpoints();
      auto opened =
          co_await attempt_at(*endpoint, request, options, log, stop, number++, last_resort);
      if (opened) co_return opened;
      if (stop.stopped()) co_return opened;
      const bool another_might = falls_over(opened.error());
      if (!another_might || tried.empty() || rank(opened.error()) >= rank(worst))
        worst = std::move(opened.error());
      tried.push_back(endpoint);
      if (another_might) continue;
    }
    // None is left that might do better: they are asked once more, after a pause.
    const auto wait = retry_after(client.config().retry, worst, rounds++, random_unit());
    if (!wait) co_return fail(std::move(worst));
    tried.clear();
    const auto executor = co_await net::ThisExecutor();
    co_await pause(executor, *wait, stop);
    if (stop.stopped()) co_return fail(ErrorKind::Cancelled, Source::Client, "the client left");
  }
}

}  // namespace rlm::upstream
