#include "store/label_row.hpp"

namespace rlm::store {
namespace {

std::optional<quality::LabelSource> source_named(const std::string& name) {
  for (int i = 0; i < quality::kLabelSourceCount; ++i)
    if (name_of(static_cast<quality::LabelSource>(i)) == name)
      return static_cast<quality::LabelSource>(i);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_label(const LabelRow& row, quality::Label& label) {
  label.time.value = row.time_ms;
  label.class_name = row.class_name;
  label.exchange = row.exchange;
  label.probability = row.probability;
  label.least_probability = row.least_probability;
  const auto named = source_named(row.source);
  if (!named) return "unknown source \"" + row.source + "\"";
  label.source = *named;
  if (row.bad != 0 && row.bad != 1) return "bad is " + std::to_string(row.bad);
  label.bad = row.bad == 1;
  return why_unsound(label);
}

std::string damage_of(const LabelRow& row, std::string_view why) {
  return "label " + std::to_string(row.number) + " of exchange \"" + row.exchange +
         "\": " + std::string(why);
}

Result<void> all_sound(const std::vector<quality::Label>& labels) {
  for (const auto& label : labels)
    if (const auto why = why_unsound(label))
      return fail(ErrorKind::BadRequest, Source::Self,
                  "label of exchange " + label.exchange + ": " + *why);
  return {};
}

}  // namespace rlm::store
