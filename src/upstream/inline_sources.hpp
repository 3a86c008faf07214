#pragma once
// Images and documents by URL, put into the request for an upstream that fetches nothing itself.

#include <memory>

#include "fetch/fetcher.hpp"
#include "upstream/model_client.hpp"

namespace rlm::upstream {

/// A request whose sources are within it. Does not move; borrows the request that it was made from.
struct Inlined {
  Inlined() = default;
  Inlined(const Inlined&) = delete;
  Inlined& operator=(const Inlined&) = delete;

  CallRequest request;
  std::unique_ptr<wire::SplicedBody> body;
  fetch::Fetcher::Place place;
};

/// True when `request` may not go to `endpoint` as it is: then inline_sources() comes first.
bool must_inline(const EndpointConfig& endpoint, const CallRequest& request);

/// Fills in `out` with `request`, each source by URL replaced by its bytes in base64 and every
/// other byte as it is. `fetcher` may be null where nothing is fetched. `index` is scratch, not in
/// use while something is fetched. BadRequest (Source::Client) where `endpoint` takes no URLs and
/// nothing is fetched for it, and as Fetcher::fetch; Overloaded as Fetcher::enter.
net::Task<Result<void>> inline_sources(Inlined& out, const EndpointConfig& endpoint,
                                       const CallRequest& request, fetch::Fetcher* fetcher,
                                       net::Worker& worker, wire::JsonIndex& index,
                                       net::StopSource& stop);

}  // namespace rlm::upstream
