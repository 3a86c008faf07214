#include "exchange/cache_read.hpp"

#include "exchange/cascade_route.hpp"
#include "upstream/event_reader.hpp"
#include "upstream/open_call.hpp"
#include "wire/cache_read_body.hpp"

namespace rlm::exchange {
namespace {

Headers headers_of(const Secret& lines) {
  Headers headers;
  std::string_view rest = lines.reveal();
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    const auto colon = rest.find(": ");
    headers.add(rest.substr(0, colon), rest.substr(colon + 2, end - colon - 2));
    rest.remove_prefix(end + 2);
  }
  return headers;
}

// The API does not take such a request, and will not take the next one.
bool is_refusal(const Error& error) {
  return error.kind == ErrorKind::UpstreamStatus && error.status >= 400 && error.status < 500 &&
         error.status != 408 && error.status != 429;
}

}  // namespace

CacheRead::~CacheRead() {
  if (!told_) sessions_->drop(due_.prompt, false);
}

net::Task<void> CacheRead::run(net::StopSource& stop) {
  record_.started = services_.clock.unix_ms();
  if (record_.started >= due_.alive_until) co_return;
  const auto body = wire::cache_read_body(prompt().request.body, prompt().request.facts,
                                          services_.index, services_.config.json);
  if (!body) {
    sessions_->drop(due_.prompt, true);
    told_ = true;
    co_return;
  }
  calls_.emplace(services_.clock, services_.clock.steady());
  const auto usage = co_await read(*body, stop);
  settle(usage);
}

net::Task<Result<Usage>> CacheRead::read(const wire::SplicedBody& body, net::StopSource& stop) {
  const Headers headers = headers_of(prompt().headers);
  upstream::CallRequest call;
  call.query = prompt().request.query;
  call.client_headers = &headers;
  call.body = &body;
  call.session = prompt().request.session;
  call.model_value = prompt().request.facts.model_value;
  call.has_url_sources = prompt().request.facts.has_url_sources;
  call.stream = false;
  upstream::OpenOptions options;
  options.role = CallRole::Verify;
  options.model = prompt().verify.model;
  options.source = Source::Verify;
  options.insists = false;
  auto opened = co_await upstream::open_call(*services_.models[prompt().endpoint], call, options,
                                             *calls_, stop);
  if (!opened) co_return fail(std::move(opened.error()));
  upstream::EventReader events(*opened, services_.index);
  for (;;) {
    auto event = co_await events.next();
    if (!event) {
      const bool gone = event.error().kind == ErrorKind::Cancelled;
      calls_->end(opened->log_index, gone ? CallEnd::Cancelled : CallEnd::Failed, events.usage(),
                  name_of(event.error().kind));
      co_return fail(std::move(event.error()));
    }
    if (!*event) break;
  }
  calls_->end(opened->log_index, CallEnd::Complete, events.usage());
  co_return events.usage();
}

void CacheRead::settle(const Result<Usage>& usage) {
  told_ = true;
  if (usage && usage->cache_read > 0) {
    sessions_->read(due_.prompt, record_.started);
  } else {
    sessions_->drop(due_.prompt, !usage && is_refusal(usage.error()));
  }
  record_.id = new_exchange_id(record_.started);
  record_.occasion = Occasion::KeepAlive;
  record_.follows = prompt().follows;
  record_.session = prompt().record_session;
  record_.agent = prompt().agent;
  record_.asked_model = prompt().asked_model;
  record_.cascade = prompt().cascade;
  record_.request_bytes = static_cast<std::int64_t>(prompt().request.body.size());
  record_.verdict = usage ? Verdict::Direct : Verdict::Failed;
  record_.reason = usage ? "keep_alive" : "keep_alive," + std::string(name_of(usage.error().kind));
  record_.duration_ms = calls_->elapsed_ms();
  // A read is of what is cached.
  money::ExpectedUse expected =
      expected_use(services_, prompt().routed ? &*prompt().routed : nullptr, record_,
                   prompt().request.facts, prompt().verify);
  expected.verify = {.cache_read = expected.verify.prompt()};
  record_.calls = calls_->take(expected);
  // To the forecast of the caches it is a call that took the client's prompt to the verify model.
  const Cascade* cascade = services_.table->find_cascade(prompt().asked_model);
  if (prompt().routed && cascade != nullptr)
    learn_aside(services_, *cascade, prompt().verify, *prompt().routed, prompt().request.facts,
                record_);
  name_calls(services_, record_, CallRole::KeepAlive);
  services_.accountant.settle(record_, prompt().request.facts, prompt().verify);
  services_.ledger.write(services_.worker_index, record_);
}

}  // namespace rlm::exchange
