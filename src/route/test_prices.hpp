#pragma once
// The list prices of cascade.md §3, for tests: the draft model caches by itself.

#include "money/price_table.hpp"

namespace rlm::route {

inline constexpr UnixMs kPricedAt{1'790'000'000'000};

inline const money::Price& test_draft_price() {
  static const money::Price price = [] {
    money::Price p;
    p.input = 1'740'000;
    p.cache_read = 174'000;
    p.output = 3'480'000;
    p.cache_minimum = 0;
    return p;
  }();
  return price;
}

inline const money::Price& test_verify_price() {
  static const money::Price price = [] {
    money::Price p;
    p.input = 5'500'000;
    p.cache_write_5m = 6'875'000;
    p.cache_write_1h = 11'000'000;
    p.cache_read = 550'000;
    p.output = 27'500'000;
    return p;
  }();
  return price;
}

}  // namespace rlm::route
