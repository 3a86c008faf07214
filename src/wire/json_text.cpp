#include "wire/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace rlm::wire {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/// How many of the first bytes need no escape, eight at a time.
std::size_t plain_run(const char* at, std::size_t size) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHigh = 0x8080808080808080u;
  std::size_t done = 0;
  for (; done + 8 <= size; done += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at + done, 8);
    const std::uint64_t quote = word ^ (kOnes * '"');
    const std::uint64_t slash = word ^ (kOnes * '\\');
    const std::uint64_t special = (word - kOnes * 0x20) | (quote - kOnes) | (slash - kOnes) | word;
    if ((special & kHigh) != 0) break;
  }
  while (done < size && is_plain(static_cast<unsigned char>(at[done]))) ++done;
  return done;
}

/// Length of the well-formed UTF-8 sequence at the front of `text` (RFC 3629); 0 when there is
/// none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto in = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return in(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return in(1, low, high) && in(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return in(1, low, high) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

void append_escaped(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
  }
}

/// The four hex digits at `at`; -1 when they are not that.
int hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const char c = text[i];
    int digit = 0;
    if (c >= '0' && c <= '9')
      digit = c - '0';
    else if (c >= 'a' && c <= 'f')
      digit = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F')
      digit = c - 'A' + 10;
    else
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// Appends what the `\uXXXX` at `at` (pointing at the backslash) means. Returns the bytes used; 0
/// for bad digits.
std::size_t append_unicode(std::string& out, std::string_view raw, std::size_t at) {
  const int first = hex4(raw, at + 2);
  if (first < 0) return 0;
  if (first >= 0xD800 && first < 0xDC00 && at + 7 < raw.size() && raw[at + 6] == '\\' &&
      raw[at + 7] == 'u') {
    const int second = hex4(raw, at + 8);
    if (second >= 0xDC00 && second < 0xE000) {
      append_utf8(out, 0x10000u + (static_cast<std::uint32_t>(first - 0xD800) << 10) +
                           static_cast<std::uint32_t>(second - 0xDC00));
      return 12;
    }
  }
  if (first >= 0xD800 && first < 0xE000)
    out += kReplacement;
  else
    append_utf8(out, static_cast<std::uint32_t>(first));
  return 6;
}

/// Appends what the escape at `at` means. Returns the bytes used; 0 for one that JSON does not
/// have.
std::size_t append_escape(std::string& out, std::string_view raw, std::size_t at) {
  if (at + 1 >= raw.size()) return 0;
  switch (raw[at + 1]) {
    case '"':
      out += '"';
      return 2;
    case '\\':
      out += '\\';
      return 2;
    case '/':
      out += '/';
      return 2;
    case 'b':
      out += '\b';
      return 2;
    case 'f':
      out += '\f';
      return 2;
    case 'n':
      out += '\n';
      return 2;
    case 'r':
      out += '\r';
      return 2;
    case 't':
      out += '\t';
      return 2;
    case 'u':
      return append_unicode(out, raw, at);
    default:
      return 0;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t run = plain_run(text.data() + at, text.size() - at);
    out.append(text.data() + at, run);
    at += run;
    if (at == text.size()) break;
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) {
      append_escaped(out, c);
      ++at;
    } else if (const std::size_t length = utf8_length(text.substr(at)); length != 0) {
      out.append(text.data() + at, length);
      at += length;
    } else {
      out += kReplacement;
      ++at;
    }
  }
  out += '"';
}

bool needs_no_escape(std::string_view text) {
  return plain_run(text.data(), text.size()) == text.size();
}

std::string json_string(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_string(out, text);
  return out;
}

bool append_unescaped(std::string& out, std::string_view raw, std::size_t bytes_max) {
  bool clean = true;
  const std::size_t out_max = out.size() + bytes_max;
  for (std::size_t at = 0; at < raw.size() && out.size() < out_max;) {
    const void* found = std::memchr(raw.data() + at, '\\', raw.size() - at);
    const std::size_t stop =
        found == nullptr ? raw.size()
                         : static_cast<std::size_t>(static_cast<const char*>(found) - raw.data());
    const std::size_t run = std::min(stop - at, out_max - out.size());
    out.append(raw, at, run);
    at += run;
    if (at == raw.size() || at != stop) break;
    const std::size_t used = append_escape(out, raw, at);
    if (used == 0) {
      clean = false;
      out += '\\';
    }
    at += used == 0 ? 1 : used;
  }
  return clean;
}

Result<std::string> unescape(std::string_view token) {
  if (token.size() < 2 || token.front() != '"' || token.back() != '"')
    return fail(ErrorKind::BadRequest, Source::Client, "not a JSON string: quotes are missing");
  std::string out;
  if (!append_unescaped(out, token.substr(1, token.size() - 2)))
    return fail(ErrorKind::BadRequest, Source::Client,
                "not a JSON string: it holds an unknown escape");
  return out;
}

}  // namespace rlm::wire
