// JsonIndex accepts exactly what simdjson's DOM accepts, but for bad escapes (which it leaves
// alone), numbers beyond any machine type, and depth; and each value's span is JSON by itself, of
// the same type.
#include <simdjson.h>
#include <cmath>
#include <cstdlib>
#include <string>

#include "wire/json_cursor.hpp"

namespace {

using rlm::wire::JsonIndex;
using rlm::wire::JsonLimits;
using rlm::wire::JsonValue;

constexpr std::size_t kInputMax = 4096;
constexpr JsonLimits kLimits{.depth_max = 1000};  // below the 1024 of simdjson's DOM

void require(bool holds) {
  if (!holds) std::abort();
}

struct Walk {
  JsonIndex alone;
  int budget = 200;  // values that are parsed again, so that nesting does not cost quadratic time
  bool has_huge_number = false;

  void visit(JsonValue value) {
    note_number(value);
    if (budget-- > 0) {
      const std::string copy(
          value.raw());  // of its own, so that the sanitizer sees any read beyond it
      const auto again = alone.parse(copy, kLimits);
      require(again.has_value());
      require(again->type() == value.type());
      require(again->raw() == value.raw());
      require(again->string() == value.string());
    }
    value.each_member([this](std::string_view, JsonValue member) { return visit(member), true; });
    value.each_element([this](JsonValue element) { return visit(element), true; });
  }

  void note_number(JsonValue value) {
    if (!value.is(JsonValue::Type::Number)) return;
    const std::string digits(value.raw());
    const bool is_integer = digits.find_first_of(".eE") == digits.npos;
    if (std::isinf(std::strtod(digits.c_str(), nullptr)) || (is_integer && digits.size() > 18))
      has_huge_number = true;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kInputMax) return -1;
  static JsonIndex index;
  static simdjson::dom::parser dom;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto ours = index.parse(text, kLimits);
  if (!ours && ours.error().kind == rlm::ErrorKind::TooLarge) return 0;
  const simdjson::error_code theirs = dom.parse(simdjson::padded_string(text)).error();
  if (!ours) {
    require(theirs != simdjson::SUCCESS);
    return 0;
  }
  Walk walk;
  walk.visit(*ours);
  if (theirs == simdjson::NUMBER_ERROR)
    require(walk.has_huge_number);
  else
    require(theirs == simdjson::SUCCESS || theirs == simdjson::STRING_ERROR ||
            theirs == simdjson::DEPTH_ERROR);
  return 0;
}
