#include "dialect/ask_conversation.hpp"

#include "dialect/json_copy.hpp"
#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

// The arguments stand deeper in the new request than their own text has brackets.
constexpr std::size_t kDepthAround = 8;

/// Calls `visit(inside)` for each text of a content. BadRequest for what is no text.
template <class Visit>
Result<void> each_text_of(const Place& place, JsonValue content, Visit&& visit) {
  std::string copied;
  const auto take = [&](JsonValue text) -> Result<void> {
    if (has_known_escapes(text.quoted())) return visit(text.quoted());
    copied.clear();
    append_inside(copied, text);
    return visit(copied);
  };
  if (content.is(Type::String)) return take(content);
  if (!content.is(Type::Array))
    return wire::wrong_type(place.text(), "a valid string or list", content);
  Result<void> result;
  std::size_t number = 0;
  content.each_element([&](JsonValue part) {
    const JsonValue text = text_of_part(part);
    if (text.is(Type::String))
      result = take(text);
    else
      result = bad_request(place.part(number), "only texts can stand here");
    ++number;
    return result.has_value();
  });
  return result;
}

}  // namespace

void AskConversation::instruct(std::string_view text) {
  system_ += system_.empty() ? "" : ",";
  system_ += R"({"type":"text","text":)";
  wire::append_json_string(system_, text);
  system_ += '}';
}

std::string AskConversation::system_member() const {
  return system_.empty() ? std::string() : R"(,"system":[)" + system_ + "]";
}

Result<void> AskConversation::system(const Place& place, JsonValue content) {
  return each_text_of(place, content, [&](std::string_view inside) -> Result<void> {
    if (is_blank(inside)) return {};
    if (begun_) {
      block_ = R"(<system>\n)";
      block_ += inside;
      block_ += R"(\n</system>)";
      return turns_.user_text(block_);
    }
    system_ += system_.empty() ? "" : ",";
    system_ += R"({"type":"text","text":")";
    system_ += inside;
    system_ += "\"}";
    return {};
  });
}

Result<void> AskConversation::user(const Place& place, JsonValue content) {
  begun_ = true;
  if (content.is(Type::String))
    return each_text_of(place, content,
                        [&](std::string_view inside) { return turns_.user_text(inside); });
  if (!content.is(Type::Array))
    return wire::wrong_type(place.text(), "a valid string or list", content);
  Result<void> result;
  std::size_t number = 0;
  content.each_element([&](JsonValue part) {
    block_.clear();
    result = append_part(block_, place, number++, part);
    if (result && !block_.empty()) result = turns_.user_block(block_);
    return result.has_value();
  });
  return result;
}

Result<void> AskConversation::assistant(const Place& place, JsonValue content) {
  begun_ = true;
  if (!content.exists() || content.is(Type::Null)) return {};
  return each_text_of(place, content,
                      [&](std::string_view inside) { return turns_.assistant_text(inside); });
}

Result<void> AskConversation::add_call(const Place& place, JsonValue id, std::string_view name,
                                       std::string_view input) {
  begun_ = true;
  if (id.quoted().empty())
    return bad_request(place.text(), "need the id of the call, as a string that is not empty");
  return turns_.tool_use(id.string(), name, input);
}

void AskConversation::append_arguments(std::string_view inside) {
  input_.clear();
  const bool whole = wire::append_unescaped(input_, inside);
  if (whole && is_blank(inside)) {
    input_ = "{}";
    return;
  }
  wire::JsonLimits limits = limits_;
  limits.depth_max -= std::min(limits.depth_max, kDepthAround);
  const auto parsed = arguments_.parse(input_, limits);
  if (whole && parsed && parsed->is(Type::Object) && has_known_escapes(input_)) return;
  std::string raw = R"({"_raw":)";
  wire::append_json_string(raw, input_);
  input_ = raw + "}";
}

Result<void> AskConversation::call(const Place& place, JsonValue id, std::string_view name,
                                   JsonValue arguments) {
  if (arguments.exists() && !arguments.is(Type::String) && !arguments.is(Type::Null))
    return wire::wrong_type(place.text() + ".arguments", "a valid string", arguments);
  append_arguments(arguments.quoted());
  return add_call(place, id, name, input_);
}

Result<void> AskConversation::custom_call(const Place& place, JsonValue id, std::string_view name,
                                          JsonValue input) {
  if (!input.is(Type::String))
    return wire::wrong_type(place.text() + ".input", "a valid string", input);
  input_ = R"({"input":)";
  append_copy(input_, input);
  input_ += '}';
  return add_call(place, id, name, input_);
}

Result<void> AskConversation::result(const Place& place, JsonValue id, JsonValue content) {
  begun_ = true;
  if (!id.is(Type::String))
    return bad_request(place.text(), "need the id of the call that this answers, as a string");
  block_.clear();
  if (auto done = append_result_content(block_, place, content); !done) return done;
  return turns_.tool_result(id.string(), block_);
}

}  // namespace rlm::dialect
