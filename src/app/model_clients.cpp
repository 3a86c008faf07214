#include "app/model_clients.hpp"

#include <algorithm>

#include "upstream/http_model_client.hpp"

namespace rlm::app {
namespace {

using Client = std::unique_ptr<upstream::ModelClient>;

}  // namespace

ModelClients::ModelClients(const exchange::RoutingTable& table) : table_(table) {
  for (const auto& endpoint : table.endpoints) {
    health_.push_back(std::make_shared<upstream::EndpointHealth>(endpoint.breaker));
    homes_.push_back(std::make_shared<upstream::SessionHomes>());
  }
}

Result<void> ModelClients::let_fetch(const fetch::FetchConfig& config) {
  const bool wanted =
      std::any_of(table_.endpoints.begin(), table_.endpoints.end(), [](const auto& endpoint) {
        return endpoint.url_sources == upstream::EndpointConfig::UrlSources::Fetched;
      });
  if (!wanted) return {};
  auto made = fetch::Fetcher::make(config);
  if (!made) return fail(std::move(made.error()));
  fetcher_ = std::move(*made);
  return {};
}

fetch::FetchCounts ModelClients::fetched() const {
  return fetcher_ == nullptr ? fetch::FetchCounts{} : fetcher_->counts();
}

Result<Client> ModelClients::single(net::Worker& worker, std::size_t endpoint) const {
  auto made = upstream::HttpModelClient::make(worker, table_.endpoints[endpoint], nullptr,
                                              health_[endpoint], fetcher_);
  if (!made) return fail(std::move(made.error()));
  return Client(std::move(*made));
}

Result<Client> ModelClients::client(net::Worker& worker, std::size_t endpoint) const {
  const auto& also = table_.endpoints[endpoint].also;
  auto first = single(worker, endpoint);
  if (!first || also.empty()) return first;
  std::vector<Client> members;
  members.push_back(std::move(*first));
  for (const std::string& name : also) {
    auto member = single(worker, table_.position_of(name));
    if (!member) return member;
    members.push_back(std::move(*member));
  }
  return Client(std::make_unique<upstream::EndpointGroup>(std::move(members), homes_[endpoint]));
}

Result<std::vector<Client>> ModelClients::of_worker(net::Worker& worker) const {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < table_.endpoints.size(); ++i) {
    auto made = client(worker, i);
    if (!made) return fail(std::move(made.error()));
    clients.push_back(std::move(*made));
  }
  return clients;
}

}  // namespace rlm::app
