#include "base/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace rlm {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kBad = 0xff;

constexpr std::array<std::uint8_t, 256> values() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kBad);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}
constexpr auto kValues = values();

std::uint32_t value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

std::uint32_t byte_of(char c) {
  return static_cast<unsigned char>(c);
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + 4 * ((bytes.size() + 2) / 3));
  for (; bytes.size() >= 3; bytes.remove_prefix(3)) {
    const auto all = byte_of(bytes[0]) << 16 | byte_of(bytes[1]) << 8 | byte_of(bytes[2]);
    const char four[] = {kAlphabet[all >> 18], kAlphabet[all >> 12 & 63], kAlphabet[all >> 6 & 63],
                         kAlphabet[all & 63]};
    out.append(four, 4);
  }
  if (bytes.empty()) return;
  const auto all = byte_of(bytes[0]) << 16 | (bytes.size() > 1 ? byte_of(bytes[1]) << 8 : 0);
  out += kAlphabet[all >> 18];
  out += kAlphabet[all >> 12 & 63];
  out += bytes.size() > 1 ? kAlphabet[all >> 6 & 63] : '=';
  out += '=';
}

std::string base64url(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes);
  while (text.ends_with('=')) text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

bool append_from_base64(std::string& out, std::string_view text) {
  const bool padded = text.size() % 4 == 0;
  for (int i = 0; padded && i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  if (text.size() % 4 == 1) return false;
  const std::size_t before = out.size();
  out.resize(before + text.size() * 3 / 4);
  char* to = out.data() + before;
  std::uint32_t seen = 0;  // kBad has bits that no value has
  for (; text.size() >= 4; text.remove_prefix(4)) {
    const auto a = value_of(text[0]), b = value_of(text[1]), c = value_of(text[2]),
               d = value_of(text[3]);
    seen |= a | b | c | d;
    const auto all = a << 18 | b << 12 | c << 6 | d;
    *to++ = static_cast<char>(all >> 16);
    *to++ = static_cast<char>(all >> 8);
    *to++ = static_cast<char>(all);
  }
  if (text.size() >= 2) {
    const auto a = value_of(text[0]), b = value_of(text[1]);
    const auto c = text.size() == 3 ? value_of(text[2]) : 0;
    seen |= a | b | c;
    *to++ = static_cast<char>(a << 2 | b >> 4);
    if (text.size() == 3) *to++ = static_cast<char>(b << 4 | c >> 2);
  }
  return seen < 64;
}

}  // namespace rlm
