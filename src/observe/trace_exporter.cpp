#include "observe/trace_exporter.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "net/http_client.hpp"
#include "net/stop.hpp"
#include "net/worker.hpp"
#include "observe/trace_spans.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::observe {
namespace {

// A receiver's answer is a handful of bytes.
constexpr std::size_t kAnswerBytesMax = 64 * 1024;

std::string base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// Retry-After as seconds; the date form is rare here and our own pause will do.
std::optional<Milliseconds> retry_after_of(const net::ResponseHead& head) {
  const auto text = find_header(head.headers, "retry-after");
  int seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || seconds < 0)
    return std::nullopt;
  return std::chrono::seconds(seconds);
}

// {"partialSuccess":{"rejectedSpans":"3"}}: taken, but not all of it. Never sent again.
std::int64_t rejected_spans(std::string_view answer) {
  wire::JsonIndex index;
  const auto root = index.parse(answer);
  if (!root) return 0;
  const auto rejected = root->member("partialSuccess").member("rejectedSpans");
  const auto text = rejected.is(wire::JsonValue::Type::String) ? rejected.quoted() : rejected.raw();
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

net::Task<void> wait_on(net::Timer& timer, Milliseconds duration) {
  timer.expires_after(duration);
  co_await net::expiry_of(timer);
}

}  // namespace

ExportDecision decide_export(const TraceConfig& config, int status, int attempt,
                             std::optional<Milliseconds> retry_after, double jitter) {
  using Action = ExportDecision::Action;
  if (status >= 200 && status < 300) return {Action::Done, {}};
  const bool repeatable =
      status == 0 || status == 429 || status == 502 || status == 503 || status == 504;
  if (!repeatable || attempt >= config.retries_max) return {Action::Drop, {}};
  if (retry_after) return {Action::Repeat, std::min(*retry_after, config.backoff_max)};
  const auto doubled = config.backoff * (std::int64_t{1} << std::min(attempt, 20));
  const auto pause = std::min(doubled, config.backoff_max);
  const auto off = static_cast<std::int64_t>(static_cast<double>(pause.count()) * 0.25 * jitter);
  return {Action::Repeat, pause - Milliseconds(off)};
}

struct TraceExporter::Impl {
  Impl(TraceConfig given, std::shared_ptr<net::TlsContext> tls)
      : config(std::move(given)),
        target(config.url.path.empty() ? "/" : config.url.path),
        pool(worker, base_of(config.url), std::move(tls), client_config(config)) {
    headers.add("content-type", "application/json");
    for (const auto& [name, value] : config.headers) headers.add(name, value.reveal());
    if (!config.basic_auth.empty())
      headers.add("authorization", "Basic " + base64(config.basic_auth.reveal()));
    resource = {config.service_name, config.service_version, config.environment};
  }

  static net::Url base_of(net::Url url) {
    url.path.clear();
    return url;
  }
  static net::ClientConfig client_config(const TraceConfig& config) {
    net::ClientConfig client;
    client.timeouts = {config.timeout, config.timeout, config.timeout, config.timeout};
    client.idle_max = 1;
    return client;
  }

  // On any thread.
  void wake_up() {
    net::asio::post(worker.executor(), [this] {
      wake.set();
      batch_timer.cancel();
    });
  }

  // On the exporter's thread from here on.
  net::Task<void> run();
  net::Task<void> wait_for_batch();
  net::Task<void> send(std::vector<ExchangeRecord> batch);
  net::Task<int> post_once(std::string_view body, std::optional<Milliseconds>& retry_after,
                           std::int64_t& rejected);
  std::vector<ExchangeRecord> take_batch();
  void settle(std::size_t count, bool taken);
  void warn_once(int status);

  const TraceConfig config;
  const std::string target;
  Headers headers;
  TraceResource resource;

  std::mutex mutex;
  std::condition_variable settled;   // something left the queue for good
  std::deque<ExchangeRecord> queue;  // under mutex
  std::size_t queued_spans = 0;      // under mutex
  std::size_t unsettled = 0;         // queued or being sent; under mutex
  int flushing = 0;                  // callers of flush(); under mutex
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> exported{0};
  std::atomic<std::uint64_t> dropped{0};

  net::Worker worker;
  net::Event wake{worker.io()};
  net::Timer batch_timer{worker.executor()};    // a new exchange may end it
  net::Timer backoff_timer{worker.executor()};  // only the end of the process may
  net::StopSource stop;
  net::ClientPool pool;
  std::minstd_rand random{std::random_device{}()};
  bool warned = false;
  std::thread thread;
};

void TraceExporter::Impl::warn_once(int status) {
  if (std::exchange(warned, true)) return;
  log::warn("traces cannot be exported; further failures are only counted",
            {{"receiver", config.url.authority()}, {"status", status}});
}

std::vector<ExchangeRecord> TraceExporter::Impl::take_batch() {
  const std::lock_guard lock(mutex);
  std::vector<ExchangeRecord> batch;
  std::size_t spans = 0;
  while (!queue.empty()) {
    const std::size_t more = span_count(queue.front());
    if (!batch.empty() && spans + more > config.batch_spans_max) break;
    spans += more;
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  queued_spans -= spans;
  return batch;
}

void TraceExporter::Impl::settle(std::size_t count, bool taken) {
  (taken ? exported : dropped).fetch_add(count, std::memory_order_relaxed);
  const std::lock_guard lock(mutex);
  unsettled -= count;
  settled.notify_all();
}

// Returns when a batch is full, old enough, or wanted at once.
net::Task<void> TraceExporter::Impl::wait_for_batch() {
  const auto state = [this](bool& empty) {
    const std::lock_guard lock(mutex);
    empty = queue.empty();
    return queued_spans >= config.batch_spans_max || flushing > 0 || stopping;
  };
  bool empty = true;
  while (!state(empty) && empty) co_await wake.wait();
  const auto until = std::chrono::steady_clock::now() + config.delay;
  while (!state(empty)) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero()) co_return;
    co_await wait_on(batch_timer, std::chrono::ceil<Milliseconds>(left));
  }
  // Full, but nothing there: flush() or the end of the process came upon an empty queue.
  if (empty && !stopping) co_await wake.wait();
}

net::Task<int> TraceExporter::Impl::post_once(std::string_view body,
                                              std::optional<Milliseconds>& retry_after,
                                              std::int64_t& rejected) {
  net::HttpCall call(pool, stop);
  const std::array<std::string_view, 1> parts{body};
  net::ClientRequest request;
  request.target = target;
  request.headers = &headers;
  request.body = parts;
  const auto started = co_await call.start(request);
  if (!started) co_return 0;
  retry_after = retry_after_of(call.head());
  const int status = call.status();
  const auto answer = co_await call.read_all(kAnswerBytesMax);
  if (answer && status == 200) rejected = rejected_spans(*answer);
  co_return status;
}

net::Task<void> TraceExporter::Impl::send(std::vector<ExchangeRecord> batch) {
  const std::string body = export_request_json(batch, resource);
  for (int attempt = 0;; ++attempt) {
    std::optional<Milliseconds> retry_after;
    std::int64_t rejected = 0;
    if (stop.stopped()) co_return settle(batch.size(), false);
    const int status = co_await post_once(body, retry_after, rejected);
    const double jitter = std::uniform_real_distribution<>(0, 1)(random);
    const auto decision = decide_export(config, status, attempt, retry_after, jitter);
    if (decision.action == ExportDecision::Action::Done) {
      if (rejected > 0)
        log::warn("the receiver of traces rejected spans",
                  {{"receiver", config.url.authority()}, {"spans", rejected}});
      warned = false;
      co_return settle(batch.size(), true);
    }
    // A stop that came during the attempt has no pause left to cancel.
    if (decision.action == ExportDecision::Action::Drop || stop.stopped()) {
      warn_once(status);
      co_return settle(batch.size(), false);
    }
    co_await wait_on(backoff_timer, decision.pause);
  }
}

net::Task<void> TraceExporter::Impl::run() {
  for (;;) {
    co_await wait_for_batch();
    auto batch = take_batch();
    if (!batch.empty()) {
      co_await send(std::move(batch));
    } else if (stopping) {
      // Deadlines of ended calls stay in the wheel for a while; nobody waits for them.
      worker.io().stop();
      co_return;
    }
  }
}

Result<std::unique_ptr<TraceExporter>> TraceExporter::start(TraceConfig config) {
  std::shared_ptr<net::TlsContext> tls;
  if (config.url.tls) {
    auto made = net::TlsContext::client(config.ca_file);
    if (!made) return fail(std::move(made.error()));
    tls = std::move(*made);
  }
  auto impl = std::make_unique<Impl>(std::move(config), std::move(tls));
  Impl& running = *impl;
  running.thread = std::thread([&running] {
    net::TaskScope tasks(running.worker);
    tasks.spawn(running.run());
    running.worker.io().run();
  });
  return std::unique_ptr<TraceExporter>(new TraceExporter(std::move(impl)));
}

TraceExporter::TraceExporter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TraceExporter::~TraceExporter() {
  impl_->stopping = true;
  impl_->wake_up();
  {
    std::unique_lock lock(impl_->mutex);
    impl_->settled.wait_for(lock, impl_->config.shutdown_patience,
                            [this] { return impl_->unsettled == 0; });
  }
  // Whatever is still being sent or waited for ends now.
  net::asio::post(impl_->worker.executor(), [this] {
    impl_->stop.request_stop();
    impl_->backoff_timer.cancel();
  });
  impl_->thread.join();
}

void TraceExporter::submit(const ExchangeRecord& record) {
  bool wake = false;
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->queue.size() >= impl_->config.queue_max) {
      impl_->dropped.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    const bool was_full = impl_->queued_spans >= impl_->config.batch_spans_max;
    impl_->queued_spans += span_count(record);
    ++impl_->unsettled;
    impl_->queue.push_back(record);
    // In between, the exporter's own timer wakes it.
    wake = impl_->queue.size() == 1 ||
           (!was_full && impl_->queued_spans >= impl_->config.batch_spans_max);
  }
  if (wake) impl_->wake_up();
}

void TraceExporter::flush() {
  std::unique_lock lock(impl_->mutex);
  ++impl_->flushing;
  lock.unlock();
  impl_->wake_up();
  lock.lock();
  impl_->settled.wait(lock, [this] { return impl_->unsettled == 0; });
  --impl_->flushing;
}

std::uint64_t TraceExporter::exported() const {
  return impl_->exported.load(std::memory_order_relaxed);
}
std::uint64_t TraceExporter::dropped() const {
  return impl_->dropped.load(std::memory_order_relaxed);
}

}  // namespace rlm::observe
