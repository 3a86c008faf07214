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
                      static_cast<std::uint32_t>(value_at), static_cast<std::uint32_t>(value_size)});
}

bool same_header(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const Header entry : headers)
    if (same_header(entry.name, name)) return entry.value;
  return {};
}

}  // namespace rlm
