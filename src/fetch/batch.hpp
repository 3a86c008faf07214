#pragma once
// The URLs of one request while they are fetched.

#include <map>

#include "fetch/fetcher.hpp"

namespace rlm::fetch {

/// Lives in a coroutine's frame; one thread.
class Batch {
 public:
  /// Everything must outlive it.
  Batch(Fetcher& fetcher, net::Worker& worker, const std::vector<wire::UrlSource>& sources,
        net::StopSource& client);

  /// Ends when all are there or one has failed.
  net::Task<Result<std::vector<FetchedPtr>>> run();

 private:
  /// One URL.
  struct Item {
    const wire::UrlSource* first = nullptr;  // where it stands first
    std::size_t copies = 0;
    FetchedPtr got;
  };

  Result<void> take_kept();
  net::Task<void> fetch_some();
  net::Task<Result<void>> fetch_one(Item& item);
  Result<void> check_kind(const wire::UrlSource& source, std::string_view media_type) const;
  Error told(const wire::UrlSource& source, Error reason) const;

  Fetcher& fetcher_;
  const std::vector<wire::UrlSource>& sources_;
  net::StopSource& client_;
  std::map<std::string_view, Item> items_;
  std::vector<Item*> missing_;
  std::size_t next_ = 0;  // of missing_
  std::optional<Error> failure_;
  bool timed_out_ = false;
  net::StopSource ended_;
  net::StopCallback on_gone_;
  net::WheelTimer timer_;
  Fetching with_;
  net::TaskScope scope_;
};

}  // namespace rlm::fetch
