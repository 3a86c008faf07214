#include "money/rate_book.hpp"

#include <algorithm>

namespace rlm::money {

Rate RateBook::find(const std::string& endpoint, const std::string& model, UnixMs when) {
  constexpr std::size_t kKnownMax = 64;
  const std::int64_t minute = when.value / 60'000;
  const std::lock_guard lock(mutex_);
  auto known = std::find_if(known_.begin(), known_.end(), [&](const Known& entry) {
    return entry.model == model && entry.endpoint == endpoint;
  });
  if (known == known_.end()) {
    // Model names come from clients: beyond the bound the last entry is used again.
    if (known_.size() == kKnownMax) known_.pop_back();
    known = known_.insert(known_.end(), Known{endpoint, model, -1, {}});
  }
  if (known->minute != minute) {
    known->minute = minute;
    known->rate.price = prices_ ? prices_->find(endpoint + "/" + model, when) : nullptr;
    const auto found = per_mille_of_.find(endpoint);
    known->rate.per_mille = found != per_mille_of_.end() ? found->second : 1000;
  }
  return known->rate;
}

}  // namespace rlm::money
