#include "dialect/cache_mark.hpp"

#include <string>

namespace rlm::dialect {
namespace {

using Type = wire::JsonValue::Type;

wire::JsonValue last_element(wire::JsonValue list) {
  wire::JsonValue last;
  list.each_element([&](wire::JsonValue value) {
    last = value;
    return true;
  });
  return last;
}

bool can_bear_mark(wire::JsonValue block) {
  const auto type = block.member("type");
  return block.is(Type::Object) && type.exists() && !type.equals("thinking") &&
         !type.equals("redacted_thinking") && !block.member("cache_control").exists() &&
         !(type.equals("text") && block.member("text").equals(""));
}

}  // namespace

void mark_last_block(wire::JsonValue request, wire::SplicedBody& body) {
  const auto mark = request.member("cache_control");
  if (!mark.is(Type::Object)) return;
  const auto content = last_element(request.member("messages")).member("content");
  const std::string member = ",\"cache_control\":" + std::string(mark.raw()) + "}";
  if (content.is(Type::String) && !content.equals("")) {
    body.replace(content.span(),
                 R"([{"type":"text","text":)" + std::string(content.raw()) + member + "]");
    return;
  }
  const auto block = last_element(content);
  if (can_bear_mark(block)) body.replace({block.span().end - 1, block.span().end}, member);
}

}  // namespace rlm::dialect
