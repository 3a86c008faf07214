#include "upstream/http_model_client.hpp"

#include "upstream/forward_headers.hpp"

namespace rlm::upstream {
namespace {

class HttpModelCall final : public ModelCall {
 public:
  HttpModelCall(net::ClientPool& pool, net::StopSource& stop) : call_(pool, stop) {}
  net::HttpCall& call() { return call_; }

  int status() const override { return call_.status(); }
  const Headers& headers() const override { return call_.head().headers; }
  std::optional<std::uint64_t> content_length() const override {
    return call_.head().content_length;
  }
  net::Task<Result<net::HttpCall::Piece>> read() override { return call_.read(); }
  net::Task<Result<std::string>> read_all(std::size_t bytes_max) override {
    return call_.read_all(bytes_max);
  }
  Milliseconds first_byte_after() const override { return call_.first_byte_after(); }

 private:
  net::HttpCall call_;
};

net::ClientConfig client_config(const EndpointConfig& config) {
  net::ClientConfig client;
  client.timeouts = config.timeouts;
  return client;
}

}  // namespace

HttpModelClient::HttpModelClient(net::Worker& worker, EndpointConfig config, net::Url url,
                                 std::shared_ptr<net::TlsContext> tls)
    : config_(std::move(config)),
      pool_(worker, std::move(url), std::move(tls), client_config(config_)) {}

Result<std::unique_ptr<HttpModelClient>> HttpModelClient::make(
    net::Worker& worker, EndpointConfig config, std::shared_ptr<net::TlsContext> tls) {
  auto url = net::parse_url(config.base_url);
  if (!url) return fail(std::move(url.error()));
  if (url->tls && !tls) {
    auto made = net::TlsContext::client(config.ca_file);
    if (!made) return fail(std::move(made.error()));
    tls = std::move(*made);
  }
  return std::unique_ptr<HttpModelClient>(
      new HttpModelClient(worker, std::move(config), std::move(*url), std::move(tls)));
}

net::Task<Result<std::unique_ptr<ModelCall>>> HttpModelClient::open(const CallRequest& request,
                                                                    net::StopSource& stop) {
  auto call = std::make_unique<HttpModelCall>(pool_, stop);
  const Headers headers = request_headers_for(config_, *request.client_headers);
  net::ClientRequest outgoing;
  outgoing.target = request.target;
  outgoing.headers = &headers;
  outgoing.body = request.body;
  outgoing.method = request.body.empty() ? "GET" : "POST";
  auto started = co_await call->call().start(outgoing);
  if (!started) co_return fail(std::move(started.error()));
  std::unique_ptr<ModelCall> opened = std::move(call);
  co_return opened;
}

}  // namespace rlm::upstream
