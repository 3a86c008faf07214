#include "fetch/fetcher.hpp"

#include "fetch/batch.hpp"

namespace rlm::fetch {

Fetcher::Fetcher(FetchConfig config, std::shared_ptr<net::TlsContext> tls, const Clock& clock)
    : config_(std::move(config)),
      tls_(std::move(tls)),
      clock_(clock),
      cache_(config_.keep_bytes_max, config_.keep) {}

Result<std::shared_ptr<Fetcher>> Fetcher::make(FetchConfig config, const Clock& clock) {
  auto tls = net::TlsContext::client(config.ca_file);
  if (!tls) return fail(std::move(tls.error()));
  return std::shared_ptr<Fetcher>(new Fetcher(std::move(config), std::move(*tls), clock));
}

Result<Fetcher::Place> Fetcher::enter() {
  Place place(requests_);
  if (++requests_ <= config_.requests_max) return place;
  ++turned_away_;
  Error busy(ErrorKind::Overloaded, Source::Self,
             "too many requests with images or documents by URL at once; try again");
  busy.retry_after_ms = 1000;
  return fail(std::move(busy));
}

net::Task<Result<std::vector<FetchedPtr>>> Fetcher::fetch(
    net::Worker& worker, const std::vector<wire::UrlSource>& sources, net::StopSource& stop) {
  Batch batch(*this, worker, sources, stop);
  auto all = co_await batch.run();
  if (!all && all.error().kind != ErrorKind::Cancelled) ++failed_;
  co_return all;
}

FetchCounts Fetcher::counts() const {
  return {fetched_, kept_, failed_, turned_away_};
}

}  // namespace rlm::fetch
