#pragma once
// The clients to the configured models, for each worker, and what they share.

#include <memory>
#include <vector>

#include "exchange/cascade.hpp"
#include "fetch/fetcher.hpp"
#include "upstream/endpoint_group.hpp"

namespace rlm::app {

/// Lives as long as the workers. The health of an endpoint and the homes of sessions are one for
/// all workers.
class ModelClients {
 public:
  explicit ModelClients(const exchange::RoutingTable& table);

  /// Lets the models fetch what requests name by URL, as far as they want to. Before of_worker().
  /// BadRequest (Source::Self) as Fetcher::make.
  Result<void> let_fetch(const fetch::FetchConfig& config);

  /// One per RoutingTable::endpoints. Errors as HttpModelClient::make.
  Result<std::vector<std::unique_ptr<upstream::ModelClient>>> of_worker(net::Worker& worker) const;
  /// What was fetched so far.
  fetch::FetchCounts fetched() const;
  /// How the endpoint at this position is doing.
  const upstream::EndpointHealth& health(std::size_t endpoint) const { return *health_[endpoint]; }

 private:
  Result<std::unique_ptr<upstream::ModelClient>> single(net::Worker& worker,
                                                        std::size_t endpoint) const;
  Result<std::unique_ptr<upstream::ModelClient>> client(net::Worker& worker,
                                                        std::size_t endpoint) const;

  const exchange::RoutingTable& table_;
  std::vector<std::shared_ptr<upstream::EndpointHealth>> health_;
  std::vector<std::shared_ptr<upstream::SessionHomes>> homes_;
  std::shared_ptr<fetch::Fetcher> fetcher_;  // null: no model wants one
};

}  // namespace rlm::app
