#include "draft/json_pointer.hpp"

#include <algorithm>
#include <string>

namespace rlm::draft {
namespace {

using wire::JsonValue;

constexpr std::size_t kIndexDigitsMax = 6;

JsonValue element_of(JsonValue list, const std::string& token) {
  if (token.empty() || token.size() > kIndexDigitsMax ||
      token.find_first_not_of("0123456789") != std::string::npos)
    return {};
  std::size_t left = std::stoul(token);
  JsonValue found;
  list.each_element([&](JsonValue element) {
    if (left == 0) found = element;
    return left-- > 0;
  });
  return found;
}

JsonValue step(JsonValue at, std::string token) {
  for (std::size_t i = token.find('~'); i != std::string::npos; i = token.find('~', i + 1)) {
    const char code = i + 1 < token.size() ? token[i + 1] : '\0';
    if (code != '0' && code != '1') return {};
    token.replace(i, 2, code == '0' ? "~" : "/");
  }
  return at.is(JsonValue::Type::Object) ? at.member(token) : element_of(at, token);
}

}  // namespace

JsonValue at_pointer(JsonValue root, std::string_view pointer) {
  JsonValue at = root;
  while (!pointer.empty() && at.exists()) {
    if (pointer[0] != '/') return {};
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    at = step(at, std::string(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  return at;
}

}  // namespace rlm::draft
