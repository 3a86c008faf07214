// The price file's JSON. Dollars become micro-dollars here, once; no floating point leaves this
// file.

#include <simdjson.h>
#include <cmath>
#include <set>

#include "money/price_table.hpp"

namespace rlm::money {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr double kDollarsMax = 1e6;  // per MTok; below it a double names every micro-dollar

/// Reads one row and collects what is wrong with it.
class RowReader {
 public:
  RowReader(std::string path, std::vector<std::string>& mistakes)
      : path_(std::move(path)), mistakes_(mistakes) {}

  void read(const object& row, std::vector<Price>& rows) {
    Price price;
    std::vector<std::string> globs;
    std::set<std::string_view> seen;
    for (const auto& field : row) {
      if (!seen.insert(field.key).second) {
        mistake(field.key, "appears twice");
        continue;
      }
      read_field(field.key, field.value, price, globs);
    }
    for (const auto* key : {"match", "valid_from", "input", "cache_write_5m", "cache_write_1h",
                            "cache_read", "output", "source"})
      if (!seen.contains(key)) mistake(key, "missing");
    for (auto& glob : globs) {
      price.match = std::move(glob);
      rows.push_back(price);
    }
  }

 private:
  void mistake(std::string_view key, std::string_view what) {
    mistakes_.push_back(path_ + "." + std::string(key) + ": " + std::string(what));
  }

  void read_field(std::string_view key, element value, Price& price,
                  std::vector<std::string>& globs) {
    if (key == "match") return read_globs(value, globs);
    if (key == "valid_from") {
      price.valid_from = text(key, value);
      if (!price.valid_from.empty() && !start_of(price.valid_from))
        mistake(key, "need a date like \"2026-09-22\" or \"2026-09-22T16:00Z\"");
    } else if (key == "source") {
      price.source = text(key, value);
    } else if (key == "cache_minimum") {
      price.cache_minimum = whole(key, value, 0, 1'000'000);
    } else if (key == "tier") {
      read_tier(value, price);
    } else if (key == "peak") {
      read_peak(value, price);
    } else if (std::int64_t* slot = price_slot(key, price, false)) {
      *slot = dollars(key, value);
    } else {
      mistake(key, "unknown key");
    }
  }

  static std::int64_t* price_slot(std::string_view key, Price& price, bool tier) {
    if (key == "input") return tier ? &price.tier_input : &price.input;
    if (key == "cache_write_5m") return tier ? &price.tier_cache_write_5m : &price.cache_write_5m;
    if (key == "cache_write_1h") return tier ? &price.tier_cache_write_1h : &price.cache_write_1h;
    if (key == "cache_read") return tier ? &price.tier_cache_read : &price.cache_read;
    if (key == "output") return tier ? &price.tier_output : &price.output;
    return nullptr;
  }

  void read_globs(element value, std::vector<std::string>& globs) {
    simdjson::dom::array list;
    if (value.get(list) == simdjson::SUCCESS) {
      for (const element one : list) globs.push_back(text("match", one));
      if (globs.empty()) mistake("match", "an empty list; need a model id or glob");
    } else {
      globs.push_back(text("match", value));
    }
  }

  void read_tier(element value, Price& price) {
    object tier;
    if (value.get(tier) != simdjson::SUCCESS) return mistake("tier", "need an object");
    std::set<std::string_view> seen;
    for (const auto& field : tier) {
      const std::string key = "tier." + std::string(field.key);
      seen.insert(field.key);
      if (field.key == "over") {
        price.tier_over = whole(key, field.value, 1, 1'000'000'000);
      } else if (std::int64_t* slot = price_slot(field.key, price, true)) {
        *slot = dollars(key, field.value);
      } else {
        mistake(key, "unknown key");
      }
    }
    for (const auto* key :
         {"over", "input", "cache_write_5m", "cache_write_1h", "cache_read", "output"})
      if (!seen.contains(key)) mistake("tier." + std::string(key), "missing");
  }

  void read_peak(element value, Price& price) {
    object peak;
    if (value.get(peak) != simdjson::SUCCESS) return mistake("peak", "need an object");
    bool multiplied = false;
    for (const auto& field : peak) {
      if (field.key == "multiplier") {
        multiplied = true;
        const std::int64_t micro = dollars("peak.multiplier", field.value);
        if (micro % 1000 != 0) mistake("peak.multiplier", "more than 3 decimals");
        price.peak_per_mille = micro / 1000;
      } else if (field.key == "minutes") {
        read_windows(field.value, price);
      } else {
        mistake("peak." + std::string(field.key), "unknown key");
      }
    }
    if (!multiplied) mistake("peak.multiplier", "missing");
    if (price.peak_minutes.empty()) mistake("peak.minutes", "missing");
  }

  void read_windows(element value, Price& price) {
    constexpr const char* kNeed = "need pairs [from, to) of minutes of the UTC day, 0 to 1440";
    simdjson::dom::array windows;
    if (value.get(windows) != simdjson::SUCCESS) return mistake("peak.minutes", kNeed);
    for (const element window : windows) {
      simdjson::dom::array pair;
      std::int64_t from = 0, to = 0;
      if (window.get(pair) != simdjson::SUCCESS || pair.size() != 2 ||
          pair.at(0).get(from) != simdjson::SUCCESS || pair.at(1).get(to) != simdjson::SUCCESS ||
          from < 0 || to > 1440 || from >= to)
        return mistake("peak.minutes", kNeed);
      price.peak_minutes.emplace_back(static_cast<int>(from), static_cast<int>(to));
    }
  }

  std::string text(std::string_view key, element value) {
    std::string_view found;
    if (value.get(found) != simdjson::SUCCESS || found.empty())
      mistake(key, "need a string that is not empty");
    return std::string(found);
  }

  std::int64_t whole(std::string_view key, element value, std::int64_t min, std::int64_t max) {
    std::int64_t found = min;
    if (value.get(found) != simdjson::SUCCESS || found < min || found > max)
      mistake(key,
              "need a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return found;
  }

  std::int64_t dollars(std::string_view key, element value) {
    double found = 0;
    if (value.get(found) != simdjson::SUCCESS || !(found >= 0) || found > kDollarsMax) {
      mistake(key, "need a number from 0 to 1000000");
      return 0;
    }
    const std::int64_t micro = std::llround(found * 1e6);
    // Both sides are the double nearest to a decimal: equal exactly when the text had at most 6
    // decimals.
    if (static_cast<double>(micro) / 1e6 != found) mistake(key, "more than 6 decimals");
    return micro;
  }

  std::string path_;
  std::vector<std::string>& mistakes_;
};

void find_twins(const std::vector<Price>& rows, std::vector<std::string>& mistakes) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Price& row : rows)
    if (!seen.emplace(row.match, row.valid_from).second)
      mistakes.push_back("two rows for " + row.match + " from " + row.valid_from);
}

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorKind::BadRequest, Source::Self, "price file: " + std::move(message));
}

}  // namespace

Result<PriceTable> PriceTable::parse(std::string_view json) {
  simdjson::dom::parser parser;
  element root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root))
    return refuse(simdjson::error_message(error));
  simdjson::dom::array list;
  if (root.get(list) != simdjson::SUCCESS) return refuse("need a list of rows");
  PriceTable table;
  std::vector<std::string> mistakes;
  std::size_t index = 0;
  for (const element value : list) {
    const std::string path = "[" + std::to_string(index++) + "]";
    object row;
    if (value.get(row) != simdjson::SUCCESS) {
      mistakes.push_back(path + ": need an object");
      continue;
    }
    RowReader(path, mistakes).read(row, table.rows_);
  }
  find_twins(table.rows_, mistakes);
  if (mistakes.empty()) return table;
  std::string message;
  for (const auto& mistake : mistakes) message += (message.empty() ? "" : "\n  ") + mistake;
  return refuse(std::move(message));
}

}  // namespace rlm::money
