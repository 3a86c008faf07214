// A vendor that speaks Messages for models of its own, asked for the client's own request.

#include <gmock/gmock.h>

#include "tests/support/world.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Place kDeepSeek{"DeepSeekMessages", sim::Provider::DeepSeek, "/anthropic",
                          "api_key = \"${UPSTREAM_KEY}\"\n", "deepseek"};

std::string asking(const std::string& messages) {
  return R"({"model":"claude-opus-4-8","max_tokens":400,"messages":[)" + messages + "]}";
}

Reply ask_direct(World& world, const std::string& messages) {
  Ask request;
  request.body = asking(messages);
  request.with("x-rlm-plan", "direct");
  return ask(world.proxy.port(), request);
}

const std::string kPdf =
    R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"}})";

TEST(OtherVendor, IsSentWhatItTakesOfAHistoryOfClaudes) {
  World world(place("Anthropic"), kDeepSeek);
  const Reply reply = ask_direct(
      world,
      R"({"role":"user","content":[{"type":"document","title":"Notes","source":)"
      R"({"type":"text","media_type":"text/plain","data":"seven bells"}},{"type":"text","text":"a"}]},)"
      R"({"role":"assistant","content":[{"type":"redacted_thinking","data":"x"},{"type":"text","text":"b"}]},)"
      R"({"role":"user","content":"c"},{"role":"system","content":"be brief"})");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(
      world.verify->requests().at(0).body,
      R"({"model":"sim-verify","max_tokens":400,"messages":[{"role":"user","content":[)"
      R"({"type":"text","text":"[Document: Notes]\nseven bells"},{"type":"text","text":"a"}]},)"
      R"({"role":"assistant","content":[{"type":"text","text":"b"}]},)"
      R"({"role":"user","content":"c"},{"role":"user","content":"[System message]\nbe brief"}]})");
  world.expect_exact_bill();
}

TEST(OtherVendor, IsNotAskedWhatItRefusesAndTheClientReadsWhy) {
  World world(place("Anthropic"), kDeepSeek);
  const Reply reply = ask_direct(world, R"({"role":"user","content":[)" + kPdf + "]}");
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(is_error(reply.body, "invalid_request_error")) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("messages.0.content.0: a document of this source cannot be "
                                    "expressed in DeepSeek's form of Messages"));
  EXPECT_TRUE(world.verify->requests().empty());
}

TEST(OtherVendor, JudgesDraftsOfSuchARequest) {
  World world(place("OpenAiChat"), kDeepSeek);
  world.draft->script(says("a drafted answer of some length"));
  Ask request;
  request.body = asking(R"({"role":"user","content":"a"},{"role":"assistant","content":[)"
                        R"({"type":"redacted_thinking","data":"x"},{"type":"text","text":"b"}]},)"
                        R"({"role":"user","content":"verdicts"})");
  request.with("x-rlm-plan", "draft_verify");
  const Reply reply = ask(world.proxy.port(), request);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.body;
  EXPECT_THAT(world.verify->requests().at(0).body, Not(HasSubstr("redacted_thinking")));
}

TEST(OtherVendor, IsPassedOverForADraftOfWhatItRefuses) {
  World world(kDeepSeek, place("Anthropic"),
              "[cascade.draft_abilities]\nimages = true\ndocuments = true\n");
  Ask request;
  request.body = asking(R"({"role":"user","content":[)" + kPdf + "]}");
  request.with("x-rlm-plan", "draft_verify");
  const Reply reply = ask(world.proxy.port(), request);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.header("x-rlm-reason"), "documents");
  EXPECT_TRUE(world.draft->requests().empty());
}

}  // namespace
}  // namespace rlm::test
