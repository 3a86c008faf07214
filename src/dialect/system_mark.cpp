#include "dialect/system_mark.hpp"

#include <string>

namespace rlm::dialect {

void mark_system(wire::JsonValue content, wire::SplicedBody& body) {
  wire::JsonValue text = content;
  content.each_element([&](wire::JsonValue block) {
    text = block.member("text");
    return false;
  });
  if (!text.is(wire::JsonValue::Type::String)) return;
  const std::size_t front = text.span().begin + 1;
  body.replace({front, front}, std::string(kSystemMark));
}

}  // namespace rlm::dialect
