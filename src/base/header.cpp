#include "base/header.hpp"

#include <algorithm>

namespace rlm {

bool same_header(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const auto& entry : headers)
    if (same_header(entry.name, name)) return entry.value;
  return {};
}

}  // namespace rlm
