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
  add_at(at, name.size(), at + name.size() + 2, value.size(), header_name(name));
}

void Headers::add_at(std::size_t name_at, std::size_t name_size, std::size_t value_at,
                     std::size_t value_size, HeaderName known) {
  entries_.push_back({static_cast<std::uint32_t>(name_at), static_cast<std::uint32_t>(value_at),
                      static_cast<std::uint32_t>(value_size),
                      static_cast<std::uint32_t>(name_size) & 0xff'ffff, known});
}

// Headers stand behind each other, without anything between them.
std::size_t Headers::line_end(std::size_t i) const {
  if (i + 1 < entries_.size()) return entries_[i + 1].name_at;
  return text_.find('\n', entries_[i].value_at + entries_[i].value_size) + 1;
}

void Headers::append(const Headers& from, std::size_t first, std::size_t last) {
  if (first == last) return;
  const std::uint32_t begin = from.entries_[first].name_at;
  const auto moved = static_cast<std::uint32_t>(text_.size()) - begin;  // modulo 2^32
  text_.append(from.text_, begin, from.line_end(last - 1) - begin);
  for (std::size_t i = first; i < last; ++i) {
    Entry entry = from.entries_[i];
    entry.name_at += moved;
    entry.value_at += moved;
    entries_.push_back(entry);
  }
}

namespace {

bool same_letters(const char* a, const char* b, std::size_t count) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (std::size_t i = 0; i < count; ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// As many bytes as Word has: two that differ in more than the bit of a letter's case are
// different, those that do not differ are the same, and only others are looked at one by one.
template <class Word>
bool same_word(const char* a, const char* b) {
  constexpr auto kCase = static_cast<Word>(0x2020202020202020);
  Word left, right;
  std::memcpy(&left, a, sizeof left);
  std::memcpy(&right, b, sizeof right);
  const Word difference = left ^ right;
  return difference == 0 || ((difference & ~kCase) == 0 && same_letters(a, b, sizeof left));
}

// Of `size` bytes, at least one Word; the last one may overlap the one before.
template <class Word>
bool same_words(const char* a, const char* b, std::size_t size) {
  for (std::size_t at = 0; at + sizeof(Word) < size; at += sizeof(Word))
    if (!same_word<Word>(a + at, b + at)) return false;
  return same_word<Word>(a + size - sizeof(Word), b + size - sizeof(Word));
}

}  // namespace

bool same_header(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() >= 8) return same_words<std::uint64_t>(a.data(), b.data(), a.size());
  if (a.size() >= 4) return same_words<std::uint32_t>(a.data(), b.data(), a.size());
  return same_letters(a.data(), b.data(), a.size());
}

// By length and first letter: of most names that is all that is looked at.
HeaderName header_name(std::string_view name) {
  if (name.empty()) return HeaderName::Other;
  const auto letter = [name](std::size_t at) { return static_cast<char>(name[at] | 0x20); };
  const auto is = [&](std::string_view known) {
    return letter(0) == known[0] && same_header(name, known);
  };
  switch (name.size()) {
    case 2:
      if (is("te")) return HeaderName::Te;
      break;
    case 4:
      if (is("host")) return HeaderName::Host;
      break;
    case 6:
      if (is("cookie")) return HeaderName::Cookie;
      if (is("expect")) return HeaderName::Expect;
      break;
    case 7:
      if (is("api-key")) return HeaderName::ApiKey;
      if (is("trailer")) return HeaderName::Trailer;
      if (is("upgrade")) return HeaderName::Upgrade;
      break;
    case 9:
      if (is("x-api-key")) return HeaderName::XApiKey;
      break;
    case 10:
      if (is("connection")) return HeaderName::Connection;
      if (is("keep-alive")) return HeaderName::KeepAlive;
      if (is("set-cookie")) return HeaderName::SetCookie;
      break;
    case 13:
      if (is("authorization")) return HeaderName::Authorization;
      break;
    case 14:
      if (is("content-length")) return HeaderName::ContentLength;
      break;
    case 15:
      if (is("accept-encoding")) return HeaderName::AcceptEncoding;
      break;
    case 16:
      if (is("proxy-connection")) return HeaderName::ProxyConnection;
      break;
    case 17:
      if (is("transfer-encoding")) return HeaderName::TransferEncoding;
      break;
    case 18:
      if (is("proxy-authenticate")) return HeaderName::ProxyAuthenticate;
      break;
    case 19:
      if (is("proxy-authorization")) return HeaderName::ProxyAuthorization;
      break;
    default:
      break;
  }
  constexpr std::string_view kOurs = "x-rlm-";
  const bool ours = name.size() >= kOurs.size() && letter(0) == 'x' && letter(2) == 'r' &&
                    same_header(name.substr(0, kOurs.size()), kOurs);
  return ours ? HeaderName::Rlm : HeaderName::Other;
}

std::string_view Headers::find(HeaderName known) const {
  for (const Entry& entry : entries_)
    if (entry.known == known)
      return std::string_view(text_).substr(entry.value_at, entry.value_size);
  return {};
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
