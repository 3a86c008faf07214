#include "dialect/responses_answer.hpp"

#include "dialect/openai_usage.hpp"
#include "dialect/openai_whole.hpp"
#include "dialect/responses_stream.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;
using Kind = ContentBlock::Kind;

/// Reads a message's texts. Returns whether it refuses.
bool add_message(Answer& answer, JsonValue item) {
  bool refused = false;
  item.member("content").each_element([&](JsonValue part) {
    const JsonValue refusal = part.member("refusal");
    refused = refused || !refusal.quoted().empty();
    std::string text = (refusal.is(Type::String) ? refusal : part.member("text")).string();
    if (!text.empty()) answer.content.push_back({Kind::Text, std::move(text), {}, {}});
    return true;
  });
  return refused;
}

class ResponsesWhole final : public OpenAiWhole {
 public:
  using OpenAiWhole::OpenAiWhole;

 protected:
  Result<void> read(JsonValue root, Answer& answer) override {
    if (!root.member("output").is(Type::Array))
      return fail(ErrorKind::Protocol, Source::Upstream, "the upstream's answer has no output");
    bool refused = false;
    bool has_calls = false;
    root.member("output").each_element([&](JsonValue item) {
      const JsonValue type = item.member("type");
      if (type.equals("message")) refused = add_message(answer, item) || refused;
      if (!type.equals("function_call")) return true;
      has_calls = true;
      answer.content.push_back({Kind::ToolUse, item.member("arguments").string(),
                                item.member("call_id").string(), item.member("name").string()});
      return true;
    });
    const StopReason stop = responses_stop(
        root.member("status").quoted(), root.member("incomplete_details").member("reason").quoted(),
        has_calls, refused);
    if (stop.reason.empty()) return ended_oddly(stop.failure);
    answer.stop_reason = stop.reason;
    if (!read_openai_usage(root.member("usage"), answer.usage))
      answer.usage.output = estimated_output(answer);
    return {};
  }
};

}  // namespace

std::unique_ptr<AnswerTranslator> responses_answer(bool streamed, MessageNames names) {
  if (streamed) return std::make_unique<ResponsesStream>(std::move(names));
  return std::make_unique<ResponsesWhole>(std::move(names));
}

}  // namespace rlm::dialect
