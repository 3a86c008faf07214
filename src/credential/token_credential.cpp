#include "credential/token_credential.hpp"

#include <algorithm>
#include <exception>

#include "base/log.hpp"
#include "base/percent.hpp"

namespace rlm::credential {
namespace {

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

// What a client may read of a refusal, which names accounts and tenants.
Error told_to_clients(const Error& refusal) {
  return {ErrorKind::Forbidden, refusal.source,
          "the gateway's own credential for this model's upstream was refused; this is the "
          "gateway's configuration, not your request or your key: ask its operator, who finds the "
          "reason in its log"};
}

// Whether `text` holds a secret value of the form that was sent.
bool repeats_secret(std::string_view text, std::string_view form) {
  while (!form.empty()) {
    const std::string_view field = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(field.size() + 1, form.size()));
    const auto equals = field.find('=');
    if (equals == field.npos) continue;
    const std::string_view name = field.substr(0, equals);
    if (name != "client_secret" && name != "refresh_token" && name != "assertion") continue;
    const std::string_view sent = field.substr(equals + 1);
    const Secret value(percent_decoded(sent));
    if (!sent.empty() && (text.find(sent) != text.npos || text.find(value.reveal()) != text.npos))
      return true;
  }
  return false;
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

bool TokenCredential::refused(const Headers& sent) {
  const std::string_view value = sent.find(HeaderName::Authorization);
  constexpr std::string_view kBearer = "Bearer ";
  if (!value.starts_with(kBearer)) return false;
  const bool is_newest = token_ && token_->value.equals(value.substr(kBearer.size()));
  if (!is_newest) return true;  // somebody has got another one since, or is to
  const auto now = clock_.steady();
  if (now < keep_until_) return false;
  keep_until_ = now + config_.renewal_pause;
  token_.reset();
  return true;
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
  if (!fetched && fetched.error().kind == ErrorKind::Forbidden) {
    log::warn("a token endpoint refused us", {{"why", fetched.error().message}});
    fetched = fail(told_to_clients(fetched.error()));
  }
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
  auto token = read_token_reply(*grant_, call.status(), call.head().headers, kept.reveal(),
                                clock_.unix_ms());
  // An endpoint may repeat what it was sent.
  if (!token &&
      (repeats_secret(kept.reveal(), body) || repeats_secret(token.error().message, body)))
    token.error().message = std::string(grant_->who()) +
                            " was refused a token, in words that repeat our secret; " +
                            std::string(grant_->advice({}));
  co_return token;
}

}  // namespace rlm::credential
