// What a model said, told to a client of OpenAI's and brought back by it, is what the model said.
#include <gtest/gtest.h>

#include "dialect/chat_ask.hpp"
#include "dialect/chat_reply.hpp"
#include "dialect/reply_transcripts.hpp"
#include "dialect/responses_ask.hpp"
#include "dialect/responses_reply.hpp"

namespace rlm::dialect {
namespace {

// Of tool_message() without what the provider's own tool did.
const std::string kThought = R"({"type":"thinking","thinking":"Hm\n","signature":"EqQ="},)";
const std::string kSaid =
    R"({"type":"text","text":"Let \"me\" look. \u00e9"},)"
    R"({"type":"tool_use","id":"toolu_B3","name":"run","input":{"cmd":"ls"}},)"
    R"({"type":"tool_use","id":"toolu_B4","name":"patch","input":{"input":"a\nb"}}]},)"
    R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_B3","content":"one"},)"
    R"({"type":"tool_result","tool_use_id":"toolu_B4","content":"two"}]}]})";

std::string messages_of(const Result<Ask>& ask) {
  if (!ask) return ask.error().message;
  const std::string_view body = ask->messages_body.view();
  return std::string(body.substr(body.find(R"("role":"assistant")")));
}

TEST(RoundTrip, ThroughResponsesLosesNothing) {
  wire::JsonIndex index;
  const std::string head =
      R"({"model":"m","include":["reasoning.encrypted_content"],"tools":[{"type":"custom","name":"patch"},)"
      R"({"type":"function","name":"run"}],"input":[{"role":"user","content":"go"})";
  const auto ask = read_responses_ask(Buffer(head + "]}"), index, {}, {});
  ASSERT_TRUE(ask) << ask.error().message;
  const Reply reply = reply_of(*responses_reply(*ask, 1, false), tool_message(), 9);
  const auto response = index.parse(reply.text);
  ASSERT_TRUE(response);
  std::string items;
  response->member("output").each_element([&](wire::JsonValue item) {
    items += ",";
    items += item.raw();
    return true;
  });
  items += R"(,{"type":"function_call_output","call_id":"toolu_B3","output":"one"},)"
           R"({"type":"custom_tool_call_output","call_id":"toolu_B4","output":"two"})";
  EXPECT_EQ(messages_of(read_responses_ask(Buffer(head + items + "]}"), index, {}, {})),
            R"("role":"assistant","content":[)" + kThought + kSaid);
}

TEST(RoundTrip, ThroughChatLosesTheThinking) {
  wire::JsonIndex index;
  const std::string head =
      R"({"model":"m","tools":[{"type":"custom","custom":{"name":"patch"}},)"
      R"({"type":"function","function":{"name":"run"}}],"messages":[{"role":"user","content":"go"})";
  const auto ask = read_chat_ask(Buffer(head + "]}"), index, {}, {});
  ASSERT_TRUE(ask) << ask.error().message;
  const Reply reply = reply_of(*chat_reply(*ask, 1, false), tool_message(), 9);
  const auto completion = index.parse(reply.text);
  ASSERT_TRUE(completion);
  std::string turns;
  completion->member("choices").each_element([&](wire::JsonValue choice) {
    turns = "," + std::string(choice.member("message").raw());
    return false;
  });
  turns += R"(,{"role":"tool","tool_call_id":"toolu_B3","content":"one"},)"
           R"({"role":"tool","tool_call_id":"toolu_B4","content":"two"})";
  EXPECT_EQ(messages_of(read_chat_ask(Buffer(head + turns + "]}"), index, {}, {})),
            R"("role":"assistant","content":[)" + kSaid);
}

}  // namespace
}  // namespace rlm::dialect
