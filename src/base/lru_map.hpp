#pragma once
// A bounded map from names: what was unused longest is forgotten first.

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rlm {

/// One thread, or behind a lock.
template <class Value>
class LruMap {
 public:
  /// `size_max`: at least 1.
  explicit LruMap(std::size_t size_max) : size_max_(size_max) {}

  /// Null when unknown. Does not count as a use. Valid until the next operator[].
  const Value* find(std::string_view name) const {
    const auto found = places_.find(name);
    return found != places_.end() ? &found->second->second : nullptr;
  }

  /// The value of this name, made when there is none. Valid until the next operator[].
  Value& operator[](std::string_view name) {
    if (const auto found = places_.find(name); found != places_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return order_.front().second;
    }
    if (order_.size() >= size_max_ && !order_.empty()) {
      places_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(std::string(name), Value{});
    places_.emplace(order_.front().first, order_.begin());
    return order_.front().second;
  }

  std::size_t size() const { return order_.size(); }

 private:
  using Order = std::list<std::pair<const std::string, Value>>;  // the last used first
  std::size_t size_max_;
  Order order_;
  std::unordered_map<std::string_view, typename Order::iterator> places_;  // keys live in order_
};

}  // namespace rlm
