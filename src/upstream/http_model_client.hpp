#pragma once
// Upstreams that speak the Anthropic Messages format over HTTP: Anthropic, DeepSeek's and Azure AI
// Foundry's Anthropic endpoints, and the simulated models.

#include <memory>

#include "upstream/model_client.hpp"

namespace rlm::upstream {

class HttpModelClient final : public ModelClient {
 public:
  /// BadRequest (Source::Self) for a base_url or ca_file that cannot be used. `tls` may be null for
  /// http.
  static Result<std::unique_ptr<HttpModelClient>> make(net::Worker& worker, EndpointConfig config,
                                                       std::shared_ptr<net::TlsContext> tls);

  const EndpointConfig& config() const override { return config_; }
  net::Task<Result<std::unique_ptr<ModelCall>>> open(const CallRequest& request,
                                                     net::StopSource& stop) override;

 private:
  HttpModelClient(net::Worker& worker, EndpointConfig config, net::Url url,
                  std::shared_ptr<net::TlsContext> tls);
  EndpointConfig config_;
  net::ClientPool pool_;
};

}  // namespace rlm::upstream
