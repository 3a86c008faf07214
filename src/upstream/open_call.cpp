#include "upstream/open_call.hpp"

#include <random>

#include "upstream/forward_headers.hpp"
#include "upstream/stream_beginning.hpp"
#include "upstream/telling.hpp"
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
  int& number;  // of the next sending
};

net::Task<Result<OpenedCall>> attempt_once(Attempt& attempt) {
  OpenedCall opened;
  const EndpointConfig& endpoint = attempt.client.config();
  const std::string_view model =
      endpoint.model.empty() ? attempt.options.model : std::string_view(endpoint.model);
  opened.log_index =
      attempt.log.begin(attempt.options.role, endpoint.name, model, attempt.number++);
  net::Sending sending;
  const std::size_t bytes = attempt.request.body == nullptr ? 0 : attempt.request.body->size();
  attempt.log.sends(opened.log_index, bytes, attempt.request.stream, sending);
  const auto give_up = [&](Error error) {
    const auto how = error.kind == ErrorKind::Cancelled ? CallEnd::Cancelled : CallEnd::Failed;
    // What the client asked for and the dialect cannot say stays the client's.
    if (how == CallEnd::Failed && error.source != Source::Client)
      error.source = attempt.options.source;
    attempt.log.end(opened.log_index, how, Usage{}, name_of(error.kind));
    return fail(std::move(error));
  };
  auto call = co_await attempt.client.open(attempt.request, attempt.stop, sending);
  Milliseconds before{0};
  if (sending.repeated_after.count() >= 0) {
    before = sending.repeated_after;
    opened.log_index = attempt.log.repeat(opened.log_index, before);
    ++attempt.number;
  }
  if (!call) {
    attempt.log.at(opened.log_index).status = call.error().status;
    co_return give_up(std::move(call.error()));
  }
  opened.call = std::move(*call);
  const int status = opened.call->status();
  attempt.log.answered(opened.log_index, status, opened.call->first_byte_after() - before);
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

// One call's way through the endpoints of its model.
struct Search {
  ModelClient& client;
  const CallRequest& request;
  OpenOptions options;
  CallLog& log;
  net::StopSource& stop;
  int sent = 0;                              // attempts in all
  std::vector<ModelClient*> asked{};         // in this round
  bool any_held_back = false;                // in this round
  bool over = false;                         // no other endpoint need be asked
  Result<OpenedCall> found = fail(Error());  // the answer, or of this round the error to tell

  SteadyTime now() const { return log.clock().steady(); }
  void begin_round() {
    asked.clear();
    any_held_back = over = false;
    found = fail(Error(ErrorKind::Overloaded, options.source, "no endpoint is there to be asked"));
  }
  void note(Result<OpenedCall> one) {
    over = one || stop.stopped() || !falls_over(one.error());
    if (over || tells_more(one.error(), found.error())) found = std::move(one);
  }
};

Error held_back(const Search& search, const ModelClient& endpoint, Milliseconds wait) {
  Error error(
      ErrorKind::Overloaded, search.options.source,
      endpoint.config().name + " has failed several times in a row; it is tried again in a moment");
  error.retry_after_ms = wait.count();
  return error;
}

// One try at one endpoint; its health hears of it.
net::Task<Result<OpenedCall>> attempt_at(Search& search, ModelClient& endpoint,
                                         std::uint64_t probe) {
  search.asked.push_back(&endpoint);
  Attempt attempt{endpoint, search.request, search.options, search.log, search.stop, search.sent};
  auto opened = co_await attempt_once(attempt);
  EndpointHealth* health = endpoint.health();
  if (opened) {
    search.client.answered_at(search.request.session, endpoint, search.now());
    opened->health = health;
    opened->clock = &search.log.clock();
    const auto measured =
        opened->is_stream ? std::optional(opened->call->first_byte_after()) : std::nullopt;
    if (health != nullptr) health->answered(measured, search.now());
  } else if (health != nullptr) {
    health->failed(opened.error(), search.now(), probe);
  }
  co_return opened;
}

// Asks those in turn that were not asked yet; where the breaker keeps the call back, nothing is
// sent and nothing recorded, unless it is `forced`.
net::Task<void> ask_in_turn(Search& search, bool forced) {
  std::vector<ModelClient*> passed = search.asked;
  while (!search.over) {
    ModelClient* endpoint = search.client.choose(search.request.session, passed, search.now());
    if (endpoint == nullptr) co_return;
    passed.push_back(endpoint);
    EndpointHealth::Leave leave;
    if (endpoint->health() != nullptr) leave = endpoint->health()->ask_leave(search.now());
    if (leave.wait && !forced) {
      search.any_held_back = true;
      search.note(fail(held_back(search, *endpoint, *leave.wait)));
      continue;
    }
    auto opened = co_await attempt_at(search, *endpoint, leave.probe);
    search.note(std::move(opened));
  }
}

}  // namespace

void OpenedCall::completed() const {
  if (health != nullptr) health->completed();
}

void OpenedCall::broke_off(const Error& error) const {
  if (health != nullptr) health->broke_off(error, clock->steady());
}

net::Task<Result<OpenedCall>> open_call(ModelClient& client, const CallRequest& request,
                                        OpenOptions options, CallLog& log, net::StopSource& stop) {
  Search search{client, request, options, log, stop};
  for (int round = 0;; ++round) {
    search.begin_round();
    co_await ask_in_turn(search, false);
    if (search.any_held_back && options.insists) co_await ask_in_turn(search, true);
    if (search.found) co_return std::move(search.found);
    if (stop.stopped()) co_return fail(ErrorKind::Cancelled, Source::Client, "the client left");
    const auto wait =
        retry_after(client.config().retry, search.found.error(), round, random_unit());
    if (!wait) co_return std::move(search.found);
    const auto executor = co_await net::ThisExecutor();
    co_await pause(executor, *wait, stop);
    if (stop.stopped()) co_return fail(ErrorKind::Cancelled, Source::Client, "the client left");
  }
}

}  // namespace rlm::upstream
