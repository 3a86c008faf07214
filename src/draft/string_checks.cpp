#include "draft/string_checks.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace rlm::draft {
namespace {

constexpr std::size_t kPatternBytesMax = 1024;
constexpr std::int64_t kPatternMemory = 1 << 20;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Constructs that both dialects know mean the same in both; anything else is not let through.
bool is_common_dialect(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const char next = i + 1 < pattern.size() ? pattern[i + 1] : 0;
    if (static_cast<unsigned char>(c) >= 0x80) return false;
    if (c == '\\') {
      if (std::string_view("dDwWsSbBnrtf.\\/^$*+?()[]{}|-").find(next) == std::string_view::npos ||
          next == 0)
        return false;
      ++i;
    } else if (c == '(' && next == '?') {
      if (i + 2 >= pattern.size() || pattern[i + 2] != ':') return false;
    } else if (c == '[' && (next == ':' || next == '[')) {
      return false;
    }
  }
  return true;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

/// `shape` has 9 for a digit and x for a hex digit; any other character stands for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '9' && !is_digit(text[i])) return false;
    if (shape[i] == 'x' && !is_hex(text[i])) return false;
    if (shape[i] != '9' && shape[i] != 'x' && shape[i] != text[i]) return false;
  }
  return true;
}

bool is_date(std::string_view text) {
  if (!has_shape(text, "9999-99-99")) return false;
  const int year = number(text.substr(0, 4));
  const int month = number(text.substr(5, 2));
  const int day = number(text.substr(8, 2));
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

// RFC 3339; leap seconds are let pass.
bool is_time(std::string_view text) {
  if (text.size() < 9 || !has_shape(text.substr(0, 8), "99:99:99")) return false;
  if (number(text.substr(0, 2)) > 23 || number(text.substr(3, 2)) > 59 ||
      number(text.substr(6, 2)) > 60)
    return false;
  text.remove_prefix(8);
  if (text[0] == '.') {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    if (end == 1) return false;
    text.remove_prefix(end);
  }
  if (text == "Z" || text == "z") return true;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  text.remove_prefix(1);
  return has_shape(text, "99:99") && number(text.substr(0, 2)) < 24 && number(text.substr(3)) < 60;
}

bool is_date_time(std::string_view text) {
  return text.size() > 11 && is_date(text.substr(0, 10)) && (text[10] == 'T' || text[10] == 't') &&
         is_time(text.substr(11));
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  std::size_t label = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      if (label == 0 || text[i - 1] == '-') return false;
      label = 0;
      continue;
    }
    if (!is_letter(c) && !is_digit(c) && !(c == '-' && label > 0)) return false;
    if (++label > 63) return false;
  }
  return label > 0 && text.back() != '-';
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(text[0])) return false;
  for (const char c : text.substr(0, colon))
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return false;
  for (const char c : text.substr(colon + 1))
    if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f ||
        std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos)
      return false;
  return colon + 1 < text.size();
}

bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const auto local = text.substr(0, at);
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos)
    return false;
  for (const char c : local)
    if (!is_letter(c) && !is_digit(c) &&
        std::string_view("!#$%&'*+/=?^_`{|}~.-").find(c) == std::string_view::npos)
      return false;
  return is_hostname(text.substr(at + 1));
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (!text.empty() && parts < 4) {
    const std::size_t end = std::min(text.find('.'), text.size());
    const auto part = text.substr(0, end);
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return false;
    if (!std::all_of(part.begin(), part.end(), is_digit) || number(part) > 255) return false;
    ++parts;
    if (end == text.size()) return parts == 4;
    text.remove_prefix(end + 1);
  }
  return false;
}

constexpr std::array<std::string_view, 9> kFormats = {
    "date", "time", "date-time", "uri", "url", "email", "uuid", "ipv4", "hostname"};
constexpr std::array<std::string_view, 6> kFormatsOfNumbers = {"int32",  "int64",   "float",
                                                               "double", "integer", "number"};

}  // namespace

std::optional<StringPattern> StringPattern::read(std::string_view pattern) {
  if (pattern.size() > kPatternBytesMax || !is_common_dialect(pattern)) return std::nullopt;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  auto expression =
      std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!expression->ok()) return std::nullopt;
  StringPattern read;
  read.expression_ = std::move(expression);
  return read;
}

Match StringPattern::matches(std::string_view text) const {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x80 || c == '\r' || c == '\v' || c == 0)
      return Match::Unsure;
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_)
             ? Match::Yes
             : Match::No;
}

bool is_known_format(std::string_view format) {
  return std::find(kFormats.begin(), kFormats.end(), format) != kFormats.end() ||
         std::find(kFormatsOfNumbers.begin(), kFormatsOfNumbers.end(), format) !=
             kFormatsOfNumbers.end();
}

bool has_format(std::string_view format, std::string_view text) {
  if (format == "date") return is_date(text);
  if (format == "time") return is_time(text);
  if (format == "date-time") return is_date_time(text);
  if (format == "uri" || format == "url") return is_uri(text);
  if (format == "email") return is_email(text);
  if (format == "uuid") return has_shape(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
  if (format == "ipv4") return is_ipv4(text);
  if (format == "hostname") return is_hostname(text);
  return true;
}

}  // namespace rlm::draft
