#pragma once
// A row of the table `labels` as a store holds it, before it is believed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "quality/label.hpp"

namespace rlm::store {

struct LabelRow {
  std::int64_t number = 0;
  std::int64_t time_ms = 0;
  std::string class_name;
  std::string exchange;
  std::string source;
  std::int64_t bad = 0;
  double probability = 0;
  double least_probability = 0;
};

/// Reads `row` into `label`; what is wrong with it when it cannot be one.
std::optional<std::string> read_label(const LabelRow& row, quality::Label& label);

/// What LabelStore::read tells of a row that is passed over.
std::string damage_of(const LabelRow& row, std::string_view why);

/// BadRequest (Source::Self) for the first of `labels` that is not sound.
Result<void> all_sound(const std::vector<quality::Label>& labels);

}  // namespace rlm::store
