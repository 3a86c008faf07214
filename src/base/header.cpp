#include "base/header.hpp"

#include <algorithm>
#include <cstring>

namespace rlm {

void Headers::add(std::string_view name, std::string_view value) {
  const auto at = text_.size();
  text_.resize(at + name.size() + value.size() + 4);
  char* to = text_.data() + at;
  to = std::copy(name.begin(), name.end(), to);
  *to++ = ':';
  *to++ = ' ';
  to = std::copy(value.begin(), value.end(), to);
  *to++ = '\r';
  *to = '\n';
  add_at(at, name.size(), at + name.size() + 2, value.size());
}

void Headers::add_at(std::size_t name_at, std::size_t name_size, std::size_t value_at,
                     std::size_t value_size) {
  entries_.push_back({static_cast<std::uint32_t>(name_at), static_cast<std::uint32_t>(name_size),
                      static_cast<std::uint32_t>(value_at),
                      static_cast<std::uint32_t>(value_size)});
}

namespace {

bool same_letters(const char* a, const char* b, std::size_t count) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (std::size_t i = 0; i < count; ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

}  // namespace

// Eight bytes at a time: two that differ in more than the bit of a letter's case are different.
bool same_header(std::string_view a, std::string_view b) {
  constexpr std::uint64_t kCase = 0x2020202020202020;
  if (a.size() != b.size()) return false;
  std::size_t at = 0;
  for (; at + 8 <= a.size(); at += 8) {
    std::uint64_t left, right;
    std::memcpy(&left, a.data() + at, 8);
    std::memcpy(&right, b.data() + at, 8);
    const std::uint64_t difference = left ^ right;
    if (difference == 0) continue;
    if ((difference & ~kCase) != 0 || !same_letters(a.data() + at, b.data() + at, 8)) return false;
  }
  return same_letters(a.data() + at, b.data() + at, a.size() - at);
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
