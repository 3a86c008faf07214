#include "dialect/json_copy.hpp"

#include <algorithm>

#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

bool has_known_escapes(std::string_view json) {
  constexpr std::string_view kShort = "\"\\/bfnrt";
  for (auto at = json.find('\\'); at != json.npos; at = json.find('\\', at)) {
    if (at + 1 >= json.size()) return false;
    const char what = json[at + 1];
    at += 2;
    if (kShort.find(what) != kShort.npos) continue;
    const auto digits = json.substr(at, 4);
    if (what != 'u' || digits.size() != 4 || !std::all_of(digits.begin(), digits.end(), is_hex))
      return false;
    at += 4;
  }
  return true;
}

void append_escaped(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  wire::append_json_string(out, text);
  out.pop_back();
  out.erase(begin, 1);
}

void append_inside(std::string& out, wire::JsonValue text) {
  if (has_known_escapes(text.quoted()))
    out += text.quoted();
  else
    append_escaped(out, text.string());
}

void append_copy(std::string& out, wire::JsonValue text) {
  out += '"';
  append_inside(out, text);
  out += '"';
}

bool is_blank(std::string_view inside) {
  while (!inside.empty()) {
    if (inside[0] == ' ') {
      inside.remove_prefix(1);
    } else if (inside.size() >= 2 && inside[0] == '\\' &&
               (inside[1] == 'n' || inside[1] == 'r' || inside[1] == 't')) {
      inside.remove_prefix(2);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace rlm::dialect
