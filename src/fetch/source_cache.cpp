#include "fetch/source_cache.hpp"

#include "base/base64.hpp"

namespace rlm::fetch {
namespace {

/// What an entry takes beyond its texts.
constexpr std::size_t kEntryBytes = 256;

}  // namespace

Fetched fetched(std::string_view media_type, std::string_view bytes) {
  Fetched made{media_type, bytes.size(), {}};
  made.source.reserve(bytes.size() / 3 * 4 + 128);
  made.source.append(R"({"type":"base64","media_type":")").append(media_type);
  made.source += R"(","data":")";
  append_base64(made.source, bytes);
  made.source += "\"}";
  return made;
}

std::size_t SourceCache::Entry::cost() const {
  return url.size() + value->source.size() + kEntryBytes;
}

void SourceCache::drop(Order::iterator entry) {
  bytes_ -= entry->cost();
  places_.erase(entry->url);
  order_.erase(entry);
}

FetchedPtr SourceCache::used(std::string_view url, SteadyTime now) {
  const auto found = places_.find(url);
  if (found == places_.end()) return nullptr;
  if (now >= found->second->until) {
    drop(found->second);
    return nullptr;
  }
  order_.splice(order_.begin(), order_, found->second);
  return found->second->value;
}

FetchedPtr SourceCache::find(std::string_view url, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  return used(url, now);
}

FetchedPtr SourceCache::keep(const std::string& url, FetchedPtr value, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (auto first = used(url, now)) return first;
  Entry entry{url, value, now + keep_};
  const std::size_t cost = entry.cost();
  if (keep_.count() == 0 || cost > bytes_max_) return value;
  while (bytes_ + cost > bytes_max_) drop(std::prev(order_.end()));
  order_.push_front(std::move(entry));
  places_.emplace(order_.front().url, order_.begin());
  bytes_ += cost;
  return value;
}

std::size_t SourceCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace rlm::fetch
