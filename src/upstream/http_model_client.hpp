#pragma once
// Upstreams over HTTP, whatever their dialect.

#include <memory>

#include "credential/credential_source.hpp"
#include "fetch/fetcher.hpp"
#include "upstream/model_client.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::upstream {

struct Outgoing;

class HttpModelClient final : public ModelClient {
 public:
  /// BadRequest (Source::Self) for a base_url or ca_file that cannot be used. `tls` may be null for
  /// http.
  /// `fetcher`: for what requests name by URL; null where the configuration has none fetched.
  /// `health`: shared with the endpoint's clients on other workers; null: one of its own.
  static Result<std::unique_ptr<HttpModelClient>> make(
      net::Worker& worker, EndpointConfig config, std::shared_ptr<net::TlsContext> tls,
      std::shared_ptr<EndpointHealth> health = nullptr,
      std::shared_ptr<fetch::Fetcher> fetcher = nullptr);

  const EndpointConfig& config() const override { return config_; }
  EndpointHealth* health() override { return health_.get(); }
  net::Task<Result<std::unique_ptr<ModelCall>>> open(const CallRequest& request,
                                                     net::StopSource& stop,
                                                     net::Sending& sending) override;

 private:
  HttpModelClient(net::Worker& worker, EndpointConfig config, net::Url url,
                  std::shared_ptr<net::TlsContext> tls, net::ClientConfig client,
                  std::shared_ptr<EndpointHealth> health);
  EndpointConfig config_;
  net::Task<Result<std::unique_ptr<ModelCall>>> open_as_is(const CallRequest& request,
                                                           net::StopSource& stop,
                                                           net::Sending& sending);
  net::Task<Result<std::unique_ptr<ModelCall>>> open_inlined(const CallRequest& request,
                                                             net::StopSource& stop,
                                                             net::Sending& sending);
  net::Task<Result<void>> authorize(Outgoing& out, const net::ClientRequest& request,
                                    net::StopSource& stop);
  /// Sends it with the credential that it needs; once more with a fresh one when that was refused.
  net::Task<Result<std::unique_ptr<net::HttpCall>>> send(Outgoing& out,
                                                         const net::ClientRequest& request,
                                                         net::StopSource& stop);

  net::ClientPool pool_;
  std::shared_ptr<EndpointHealth> health_;
  std::unique_ptr<credential::CredentialSource> credential_;  // null: a key at most
  std::shared_ptr<fetch::Fetcher> fetcher_;                   // may be null
  wire::JsonIndex index_;  // scratch for dialects, never in use across a wait
};

}  // namespace rlm::upstream
