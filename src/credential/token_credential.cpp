#include "credential/token_credential.hpp"

#include <algorithm>
#include <exception>

#include "base/log.hpp"

namespace rlm::credential {
namespace {

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

tl::unexpected<Error> cancelled() {
  return fail(ErrorKind::Cancelled, Source::Client, "the client left");
}

}  // namespace

net::ClientConfig TokenConfig::quick() {
  net::ClientConfig client;
  client.timeouts.connect = Milliseconds(5'000);
  client.timeouts.first_byte = Milliseconds(10'000);
  client.timeouts.idle = Milliseconds(5'000);
  client.timeouts.total = Milliseconds(15'000);
  client.idle_max = 1;
  return client;
}

Result<std::unique_ptr<TokenCredential>> TokenCredential::make(
    net::Worker& worker, std::shared_ptr<const TokenGrant> grant, TokenConfig config,
    const Clock& clock) {
  auto url = net::parse_url(grant->url());
  if (!url) return fail(std::move(url.error()));
  if (!url->tls && !grant->may_be_plain() && !is_this_machine(url->host))
    return fail(ErrorKind::BadRequest, Source::Self,
                "the token endpoint at " + url->authority() +
                    " is not https; a credential is not sent in the open");
  if (url->tls && !config.tls) {
    auto made = net::TlsContext::client("");
    if (!made) return fail(std::move(made.error()));
    config.tls = std::move(*made);
  }
  return std::unique_ptr<TokenCredential>(
      new TokenCredential(worker, std::move(grant), std::move(*url), std::move(config), clock));
}

TokenCredential::TokenCredential(net::Worker& worker, std::shared_ptr<const TokenGrant> grant,
                                 net::Url url, TokenConfig config, const Clock& clock)
    : grant_(std::move(grant)),
      config_(std::move(config)),
      clock_(clock),
      pool_(worker, std::move(url), config_.tls, config_.client) {}

net::Task<Result<void>> TokenCredential::authorize(const RequestToSign&, Headers& headers,
                                                   net::StopSource& stop) {
  for (;;) {
    if (is_good() && (fetching_ || clock_.steady() < token_->renew_at)) {
      headers.add("authorization", "Bearer " + std::string(token_->value.reveal()));
      co_return Result<void>{};
    }
    if (stop.stopped()) co_return cancelled();
    if (fetching_) {
      const auto failures = failures_;
      co_await wait(stop);
      // One that failed for the caller which fetched has failed for all who waited for it.
      if (failures_ != failures && !is_good()) co_return fail(last_failure_);
      continue;
    }
    auto renewed = co_await renew(stop);
    if (!renewed && (!is_good() || renewed.error().kind == ErrorKind::Cancelled)) co_return renewed;
  }
}

void TokenCredential::refused(const Headers& sent) {
  const std::string_view value = sent.find(HeaderName::Authorization);
  constexpr std::string_view kBearer = "Bearer ";
  if (token_ && value.starts_with(kBearer) && token_->value.equals(value.substr(kBearer.size())))
    token_.reset();
}

net::Task<void> TokenCredential::wait(net::StopSource& stop) {
  net::Event woken(pool_.worker().io());
  net::StopCallback on_stop(
      stop, [](void* event) { static_cast<net::Event*>(event)->set(); }, &woken);
  waiters_.push_back(&woken);
  co_await woken.wait();
  std::erase(waiters_, &woken);
}

net::Task<Result<void>> TokenCredential::renew(net::StopSource& stop) {
  fetching_ = true;
  Result<Token> fetched = cancelled();
  try {
    fetched = co_await fetch(stop);
  } catch (const std::exception& thrown) {
    fetched = fail(ErrorKind::Internal, Source::Self,
                   std::string("fetching a token failed: ") + thrown.what());
  }
  fetching_ = false;
  Result<void> done;
  if (!fetched) done = fail(fetched.error());
  keep(std::move(fetched));
  for (net::Event* waiter : waiters_) waiter->set();
  co_return done;
}

void TokenCredential::keep(Result<Token> fetched) {
  const auto now = clock_.steady();
  if (fetched) {
    const auto life = fetched->lifetime;
    const auto early = std::min(config_.renew_before, life / 2);
    token_ = Kept{std::move(fetched->value), now + life, now + (life - early)};
    return;
  }
  // The one that left says nothing about the endpoint: somebody else tries.
  if (fetched.error().kind == ErrorKind::Cancelled) return;
  ++failures_;
  last_failure_ = std::move(fetched.error());
  if (!is_good()) return;
  token_->renew_at = now + config_.renewal_pause;
  log::warn("a token could not be renewed; the one at hand is used on",
            {{"why", last_failure_.message}});
}

net::Task<Result<Token>> TokenCredential::fetch(net::StopSource& stop) {
  const TokenRequest wanted = grant_->request(clock_.unix_ms());
  net::HttpCall call(pool_, stop);
  const std::string_view body = wanted.body.reveal();
  net::ClientRequest request;
  request.method = wanted.method;
  if (pool_.url().path.empty()) request.target = "/";
  request.headers = &wanted.headers;
  request.body = {&body, 1};
  auto started = co_await call.start(request);
  if (!started) {
    Error error = std::move(started.error());
    if (error.kind != ErrorKind::Cancelled)
      error.message = std::string(grant_->who()) + " got no token: " + error.message;
    co_return fail(std::move(error));
  }
  constexpr std::size_t kReplyBytesMax = 64 * 1024;
  auto reply = co_await call.read_all(kReplyBytesMax);
  if (!reply) co_return fail(std::move(reply.error()));
  const Secret kept(std::move(*reply));
  co_return read_token_reply(*grant_, call.status(), call.head().headers, kept.reveal(),
                             clock_.unix_ms());
}

}  // namespace rlm::credential
