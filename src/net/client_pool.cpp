#include <algorithm>
#include <utility>

#include "net/http_client.hpp"
#include "net/name_lookup.hpp"

namespace rlm::net {

ClientPool::ClientPool(Worker& worker, Url url, std::shared_ptr<TlsContext> tls,
                       ClientConfig config)
    : worker_(worker), url_(std::move(url)), tls_(std::move(tls)), config_(std::move(config)) {}

std::unique_ptr<ByteStream> ClientPool::take_idle() {
  const auto now = worker_.clock().now();
  while (!idle_.empty()) {
    Idle newest = std::move(idle_.back());
    idle_.pop_back();
    const auto idle = now - newest.since;
    // One that was used a moment ago is not asked whether it still lives: that is a system call per
    // request, and a call on a connection that was closed meanwhile is repeated on a fresh one
    // anyway.
    constexpr Milliseconds kFresh{1'000};
    if (idle <= kFresh || (idle <= config_.idle_for && newest.stream->is_idle()))
      return std::move(newest.stream);
  }
  return nullptr;
}

void ClientPool::give_back(std::unique_ptr<ByteStream> stream) {
  if (!stream->is_open()) return;
  if (idle_.size() >= config_.idle_max) idle_.erase(idle_.begin());
  idle_.push_back({std::move(stream), worker_.clock().now()});
}

void ClientPool::end_lookup(std::string why) {
  looking_up_ = false;
  for (const auto& wait : std::exchange(waiting_, {})) {
    wait->why = why;
    wait->over.set();
  }
}

Task<Result<std::vector<asio::ip::tcp::endpoint>>> ClientPool::resolve(StopSource& stop) {
  if (!config_.addresses.empty()) co_return config_.addresses;
  const Url& peer = config_.proxy ? config_.proxy->url : url_;
  const auto unknown = [&](const std::string& why) {
    return fail(ErrorKind::Unreachable, Source::Upstream,
                "cannot resolve " + peer.host + ": " + why + "; check " +
                    (config_.proxy ? "the proxy's URL" : "base_url") + " and DNS");
  };
  while (addresses_.empty() || std::chrono::steady_clock::now() >= addresses_until_) {
    if (stop.stopped()) co_return unknown("stopped");
    if (!looking_up_) {
      looking_up_ = true;
      auto found = co_await worker_.names().find(worker_, peer.host, peer.port, stop);
      if (!found.addresses.empty()) {
        addresses_ = std::move(found.addresses);
        addresses_until_ = std::chrono::steady_clock::now() + config_.dns_for;
      }
      // Who is stopped tells nothing: the next one looks itself.
      end_lookup(stop.stopped() ? std::string() : found.why);
      if (!found.why.empty() && !stop.stopped()) co_return unknown(found.why);
      continue;
    }
    const auto wait = std::make_shared<LookupWait>(worker_.io());
    waiting_.push_back(wait);
    const StopCallback on_stop(
        stop, [](void* w) { static_cast<LookupWait*>(w)->over.set(); }, wait.get());
    co_await wait->over.wait();
    if (!wait->why.empty()) co_return unknown(wait->why);
  }
  co_return addresses_;
}

namespace {

// What a stop must close.
struct Connecting {
  ByteStream* stream = nullptr;
  StopSource lookup;
  bool found = false;  // where to connect
  bool timed_out = false;
  void close() {
    lookup.request_stop();
    if (stream != nullptr) stream->close();
  }
};

}  // namespace

Task<Result<void>> ClientPool::secure(ByteStream& stream, std::string& why) {
  if (config_.proxy) {
    auto tunnel = co_await open_tunnel(stream, *config_.proxy, url_, config_.head);
    if (!tunnel) {
      why = tunnel.error().message;
      co_return tunnel;
    }
  }
  SslPtr ssl = tls_->connect_on(stream.fd(), url_.host);
  const IoResult done = co_await stream.handshake(std::move(ssl), why);
  why = "TLS handshake failed: " + why;
  if (!done.ok()) co_return fail(ErrorKind::Unreachable, Source::Upstream, why);
  co_return Result<void>{};
}

Task<Result<std::unique_ptr<ByteStream>>> ClientPool::connect(StopSource& stop) {
  Connecting current;
  StopCallback on_stop(
      stop, [](void* c) { static_cast<Connecting*>(c)->close(); }, &current);
  WheelTimer timer(
      worker_.wheel(),
      [](void* c) {
        static_cast<Connecting*>(c)->timed_out = true;
        static_cast<Connecting*>(c)->close();
      },
      &current);
  timer.arm(config_.timeouts.connect);

  const auto give_up = [&](std::string why) {
    if (stop.stopped()) return fail(ErrorKind::Cancelled, Source::Client, "the client left");
    std::string where = "upstream " + url_.authority();
    if (config_.proxy) where += " through proxy " + config_.proxy->url.authority();
    if (current.timed_out)
      return fail(ErrorKind::Timeout, Source::Upstream,
                  where + (current.found ? " did not accept a connection in time"
                                         : ": its name was not resolved in time; check DNS"));
    return fail(ErrorKind::Unreachable, Source::Upstream,
                "cannot connect to " + where + ": " + why);
  };

  auto addresses = co_await resolve(current.lookup);
  if (current.lookup.stopped()) co_return give_up("");
  if (!addresses) co_return fail(std::move(addresses.error()));
  current.found = true;
  std::string why;
  for (const auto& address : *addresses) {
    if (stop.stopped() || current.timed_out) break;
    auto stream = std::make_unique<ByteStream>(worker_, address.protocol().family());
    current.stream = stream.get();
    const IoResult connected = co_await stream->connect(address, why);
    if (connected.ok() && url_.tls) {
      const auto secured = co_await secure(*stream, why);
      if (!secured) co_return give_up(why);
    }
    current.stream = nullptr;
    if (connected.ok()) co_return stream;
  }
  addresses_.clear();  // a name that moved must not be remembered
  co_return give_up(why);
}

}  // namespace rlm::net
