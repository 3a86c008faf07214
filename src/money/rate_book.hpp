#pragma once
// Prices of the models in use, looked up once a minute: rows begin and end on minutes, and a
// look-up reads the whole table.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/units.hpp"
#include "money/price_table.hpp"

namespace rlm::money {

struct Rate {
  const Price* price = nullptr;  // null: unknown
  std::int64_t per_mille = 1000;

  /// Of a known price.
  NanoUsd cost_of(const Usage& usage, UnixMs when) const {
    return money::cost_of(usage, *price, when, per_mille);
  }
};

/// Thread-safe. Rates point into the table, which lives as long as the book.
class RateBook {
 public:
  /// `per_mille_of`: price multiplier per configured endpoint, e.g. 1100 for a regional one.
  /// Absent: 1000.
  explicit RateBook(std::shared_ptr<const PriceTable> prices,
                    std::unordered_map<std::string, std::int64_t> per_mille_of = {})
      : prices_(std::move(prices)), per_mille_of_(std::move(per_mille_of)) {}

  /// A row may be for one endpoint alone: "azure/deepseek-v4-pro" is tried before the model's own.
  Rate find(const std::string& endpoint, const std::string& model, UnixMs when);

 private:
  struct Known {
    std::string endpoint, model;
    std::int64_t minute = -1;
    Rate rate;
  };

  std::shared_ptr<const PriceTable> prices_;
  std::unordered_map<std::string, std::int64_t> per_mille_of_;
  std::mutex mutex_;
  std::vector<Known> known_;  // a handful: one per endpoint and model in use
};

}  // namespace rlm::money
