// Conversations whose requests are answered by one model or the other, through the whole proxy.

#include "tests/support/agent_client.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr const char* kPlans[] = {"direct", "draft_only", "draft_validate", "draft_verify",
                                  "draft_turn"};

TEST(Switches, StrictModelsRefuseNothingWhoeverAnswered) {
  sim::SimConfig verify_config = Scene::verify_config();
  verify_config.thinking_tokens = {12, 0};
  Settings settings;
  settings.cascade = "[cascade.tools]\nallow = [\"read\", \"write\", \"execute\"]\n";
  Scene scene(settings, verify_config, Scene::draft_config());
  std::map<std::string, int> verdicts;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    AgentClient client(seed, "claude-opus-4-8");
    sim::Random random(seed);
    while (!client.is_done()) {
      Ask request;
      request.body = client.body();
      request.with("x-rlm-plan", kPlans[random.next() % std::size(kPlans)]);
      const sim::Reply wish = client.wish();
      scene.verify->script(wish);
      scene.draft->script(wish);
      const Reply reply = scene.post(request);
      ASSERT_EQ(reply.status, 200) << "seed " << seed << "\n" << request.body << "\n" << reply.body;
      // Not even behind the client's back.
      ASSERT_EQ(reply.header("x-rlm-reason").find("draft_status"), std::string::npos)
          << reply.header("x-rlm-reason") << "\n"
          << scene.draft->requests().back().body;
      ++verdicts[reply.header("x-rlm-verdict")];
      client.take(reply.body);
      scene.verify->reset();  // a script that nobody asked for
      scene.draft->reset();
    }
  }
  for (const char* verdict : {"DIRECT", "SKIPPED", "VALIDATED", "ENHANCED", "FALLBACK"})
    EXPECT_GT(verdicts[verdict], 0) << verdict;
}

}  // namespace
}  // namespace rlm::test
