#include "upstream/http_model_client.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "credential/static_credential.hpp"
#include "credential/token_credential.hpp"
#include "dialect/cloud_error.hpp"
#include "dialect/cloud_request.hpp"
#include "upstream/inline_sources.hpp"
#include "upstream/outgoing.hpp"
#include "upstream/translated_call.hpp"

namespace rlm::upstream {
namespace {

class HttpModelCall final : public ModelCall {
 public:
  HttpModelCall(std::unique_ptr<net::HttpCall> call, bool lacks_pings)
      : call_(std::move(call)), lacks_pings_(lacks_pings) {}

  int status() const override { return call_->status(); }
  const Headers& headers() const override { return call_->head().headers; }
  std::optional<std::uint64_t> content_length() const override {
    return call_->head().content_length;
  }
  net::Task<Result<net::HttpCall::Piece>> read() override { return call_->read(); }
  net::Task<Result<std::string>> read_all(std::size_t bytes_max) override {
    return call_->read_all(bytes_max);
  }
  Milliseconds first_byte_after() const override { return call_->first_byte_after(); }
  bool lacks_pings() const override { return lacks_pings_; }

 private:
  std::unique_ptr<net::HttpCall> call_;
  bool lacks_pings_;
};

// Tokens are fetched by the way that calls go: the same proxy, the same authorities.
Result<credential::TokenConfig> token_config(const EndpointConfig& config) {
  credential::TokenConfig token;
  const auto url = net::parse_url(config.cloud.grant->url());
  if (!url) return fail(url.error());
  if (config.cloud.grant->may_be_plain()) return token;  // within the machine
  auto proxy = net::chosen_proxy(config.proxy, *url);
  if (!proxy) return fail(std::move(proxy.error()));
  token.client.proxy = std::move(*proxy);
  if (url->tls && !config.ca_file.empty()) {
    auto tls = net::TlsContext::client(config.ca_file);
    if (!tls) return fail(std::move(tls.error()));
    token.tls = std::move(*tls);
  }
  return token;
}

// Null where a key, or the client's own credential, is all there is.
Result<std::unique_ptr<credential::CredentialSource>> credential_of(net::Worker& worker,
                                                                    const EndpointConfig& config) {
  using Source = std::unique_ptr<credential::CredentialSource>;
  switch (config.cloud.identity) {
    case CloudConfig::Identity::Key:
      return Source();
    case CloudConfig::Identity::Aws:
      return credential::aws_credential(config.cloud.aws_keys, config.cloud.aws_scope);
    case CloudConfig::Identity::Token: {
      auto token = token_config(config);
      if (!token) return fail(std::move(token.error()));
      auto made = credential::TokenCredential::make(worker, config.cloud.grant, std::move(*token));
      if (!made) return fail(std::move(made.error()));
      return Source(std::move(*made));
    }
  }
  return Source();
}

// Whether the upstream does not take who we say we are: what a token that has expired or was
// revoked is answered with. Another 403 is about what we may do (RFC 6750 §3.1; AWS "Common
// errors", 2026).
bool refuses_credential(const net::HttpCall& call) {
  if (call.status() == 401) return true;
  if (call.status() != 403) return false;
  const Headers& headers = call.head().headers;
  if (find_header(headers, "www-authenticate").find("invalid_token") != std::string_view::npos)
    return true;
  const std::string_view why = find_header(headers, "x-amzn-errortype");
  constexpr std::string_view kWho[] = {"ExpiredToken", "UnrecognizedClient", "InvalidSignature",
                                       "IncompleteSignature", "MissingAuthenticationToken"};
  return std::any_of(std::begin(kWho), std::end(kWho),
                     [&](auto name) { return why.find(name) != std::string_view::npos; });
}

// Our own credential is no good: that is our upstream's side, whatever key the client has. The
// operator's log has the upstream's words.
net::Task<Error> refusal_of(net::HttpCall& call, const EndpointConfig& config,
                            wire::JsonIndex& index) {
  auto body = co_await call.read_all(kErrorBodyMax);
  if (!body && body.error().kind == ErrorKind::Cancelled) co_return std::move(body.error());
  const std::string told = body.value_or("");
  const auto read = dialect::read_cloud_error(call.status(), call.head().headers, told, index);
  log::warn("an upstream does not take our credential",
            {{"model", config.name},
             {"status", call.status()},
             {"says", dialect::first_words(read.detail.empty() ? told : read.detail)}});
  Error error(ErrorKind::Forbidden, Source::Upstream,
              "the upstream does not take the gateway's own credential; that is the gateway's "
              "configuration, not your request or your key: ask its operator, who finds the reason "
              "in its log");
  error.status = call.status();
  co_return error;
}

}  // namespace

HttpModelClient::HttpModelClient(net::Worker& worker, EndpointConfig config, net::Url url,
                                 std::shared_ptr<net::TlsContext> tls, net::ClientConfig client,
                                 std::shared_ptr<EndpointHealth> health)
    : config_(std::move(config)),
      pool_(worker, std::move(url), std::move(tls), std::move(client)),
      health_(std::move(health)) {}

Result<std::unique_ptr<HttpModelClient>> HttpModelClient::make(
    net::Worker& worker, EndpointConfig config, std::shared_ptr<net::TlsContext> tls,
    std::shared_ptr<EndpointHealth> health, std::shared_ptr<fetch::Fetcher> fetcher) {
  auto url = net::parse_url(config.base_url);
  if (!url) return fail(std::move(url.error()));
  if (url->tls && !tls) {
    auto made = net::TlsContext::client(config.ca_file, config.certificate_file, config.key_file);
    if (!made) return fail(std::move(made.error()));
    tls = std::move(*made);
  }
  auto proxy = net::chosen_proxy(config.proxy, *url);
  if (!proxy) return fail(std::move(proxy.error()));
  net::ClientConfig client;
  client.timeouts = config.timeouts;
  client.proxy = std::move(*proxy);
  if (health == nullptr) health = std::make_shared<EndpointHealth>(config.breaker);
  auto credential = credential_of(worker, config);
  if (!credential) return fail(std::move(credential.error()));
  std::unique_ptr<HttpModelClient> made(new HttpModelClient(worker, std::move(config),
                                                            std::move(*url), std::move(tls),
                                                            std::move(client), std::move(health)));
  made->credential_ = std::move(*credential);
  made->fetcher_ = std::move(fetcher);
  return made;
}

net::Task<Result<void>> HttpModelClient::authorize(Outgoing& out, const net::ClientRequest& request,
                                                   net::StopSource& stop) {
  const std::string target = pool_.url().path + out.target;
  const std::string host = pool_.url().authority();
  credential::RequestToSign signing;
  signing.method = request.method;
  signing.host = host;
  signing.target = target;
  signing.body = out.segments;
  co_return co_await credential_->authorize(signing, out.headers, stop);
}

net::Task<Result<std::unique_ptr<net::HttpCall>>> HttpModelClient::send(
    Outgoing& out, const net::ClientRequest& request, net::StopSource& stop) {
  for (bool again = false;; again = true) {
    if (credential_ != nullptr) {
      auto authorized = co_await authorize(out, request, stop);
      if (!authorized) co_return fail(std::move(authorized.error()));
    }
    auto call = std::make_unique<net::HttpCall>(pool_, stop);
    auto started = co_await call->start(request);
    if (!started) co_return fail(std::move(started.error()));
    if (credential_ == nullptr || !refuses_credential(*call)) co_return call;
    request.sending->whole = false;  // nobody charges for what was refused
    if (again || !credential_->refused(out.headers)) {
      Error refusal = co_await refusal_of(*call, config_, index_);
      co_return fail(std::move(refusal));
    }
    out.headers = dialect::without(out.headers, {"authorization"});
  }
}

net::Task<Result<std::unique_ptr<ModelCall>>> HttpModelClient::open(const CallRequest& request,
                                                                    net::StopSource& stop,
                                                                    net::Sending& sending) {
  return must_inline(config_, request) ? open_inlined(request, stop, sending)
                                       : open_as_is(request, stop, sending);
}

net::Task<Result<std::unique_ptr<ModelCall>>> HttpModelClient::open_inlined(
    const CallRequest& request, net::StopSource& stop, net::Sending& sending) {
  Inlined inlined;
  auto put = co_await inline_sources(inlined, config_, request, fetcher_.get(), pool_.worker(),
                                     index_, stop);
  if (!put) co_return fail(std::move(put.error()));
  co_return co_await open_as_is(inlined.request, stop, sending);
}

net::Task<Result<std::unique_ptr<ModelCall>>> HttpModelClient::open_as_is(
    const CallRequest& request, net::StopSource& stop, net::Sending& sending) {
  Outgoing out;
  if (auto put = put_into_dialect(out, config_, request, index_); !put)
    co_return fail(std::move(put.error()));
  net::ClientRequest outgoing;
  outgoing.target = out.target;
  outgoing.headers = &out.headers;
  outgoing.body = out.segments;
  outgoing.method = request.body == nullptr ? "GET" : "POST";
  outgoing.sending = &sending;
  auto sent = co_await send(out, outgoing, stop);
  if (!sent) co_return fail(std::move(sent.error()));
  std::unique_ptr<ModelCall> opened;
  if (config_.dialect == Dialect::Messages && !config_.cloud.tells_own_errors) {
    opened = std::make_unique<HttpModelCall>(std::move(*sent), config_.lacks_pings());
  } else {
    auto translated =
        std::make_unique<TranslatedCall>(std::move(*sent), config_, request, index_, out.is_spoken);
    auto begun = co_await translated->begin();
    if (!begun) {
      sending.whole = false;  // it is being refused: nobody charges for it
      co_return fail(std::move(begun.error()));
    }
    opened = std::move(translated);
  }
  co_return opened;
}

}  // namespace rlm::upstream
