#pragma once
// Reads one TOML table and notes what is wrong with it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "base/units.hpp"

namespace rlm::config {

/// Collects mistakes, each with its path.
class Mistakes {
 public:
  void add(const std::string& path, const std::string& what) {
    lines_.push_back(path + ": " + what);
  }
  bool empty() const { return lines_.empty(); }
  /// One per line.
  std::string text() const;

 private:
  std::vector<std::string> lines_;
};

/// One table with its path. Every key that is read is known; finish() notes the others. Absent keys
/// leave the target as it is.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, Mistakes& mistakes)
      : table_(table), path_(std::move(path)), mistakes_(mistakes) {}

  bool has(std::string_view key) const { return table_.contains(key); }
  void read(std::string_view key, std::string& into);
  void read(std::string_view key, bool& into);
  /// A number in [min, max].
  void read(std::string_view key, std::int64_t& into, std::int64_t min, std::int64_t max);
  /// The same, whole or not.
  void read(std::string_view key, double& into, double min, double max);
  /// Dollars, not negative.
  void read(std::string_view key, NanoUsd& into);
  void read(std::string_view key, std::vector<std::string>& into);
  /// One of `names`; its position.
  std::optional<std::size_t> read_choice(std::string_view key,
                                         const std::vector<std::string>& names);
  /// A sub-table, or null.
  const toml::table* table(std::string_view key);
  /// An array of tables.
  std::vector<const toml::table*> tables(std::string_view key);
  /// Notes every key that nobody read, with the nearest known one.
  void finish();
  void mistake(std::string_view key, const std::string& what) { mistakes_.add(path_of(key), what); }
  std::string path_of(std::string_view key) const;

 private:
  const toml::node* find(std::string_view key);
  const toml::table& table_;
  std::string path_;
  Mistakes& mistakes_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace rlm::config
