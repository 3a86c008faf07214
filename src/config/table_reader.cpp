#include "config/table_reader.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace rlm::config {
namespace {

std::string shown(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) {
    using Value = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, toml::table>) {
      text << "a table";
    } else if constexpr (std::is_same_v<Value, toml::array>) {
      text << "an array";
    } else {
      text << value;
    }
  });
  return text.str();
}

// Edit distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Mistakes::text() const {
  std::string all;
  for (const auto& line : lines_) all += (all.empty() ? "" : "\n") + line;
  return all;
}

std::string TableReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const toml::node* TableReader::find(std::string_view key) {
  known_.insert(std::string(key));
  return table_.get(key);
}

void TableReader::read(std::string_view key, std::string& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_string()) {
    into = value->get();
  } else {
    mistake(key, shown(*node) + " found; expected a string");
  }
}

void TableReader::read(std::string_view key, bool& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_boolean()) {
    into = value->get();
  } else {
    mistake(key, shown(*node) + " found; expected true or false");
  }
}

void TableReader::read(std::string_view key, std::int64_t& into, std::int64_t min,
                       std::int64_t max) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* value = node->as_integer();
  if (value != nullptr && value->get() >= min && value->get() <= max) {
    into = value->get();
  } else {
    mistake(key, shown(*node) + " found; expected a whole number from " + std::to_string(min) +
                     " to " + std::to_string(max));
  }
}

void TableReader::read(std::string_view key, double& into, double min, double max) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto value = node->value<double>();
  if (node->is_number() && *value >= min && *value <= max) {
    into = *value;
    return;
  }
  std::ostringstream allowed;
  allowed.precision(15);
  allowed << min << " to " << max;
  mistake(key, shown(*node) + " found; expected a number from " + allowed.str());
}

void TableReader::read(std::string_view key, NanoUsd& into) {
  constexpr double kDollarsMax = 1e6;
  double dollars = into.dollars();
  read(key, dollars, 0, kDollarsMax);
  into.value = std::llround(dollars * 1e9);
}

void TableReader::read(std::string_view key, std::vector<std::string>& into) {
  const auto* node = find(key);
  if (node == nullptr) return;
  const auto* list = node->as_array();
  std::vector<std::string> values;
  if (list != nullptr)
    for (const auto& entry : *list)
      if (const auto* text = entry.as_string()) values.push_back(text->get());
  if (list == nullptr || values.size() != list->size()) {
    mistake(key, shown(*node) + " found; expected a list of strings");
  } else {
    into = std::move(values);
  }
}

std::optional<std::size_t> TableReader::read_choice(std::string_view key,
                                                    const std::vector<std::string>& names) {
  std::string chosen;
  if (!has(key)) {
    known_.insert(std::string(key));
    return std::nullopt;
  }
  read(key, chosen);
  const auto found = std::find(names.begin(), names.end(), chosen);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string allowed;
  for (const auto& name : names) allowed += (allowed.empty() ? "" : ", ") + name;
  mistake(key, "\"" + chosen + "\" found; expected one of " + allowed);
  return std::nullopt;
}

const toml::table* TableReader::table(std::string_view key) {
  const auto* node = find(key);
  if (node == nullptr) return nullptr;
  if (node->as_table() == nullptr) mistake(key, shown(*node) + " found; expected a table");
  return node->as_table();
}

std::vector<const toml::table*> TableReader::tables(std::string_view key) {
  std::vector<const toml::table*> result;
  const auto* node = find(key);
  if (node == nullptr) return result;
  const auto* list = node->as_array();
  if (list != nullptr)
    for (const auto& entry : *list)
      if (const auto* sub = entry.as_table()) result.push_back(sub);
  if (list == nullptr || result.size() != list->size())
    mistake(key, shown(*node) + " found; expected tables, written [[" + std::string(key) + "]]");
  return result;
}

void TableReader::finish() {
  for (const auto& [key, node] : table_) {
    if (known_.contains(key.str())) continue;
    std::string nearest;
    std::size_t best = 3;
    for (const auto& name : known_) {
      const auto d = distance(key.str(), name);
      if (d < best) {
        best = d;
        nearest = name;
      }
    }
    mistake(key.str(), "unknown key" + (nearest.empty() ? std::string()
                                                        : "; did you mean \"" + nearest + "\"?"));
  }
}

}  // namespace rlm::config
