#pragma once
// One URL, fetched under the rules.

#include <memory>
#include <string>

#include "base/result.hpp"
#include "fetch/link_rules.hpp"
#include "net/name_lookup.hpp"
#include "net/tls.hpp"
#include "net/worker.hpp"

namespace rlm::fetch {

/// Most redirects that are followed.
inline constexpr int kRedirectsMax = 3;

/// What all fetches of one request share. Borrowed.
struct Fetching {
  net::Worker& worker;
  const FetchConfig& config;
  net::NameLookup& names;
  const std::shared_ptr<net::TlsContext>& tls;
  net::StopSource& stop;   // the client left, the time is up, or another of them failed
  std::size_t bytes_left;  // for all of them together
};

/// What is told when a request names more than it may.
Error too_much(const FetchConfig& config);

/// The bytes behind `link`, of which the request will hold `copies`: at most `bytes_max`, and all
/// copies at most `with.bytes_left`, which becomes less by them. Redirects are followed, each under
/// the rules (link_rules.hpp). Without a listed server, names are resolved here, and connections go
/// only to addresses among the found ones that are public: to the very address that was looked at.
/// No credential and no header of a client's is sent. BadRequest (Source::Client) with the reason
/// alone, to be put behind what was to be fetched; Cancelled when `with.stop` is requested.
net::Task<Result<std::string>> fetch_link(Fetching& with, Link link, std::size_t bytes_max,
                                          std::size_t copies);

}  // namespace rlm::fetch
