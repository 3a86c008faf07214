#include <gtest/gtest.h>

#include "sim/chat_client.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {

SimConfig speaking(Provider provider) {
  SimConfig config;
  config.provider = provider;
  return config;
}

std::string chat_body(std::string_view messages, std::string_view more) {
  return R"({"model":"sim-verify","messages":[)" + std::string(messages) + "]" + std::string(more) +
         "}";
}

std::string chat_user(std::string_view text, std::string_view more) {
  return chat_body(R"({"role":"user","content":)" + wire::json_string(text) + "}", more);
}

Got chat(const SimulatedModel& model, std::string body) {
  Ask request;
  request.target = "/v1/chat/completions";
  request.headers = Headers{{"authorization", "Bearer key-1"}};
  request.body = std::move(body);
  return ask(model, request);
}

ChatAnswer chat_answer_of(std::string_view stream) {
  ChatAnswer answer;
  for (const Event& event : events_of(stream)) {
    EXPECT_EQ(event.name, "");
    if (event.data == "[DONE]") {
      answer.done = true;
      continue;
    }
    EXPECT_FALSE(answer.done);
    wire::JsonIndex index;
    const auto chunk = index.parse(event.data);
    EXPECT_TRUE(chunk.has_value()) << event.data;
    if (!chunk) continue;
    ++answer.chunks;
    if (chunk->member("error").exists()) answer.error = chunk->member("error").raw();
    if (chunk->member("usage").is(wire::JsonValue::Type::Object))
      answer.usage = chunk->member("usage").raw();
    chunk->member("choices").each_element([&](wire::JsonValue choice) {
      const auto delta = choice.member("delta");
      answer.content += delta.member("content").string();
      answer.reasoning +=
          delta.member("reasoning_content").string() + delta.member("reasoning").string();
      answer.refusal += delta.member("refusal").string();
      delta.member("tool_calls").each_element([&](wire::JsonValue call) {
        answer.calls.append(call.raw()).append("\n");
        return true;
      });
      if (choice.member("finish_reason").is(wire::JsonValue::Type::String))
        answer.finish_reason = choice.member("finish_reason").string();
      return true;
    });
  }
  return answer;
}

}  // namespace rlm::sim
