#pragma once
// Fetches what a request names by URL, for upstreams that want it within the request.

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "fetch/fetch_link.hpp"
#include "fetch/source_cache.hpp"
#include "wire/url_sources.hpp"

namespace rlm::fetch {

/// What became of URLs, since the start.
struct FetchCounts {
  std::uint64_t fetched = 0;
  std::uint64_t kept = 0;         // served from memory
  std::uint64_t failed = 0;       // requests that were refused for one
  std::uint64_t turned_away = 0;  // requests beyond FetchConfig::requests_max
};

/// One for all workers; thread-safe. Outlives them.
class Fetcher {
 public:
  /// BadRequest (Source::Self) for a ca_file that cannot be used. `clock` lives as long.
  static Result<std::shared_ptr<Fetcher>> make(FetchConfig config,
                                               const Clock& clock = system_clock());

  /// A request's place among those whose URLs are fetched; what was fetched is held until it is
  /// given back.
  class Place {
   public:
    Place() = default;
    explicit Place(std::atomic<std::size_t>& held) : held_(&held) {}
    Place(Place&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(held_, other.held_);
      return *this;
    }
    ~Place() {
      if (held_ != nullptr) --*held_;
    }

   private:
    std::atomic<std::size_t>* held_ = nullptr;
  };
  /// Overloaded (Source::Self) when there are too many.
  Result<Place> enter();

  /// Everything that `sources` name, in their order. Fetched side by side, each URL once; the first
  /// failure ends them all. BadRequest (Source::Client) naming the place, the host and the reason,
  /// never the URL, which may hold a token; Cancelled when `stop` is requested.
  net::Task<Result<std::vector<FetchedPtr>>> fetch(net::Worker& worker,
                                                   const std::vector<wire::UrlSource>& sources,
                                                   net::StopSource& stop);

  FetchCounts counts() const;

 private:
  friend class Batch;
  Fetcher(FetchConfig config, std::shared_ptr<net::TlsContext> tls, const Clock& clock);

  const FetchConfig config_;
  const std::shared_ptr<net::TlsContext> tls_;
  const Clock& clock_;
  SourceCache cache_;
  std::atomic<std::size_t> requests_{0};
  std::atomic<std::uint64_t> fetched_{0};
  std::atomic<std::uint64_t> kept_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> turned_away_{0};
  net::NameLookup names_;  // last: its threads end first
};

}  // namespace rlm::fetch
