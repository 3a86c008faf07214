#include "base/header.hpp"

namespace rlm {

void Headers::add(std::string_view name, std::string_view value) {
  const auto at = text_.size();
  text_.append(name).append(value);
  add_at(at, name.size(), at + name.size(), value.size());
}

void Headers::add_at(std::size_t name_at, std::size_t name_size, std::size_t value_at,
                     std::size_t value_size) {
  entries_.push_back({static_cast<std::uint32_t>(name_at), static_cast<std::uint32_t>(name_size),
                      static_cast<std::uint32_t>(value_at),
                      static_cast<std::uint32_t>(value_size)});
}

bool same_header(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// A request is asked for a dozen names: most headers are ruled out by their length alone.
std::string_view Headers::find(std::string_view name) const {
  const std::string_view all = text_;
  for (const Entry& entry : entries_) {
    if (entry.name_size != name.size()) continue;
    if (same_header(all.substr(entry.name_at, entry.name_size), name))
      return all.substr(entry.value_at, entry.value_size);
  }
  return {};
}

}  // namespace rlm
