#include "dialect/chat_answer.hpp"

#include "dialect/chat_stop.hpp"
#include "dialect/chat_stream.hpp"
#include "dialect/openai_usage.hpp"
#include "dialect/openai_whole.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

void add_call(Answer& answer, std::string id, JsonValue function) {
  const JsonValue arguments = function.member("arguments");
  answer.content.push_back(
      {ContentBlock::Kind::ToolUse,
       arguments.is(Type::Object) ? std::string(arguments.raw()) : arguments.string(),
       std::move(id), function.member("name").string()});
}

JsonValue first_choice(JsonValue root) {
  JsonValue first;
  root.member("choices").each_element([&](JsonValue choice) {
    if (choice.member("index").integer(0) != 0) return true;
    first = choice;
    return false;
  });
  return first;
}

class ChatWhole final : public OpenAiWhole {
 public:
  using OpenAiWhole::OpenAiWhole;

 protected:
  Result<void> read(JsonValue root, Answer& answer) override {
    const JsonValue choice = first_choice(root);
    const JsonValue message = choice.member("message");
    if (!message.is(Type::Object))
      return fail(ErrorKind::Protocol, Source::Upstream,
                  "the upstream's answer has no choice with a message");
    each_text(message.member("content"), [&](JsonValue text) { add_text(answer, text.string()); });
    const std::string refusal = message.member("refusal").string();
    add_text(answer, refusal);
    const std::size_t texts = answer.content.size();
    message.member("tool_calls").each_element([&](JsonValue call) {
      add_call(answer, call.member("id").string(), call.member("function"));
      return true;
    });
    if (const auto call = message.member("function_call"); call.is(Type::Object))
      add_call(answer, {}, call);
    const std::string finish = choice.member("finish_reason").string();
    const StopReason stop = chat_stop(finish, answer.content.size() > texts, !refusal.empty());
    if (stop.reason.empty()) return ended_oddly(stop.failure);
    answer.stop_reason = stop.reason;
    if (!read_openai_usage(root.member("usage"), answer.usage))
      answer.usage.output = estimated_output(answer);
    return {};
  }
};

}  // namespace

std::unique_ptr<AnswerTranslator> chat_answer(bool streamed, MessageNames names) {
  if (streamed) return std::make_unique<ChatStream>(std::move(names));
  return std::make_unique<ChatWhole>(std::move(names));
}

}  // namespace rlm::dialect
