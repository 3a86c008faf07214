#pragma once
// What was fetched, kept for a while: each turn of a conversation must send the same bytes, or the
// provider's prompt cache is lost from the image on.

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

namespace rlm::fetch {

/// What a URL led to.
struct Fetched {
  std::string_view media_type;  // as media_type_of() has it
  std::size_t bytes = 0;        // of what was fetched
  std::string source;           // {"type":"base64","media_type":…,"data":…}
};
using FetchedPtr = std::shared_ptr<const Fetched>;

/// `bytes` as a source of a Messages request.
Fetched fetched(std::string_view media_type, std::string_view bytes);

/// By URL. What was unused longest goes first when the memory is used up. Shared by all workers;
/// thread-safe.
class SourceCache {
 public:
  /// `keep`: how long from the fetch on. Something larger than `bytes_max` is not kept.
  SourceCache(std::size_t bytes_max, Milliseconds keep) : bytes_max_(bytes_max), keep_(keep) {}

  /// Null when there is none, or it is too old.
  FetchedPtr find(std::string_view url, SteadyTime now);
  /// Keeps `value`, unless two fetched at once: then what came first stays, and is returned.
  FetchedPtr keep(const std::string& url, FetchedPtr value, SteadyTime now);
  std::size_t bytes() const;

 private:
  struct Entry {
    std::string url;
    FetchedPtr value;
    SteadyTime until{};
    std::size_t cost() const;
  };
  using Order = std::list<Entry>;  // the last used first

  FetchedPtr used(std::string_view url, SteadyTime now);
  void drop(Order::iterator entry);

  const std::size_t bytes_max_;
  const Milliseconds keep_;
  mutable std::mutex mutex_;
  std::size_t bytes_ = 0;
  Order order_;
  std::unordered_map<std::string_view, Order::iterator> places_;  // keys live in order_
};

}  // namespace rlm::fetch
