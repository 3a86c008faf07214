// Schema and input, divided by a line break. Whatever they hold: no crash and no hang; a cause is
// stable; and what is proven stays proven under annotations and wrapped in allOf, and is refused
// once a required member is missing.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "draft/tool_schema.hpp"

using rlm::draft::why_not_valid;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string schema(text.substr(0, line));
  const std::string input(text.substr(line + 1));
  const auto why = why_not_valid(input, schema);
  require(why == why_not_valid(input, schema));
  if (why) {
    require(why->starts_with("schema:"));
    return 0;
  }
  require(!why_not_valid(input, R"({"x-note":1,"allOf":[{}]})"));
  require(why_not_valid(input, R"({"required":["\u0001 never there"]})").has_value() ||
          input.find("never there") != std::string::npos);
  return 0;
}
