#include "observe/json_builder.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "wire/json_text.hpp"

namespace rlm::observe {

std::string dollars_text(NanoUsd value) {
  constexpr std::uint64_t kPerDollar = 1'000'000'000;
  // Negating as unsigned: the lowest value has no positive twin.
  const auto bits = static_cast<std::uint64_t>(value.value);
  const std::uint64_t size = value.value < 0 ? 0 - bits : bits;
  std::string out = value.value < 0 ? "-" : "";
  out += std::to_string(size / kPerDollar);
  const std::uint64_t rest = size % kPerDollar;
  if (rest == 0) return out;
  std::string decimals = std::to_string(rest);
  decimals.insert(0, 9 - decimals.size(), '0');
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return out + '.' + decimals;
}

JsonBuilder& JsonBuilder::text(std::string_view value) {
  separate();
  wire::append_json_string(text_, value);
  comma_ = true;
  return *this;
}

JsonBuilder& JsonBuilder::number(std::int64_t value) {
  return raw(std::to_string(value));
}

JsonBuilder& JsonBuilder::real(double value) {
  if (!std::isfinite(value)) return null();
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 std::chars_format::general, 6);
  return raw({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
}

JsonBuilder& JsonBuilder::dollars(NanoUsd value) {
  return raw(dollars_text(value));
}

}  // namespace rlm::observe
