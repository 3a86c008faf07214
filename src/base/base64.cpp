#include "base/base64.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace rlm {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
// The three bytes of four characters as they lie in memory, and a fourth that is not zero where a
// character is none of the alphabet: one store of four bytes is faster than three of one.
constexpr std::uint32_t in_memory(std::uint32_t bytes, std::uint32_t bad) {
  if constexpr (std::endian::native == std::endian::big) return bytes << 8 | bad;
  return (bytes >> 16) | (bytes & 0xff00) | (bytes & 0xff) << 16 | bad << 24;
}
constexpr std::uint32_t kBad = in_memory(0, 0xff);

// What a character adds to the three bytes of its four, by its place among them.
using Values = std::array<std::array<std::uint32_t, 256>, 4>;
constexpr Values values() {
  Values tables{};
  for (std::size_t place = 0; place < tables.size(); ++place) {
    tables[place].fill(kBad);
    for (std::uint32_t i = 0; i < kAlphabet.size(); ++i)
      tables[place][static_cast<unsigned char>(kAlphabet[i])] = in_memory(i << (18 - 6 * place), 0);
  }
  return tables;
}
constexpr Values kValues = values();

// Both characters of twelve bits at once.
constexpr std::array<std::array<char, 2>, 4096> pairs() {
  std::array<std::array<char, 2>, 4096> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
  return table;
}
constexpr auto kPairs = pairs();

template <std::size_t Place>
std::uint32_t value_at(std::string_view text) {
  return kValues[Place][static_cast<unsigned char>(text[Place])];
}

std::uint32_t byte_of(char c) {
  return static_cast<unsigned char>(c);
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t before = out.size();
  out.resize(before + 4 * ((bytes.size() + 2) / 3));
  char* to = out.data() + before;
  for (; bytes.size() >= 3; bytes.remove_prefix(3), to += 4) {
    const auto all = byte_of(bytes[0]) << 16 | byte_of(bytes[1]) << 8 | byte_of(bytes[2]);
    std::memcpy(to, kPairs[all >> 12].data(), 2);
    std::memcpy(to + 2, kPairs[all & 4095].data(), 2);
  }
  if (bytes.empty()) return;
  const auto all = byte_of(bytes[0]) << 16 | (bytes.size() > 1 ? byte_of(bytes[1]) << 8 : 0);
  std::memcpy(to, kPairs[all >> 12].data(), 2);
  to[2] = bytes.size() > 1 ? kAlphabet[all >> 6 & 63] : '=';
  to[3] = '=';
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
  const std::size_t length = text.size() * 3 / 4;
  out.resize(before + length + 1);  // the last store's fourth byte
  char* to = out.data() + before;
  std::uint32_t seen = 0;
  for (; text.size() >= 4; text.remove_prefix(4), to += 3) {
    const auto all = value_at<0>(text) | value_at<1>(text) | value_at<2>(text) | value_at<3>(text);
    seen |= all;
    std::memcpy(to, &all, sizeof all);
  }
  if (text.size() >= 2) {
    const auto all =
        value_at<0>(text) | value_at<1>(text) | (text.size() == 3 ? value_at<2>(text) : 0);
    seen |= all;
    std::memcpy(to, &all, text.size() - 1);
  }
  out.resize(before + length);
  return (seen & kBad) == 0;
}

}  // namespace rlm
