#include "wire/json_walk.hpp"

#include <cstring>

namespace rlm::wire {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Behind the number at `at`; null when it is none (RFC 8259 §6).
const char* number_end(const char* at, const char* end) {
  const auto digits = [end](const char* from) {
    while (from < end && is_digit(*from)) ++from;
    return from;
  };
  if (*at == '-') ++at;
  if (at == end || !is_digit(*at)) return nullptr;
  at = *at == '0' ? at + 1 : digits(at);
  if (at < end && *at == '.') {
    const char* fraction = digits(at + 1);
    if (fraction == at + 1) return nullptr;
    at = fraction;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    const char* exponent = digits(at);
    if (exponent == at) return nullptr;
    at = exponent;
  }
  return at;
}

/// True when `[begin, end)`, up to the next structural, is one literal or number and white space
/// behind it. A structural never starts inside a scalar, so whatever else stood there would be part
/// of it.
bool is_scalar(const char* begin, const char* end) {
  const auto literal = [&](std::string_view word) -> const char* {
    const bool same = static_cast<std::size_t>(end - begin) >= word.size() &&
                      std::memcmp(begin, word.data(), word.size()) == 0;
    return same ? begin + word.size() : nullptr;
  };
  const char* behind = nullptr;
  switch (*begin) {
    case 't':
      behind = literal("true");
      break;
    case 'f':
      behind = literal("false");
      break;
    case 'n':
      behind = literal("null");
      break;
    default:
      behind = number_end(begin, end);
  }
  if (behind == nullptr) return false;
  while (behind < end && (*behind == ' ' || *behind == '\t' || *behind == '\n' || *behind == '\r'))
    ++behind;
  return behind == end;
}

/// False when a container is opened that cannot be closed. Inside a container every step needs one
/// more structural; if the last of all is a bracket that closes, only closing can run out of them.
bool can_close(const JsonWalk& walk) {
  const char first = walk.text[walk.starts[0]];
  const char last = walk.text[walk.starts[walk.count - 1]];
  return (first != '{' && first != '[') || last == '}' || last == ']';
}

}  // namespace

JsonFault check_grammar(const JsonWalk& walk) {
  const char* const text = walk.text.data();
  const std::uint32_t* const starts = walk.starts;
  const std::uint32_t count = walk.count;
  std::size_t depth = 0;
  std::uint32_t at = 0;
  char closing = 0;  // of the innermost container; 0 outside all

  const auto fault = [&](const char* expected) {
    return JsonFault{expected, at < count ? starts[at] : walk.text.size(), false};
  };
  if (!can_close(walk))
    return {"expected a closing bracket before the end", walk.text.size(), false};

value:
  switch (text[starts[at]]) {
    case '"':
      ++at;
      break;
    case '{':
    case '[': {
      if (depth == walk.depth_max) return {"nested too deeply", starts[at], true};
      walk.stack[depth++] = at;
      closing = text[starts[at]] == '{' ? '}' : ']';
      ++at;
      if (text[starts[at]] == closing) goto close;
      if (closing == '}') goto key;
      goto value;
    }
    case '}':
    case ']':
    case ',':
    case ':':
      return fault("expected a value");
    default:
      if (!is_scalar(text + starts[at],
                     text + (at + 1 < count ? starts[at + 1] : walk.text.size())))
        return fault("expected a value");
      ++at;
  }

after_value:
  if (depth == 0) return at == count ? JsonFault{} : fault("expected the end of the text");
  if (text[starts[at]] == ',') {
    ++at;
    if (closing == '}') goto key;
    goto value;
  }
  if (text[starts[at]] == closing) goto close;
  return fault(closing == '}' ? "expected a comma or '}'" : "expected a comma or ']'");

key:
  if (text[starts[at]] != '"') return fault("expected a key in quotes");
  ++at;
  if (text[starts[at]] != ':') return fault("expected a colon");
  ++at;
  goto value;

close:
  walk.closers[walk.stack[--depth]] = at;
  ++at;
  if (depth > 0) {
    if (at == count) return fault("expected a closing bracket before the end");
    closing = text[starts[walk.stack[depth - 1]]] == '{' ? '}' : ']';
  }
  goto after_value;
}

namespace {

/// Length of the UTF-8 sequence at the front; 0 when it is not well-formed (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : length;
}

}  // namespace

JsonFault find_lexical_fault(std::string_view text) {
  bool in_string = false;
  std::size_t opened = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) return {"expected UTF-8", at, false};
    const char c = text[at];
    if (in_string && static_cast<unsigned char>(c) < 0x20)
      return {"expected control characters in strings to be escaped", at, false};
    if (c == '"') {
      in_string = !in_string;
      opened = at;
    } else if (c == '\\' && in_string && at + 1 < text.size() && text[at + 1] >= 0x20) {
      ++at;  // what it escapes is at least no quote that ends the string
    }
    at += length;
  }
  if (in_string) return {"expected a closing quote", opened, false};
  return {"expected a value", text.size(), false};
}

}  // namespace rlm::wire
