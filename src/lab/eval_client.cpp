#include "lab/eval_client.hpp"

#include <cmath>

#include "base/clock.hpp"
#include "lab/number_text.hpp"
#include "net/http_client.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/json_cursor.hpp"
#include "wire/json_text.hpp"
#include "wire/sse.hpp"

namespace rlm::lab {

namespace {

using net::Task;  // the coroutine; a task of the suite is lab::Task
using std::chrono::steady_clock;

constexpr std::size_t kErrorBytesMax = 64u << 10;
// The proxy writes its records after the answer; this often it is asked again, each time a little
// later.
constexpr int kRecordTries = 40;
constexpr Milliseconds kRecordPause{25};

// What the coroutines of one run share; outlives them.
struct Run {
  const Target& target;
  const std::vector<lab::Task>& tasks;
  const AskOptions& options;
  const std::function<void()>& on_done;
  net::Worker& worker;
  net::ClientPool& pool;
  Headers headers;
  std::vector<Outcome> outcomes;
  std::size_t next = 0;
  bool keeps_records = true;  // until the proxy has not known one
};

double ms_since(steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

// Puts one streamed answer together.
class AnswerReader {
 public:
  AnswerReader(Outcome& outcome, steady_clock::time_point started)
      : outcome_(outcome), started_(started) {}

  void feed(std::string_view bytes) {
    const auto fed =
        sse_.feed(bytes, [this](std::string_view, std::string_view data) { on_event(data); });
    if (!fed) complain(fed.error().message);
  }
  void finish() {
    const Answer answer = assembler_.take();
    outcome_.answer = answer.text();
    outcome_.usage = answer.usage;
    if (outcome_.model.empty()) outcome_.model = answer.model;
    if (!answer.complete) complain("the answer was cut off");
  }

 private:
  void on_event(std::string_view data) {
    auto event = wire::read_stream_event(data, index_);
    if (!event) return complain(event.error().message);
    if (const auto* failure = std::get_if<stream::Failure>(&*event))
      return complain(failure->type + ": " + failure->message);
    if (std::holds_alternative<stream::TextDelta>(*event) && outcome_.first_text_ms < 0)
      outcome_.first_text_ms = ms_since(started_);
    if (const auto fed = assembler_.feed(*event); !fed) complain(fed.error().message);
  }
  void complain(std::string what) {
    if (outcome_.error.empty()) outcome_.error = std::move(what);
  }

  Outcome& outcome_;
  steady_clock::time_point started_;
  wire::SseParser sse_;
  wire::JsonIndex index_;
  wire::AnswerAssembler assembler_;
};

std::string error_message(std::string_view body, int status) {
  wire::JsonIndex index;
  std::string message;
  if (const auto root = index.parse(body))
    message = root->member("error").member("message").string();
  return "HTTP " + std::to_string(status) + (message.empty() ? "" : ": " + message);
}

// The verdict of a response that pings had to begin early is in a comment before the answer's first
// event.
void read_verdict_comment(std::string_view bytes, Outcome& outcome) {
  constexpr std::string_view kMark = ": x-rlm-verdict=";
  const std::size_t at = bytes.find(kMark);
  if (!outcome.verdict.empty() || at == std::string_view::npos) return;
  const std::string_view rest = bytes.substr(at + kMark.size());
  outcome.verdict = rest.substr(0, rest.find_first_of(" \n"));
}

Task<void> read_answer(net::HttpCall& call, Outcome& outcome, steady_clock::time_point started) {
  AnswerReader reader(outcome, started);
  for (;;) {
    const auto piece = co_await call.read();
    if (!piece) {
      outcome.error = piece.error().message;
      co_return;
    }
    read_verdict_comment(piece->bytes, outcome);
    reader.feed(piece->bytes);
    if (piece->end) break;
  }
  reader.finish();
}

std::optional<NanoUsd> dollars_of(std::string_view text) {
  const auto value = number_of(text);
  if (!value) return std::nullopt;
  return NanoUsd{std::llround(*value * 1e9)};
}

Task<void> ask_record(Run& run, Outcome& outcome) {
  const std::string target = "/api/exchanges/" + outcome.exchange;
  for (int i = 0; i < kRecordTries; ++i) {
    net::StopSource stop;
    net::HttpCall call(run.pool, stop);
    net::ClientRequest request;
    request.method = "GET";
    request.target = target;
    request.headers = &run.headers;
    if (!co_await call.start(request)) co_return;
    const auto body = co_await call.read_all(kErrorBytesMax * 16);
    if (!body) co_return;
    if (call.status() == 200) {
      wire::JsonIndex index;
      const auto root = index.parse(*body);
      if (!root) co_return;
      outcome.cost = dollars_of(root->member("cost_usd").raw());
      if (const std::string verdict = root->member("verdict").string(); !verdict.empty())
        outcome.verdict = verdict;
      co_return;
    }
    if (call.status() != 404) co_return;
    co_await net::sleep_for(run.worker, kRecordPause);
  }
  run.keeps_records = false;  // its admin surface is elsewhere, or off
}

void price_by_usage(const Run& run, Outcome& outcome) {
  const money::PriceTable& prices =
      run.options.prices ? *run.options.prices : money::PriceTable::built_in();
  const UnixMs now = system_clock().unix_ms();
  const money::Price* price = prices.find(run.target.model, now);
  if (price != nullptr) outcome.cost = money::cost_of(outcome.usage, *price, now);
}

Task<void> ask_one(Run& run, const lab::Task& task, Outcome& outcome) {
  outcome.task = task.id;
  const std::string body = request_body(task, run.target.model);
  const std::string_view parts[] = {body};
  const auto started = steady_clock::now();
  net::StopSource stop;
  net::HttpCall call(run.pool, stop);
  net::ClientRequest request;
  request.target = "/v1/messages";
  request.headers = &run.headers;
  request.body = parts;
  const auto begun = co_await call.start(request);
  if (!begun) {
    outcome.error = begun.error().message;
    co_return;
  }
  outcome.first_byte_ms = ms_since(started);
  outcome.status = call.status();
  const Headers& headers = call.head().headers;
  outcome.verdict = find_header(headers, "x-rlm-verdict");
  outcome.model = find_header(headers, "x-rlm-model");
  outcome.exchange = find_header(headers, "x-rlm-exchange");
  outcome.cost = dollars_of(find_header(headers, "x-rlm-cost-usd"));
  if (outcome.status != 200) {
    const auto text = co_await call.read_all(kErrorBytesMax);
    outcome.error = error_message(text ? *text : "", outcome.status);
    co_return;
  }
  co_await read_answer(call, outcome, started);
  outcome.total_ms = ms_since(started);
  if (run.target.is_proxy) {
    if (!outcome.exchange.empty() && run.keeps_records) co_await ask_record(run, outcome);
  } else {
    price_by_usage(run, outcome);
  }
}

Task<void> ask_in_turn(Run* run) {
  while (run->next < run->tasks.size()) {
    const std::size_t i = run->next++;
    co_await ask_one(*run, run->tasks[i], run->outcomes[i]);
    if (run->on_done) run->on_done();
  }
}

}  // namespace

std::string request_body(const lab::Task& task, const std::string& model) {
  std::string body = "{\"model\":" + wire::json_string(model) +
                     ",\"max_tokens\":" + std::to_string(task.max_tokens) + ",\"stream\":true";
  if (!task.system.empty()) body += ",\"system\":" + wire::json_string(task.system);
  return body + ",\"messages\":[{\"role\":\"user\",\"content\":" + wire::json_string(task.prompt) +
         "}]}";
}

Result<std::vector<Outcome>> ask_all(const Target& target, const std::vector<lab::Task>& tasks,
                                     const AskOptions& options,
                                     const std::function<void()>& on_done) {
  auto url = net::parse_url(target.base_url);
  if (!url) return fail(std::move(url.error()));
  std::shared_ptr<net::TlsContext> tls;
  if (url->tls) {
    auto context = net::TlsContext::client(options.ca_file);
    if (!context) return fail(std::move(context.error()));
    tls = std::move(*context);
  }
  net::ClientConfig config;
  config.timeouts.first_byte = config.timeouts.idle = config.timeouts.total = options.timeout;
  net::Worker worker;
  net::ClientPool pool(worker, std::move(*url), std::move(tls), config);
  Run run{target, tasks, options, on_done, worker, pool, {}, std::vector<Outcome>(tasks.size())};
  run.headers = {{"content-type", "application/json"}, {"anthropic-version", "2023-06-01"}};
  if (!target.key.empty()) run.headers.add("x-api-key", target.key.reveal());

  net::TaskScope scope(worker);
  const std::size_t at_once = std::max<std::size_t>(1, std::min(options.concurrency, tasks.size()));
  for (std::size_t i = 0; i < at_once; ++i) scope.spawn(ask_in_turn(&run));
  worker.io().run();
  return std::move(run.outcomes);
}

}  // namespace rlm::lab
