// The presets that go by expected cost, end to end: what they draft, what they leave alone, and
// that the models' own bills agree with why.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kTools =
    R"(,"tools":[{"name":"Read","description":"reads","input_schema":{"type":"object"}}])";

Settings preset(std::string_view name, std::string_view more = "") {
  Settings settings;
  settings.cascade = "policy = \"" + std::string(name) + "\"\n" + std::string(more);
  return settings;
}

std::string reason_and_verdict(const Reply& reply) {
  return reply.header("x-rlm-verdict") + " " + reply.header("x-rlm-reason");
}

/// A conversation whose system prompt and last words carry a cache mark, as agents send it.
class Conversation {
 public:
  Conversation(Scene& scene, std::string session, std::size_t system_bytes)
      : scene_(scene), session_(std::move(session)), system_(system_bytes, 's') {}

  /// One more turn. `plan`: of x-rlm-plan; empty: the preset decides.
  Reply say(std::string text, std::string plan = "") {
    Ask request;
    request.with("x-claude-code-session-id", session_);
    if (!plan.empty()) request.with("x-rlm-plan", std::move(plan));
    request.body =
        R"({"model":"claude-opus-4-8","max_tokens":2000,"system":[{"type":"text","text":)" +
        json_quoted(session_ + system_) + kMark + "}],\"messages\":[" + history_ +
        R"({"role":"user","content":[{"type":"text","text":)" + json_quoted(text) + kMark + "}]}]}";
    Reply reply = scene_.post(request);
    // The proxy learns from an exchange before it answers the next: its record is there.
    scene_.proxy->records();
    history_ += R"({"role":"user","content":)" + json_quoted(text) +
                R"(},{"role":"assistant","content":)" + json_quoted(text_of(reply.body)) + "},";
    return reply;
  }

 private:
  static constexpr const char* kMark = R"(,"cache_control":{"type":"ephemeral"})";
  Scene& scene_;
  std::string session_;
  std::string system_;
  std::string history_;
};

NanoUsd billed(const Scene& scene) {
  return final_bill(*scene.draft).total + final_bill(*scene.verify).total;
}

struct PresetCase {
  const char* name;
  const char* preset;
  const char* text;
  std::string_view more;
  const char* expected;  // verdict and reason
  const char* kind;
};

class Presets : public testing::TestWithParam<PresetCase> {};

TEST_P(Presets, ServeAsTheyPromise) {
  Scene scene(preset(GetParam().preset));
  const Reply reply = scene.post(user_body(GetParam().text, false, GetParam().more));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reason_and_verdict(reply), GetParam().expected);
  EXPECT_EQ(scene.proxy->record_number(1).kind, GetParam().kind);
}

constexpr std::string_view kHookGate =
    R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"ok":{"type":"boolean"},"reason":{"type":"string"}}}}})";

INSTANTIATE_TEST_SUITE_P(
    Scenario, Presets,
    testing::Values(PresetCase{"BalancedDraftsChat", "balanced", "say hello", "",
                               "SKIPPED cheapest", "chat/simple"},
                    PresetCase{"BalancedDraftsHardChatToo", "balanced", "refactor", "",
                               "SKIPPED cheapest", "chat/complex"},
                    PresetCase{"SafeLetsNothingPassUnseen", "safe", "say hello", "",
                               "ACCEPTED probation,brief_verdict", "chat/simple"},
                    PresetCase{"BalancedJudgesToolTurnsOnProbation", "balanced", "use a tool",
                               kTools, "ACCEPTED probation,brief_verdict", "ask/simple"},
                    PresetCase{"NoPresetDraftsASafetyGate", "max_savings", "may it?", kHookGate,
                               "DIRECT safety_gate", "side/simple"},
                    PresetCase{"NoPresetDraftsWhatTheDraftCannot", "max_savings", "look",
                               R"(,"mcp_servers":[{"name":"x"}])", "DIRECT bound_to_provider",
                               "chat/simple"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(PresetsByCost, StayWithTheModelWhoseCacheIsWarm) {
  // An audit of the fresh session would fill the verify model's cache.
  Scene scene(preset("balanced", "[cascade.trust]\naudit_share = 0\n"));
  Conversation warm(scene, "warm", 120'000);
  for (int turn = 0; turn < 5; ++turn) warm.say("go on", "direct");
  EXPECT_EQ(reason_and_verdict(warm.say("and now?")), "DIRECT cheapest");
  Conversation fresh(scene, "fresh", 120'000);
  EXPECT_EQ(reason_and_verdict(fresh.say("and now?")), "SKIPPED cheapest");
}

TEST(PresetsByCost, ForecastTheCachesOfBothModels) {
  Scene scene(preset("balanced"));
  Conversation drafted(scene, "drafted", 30'000);
  for (int turn = 0; turn < 8; ++turn)
    EXPECT_EQ(drafted.say("go on with part " + std::to_string(turn)).header("x-rlm-verdict"),
              "SKIPPED");
  Conversation direct(scene, "direct", 30'000);
  for (int turn = 0; turn < 8; ++turn) direct.say("go on", "direct");
  const double tokens = metric(scene, "rlm_cache_forecast_tokens_total");
  EXPECT_GT(tokens, 16 * 8'000);
  EXPECT_LT(metric(scene, "rlm_cache_forecast_off_tokens_total") / tokens, .01);
}

TEST(PresetsByCost, ASessionCostsLessThanTheVerifyModelAloneAndTheLedgerSaysHowMuch) {
  const auto play = [](Scene& scene) {
    Conversation talk(scene, "s", 30'000);
    for (int turn = 0; turn < 6; ++turn) talk.say("part " + std::to_string(turn));
    return billed(scene);
  };
  Scene alone(preset("off"));
  // What audits cost depends on chance.
  Scene balanced(preset("balanced", "[cascade.trust]\naudit_share = 0\n"));
  const NanoUsd direct = play(alone);
  const NanoUsd cascaded = play(balanced);
  EXPECT_LT(cascaded.value * 2, direct.value);
  NanoUsd cost, baseline;
  for (const auto& record : balanced.proxy->records()) {
    cost += record.cost;
    baseline += record.baseline;
  }
  EXPECT_EQ(cost, cascaded) << "the ledger is the models' bill";
  EXPECT_GT(baseline, cost);
}

TEST(PresetsByCost, AChangedPrefixIsNamedInTheReasonAndCounted) {
  Scene scene(preset("balanced"));
  Conversation before(scene, "s", 30'000);
  before.say("go on", "direct");
  EXPECT_EQ(before.say("go on", "direct").header("x-rlm-reason"), "forced");
  Conversation after(scene, "s", 30'001);
  EXPECT_EQ(after.say("go on", "direct").header("x-rlm-reason"), "forced,prefix_system");
  EXPECT_EQ(metric(scene, "rlm_prefix_changes_total{part=\"system\"}"), 1);
  EXPECT_GT(metric(scene, "rlm_prefix_lost_bytes_total"), 30'000);
}

TEST(PresetsByCost, ATrustedTurnOfAnAgentIsDrivenByTheDraftModel) {
  Scene scene(preset("balanced", "[cascade.trust]\nask = \"trusted\"\ncontinue = \"trusted\"\n"));
  const Reply reply = scene.post(user_body("use a tool", false, kTools));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(scene.proxy->record_number(1).plan, Plan::DraftTurn) << reason_and_verdict(reply);
}

TEST(PresetsByCost, TooSlowADraftIsNotTaken) {
  Scene scene(preset("balanced", "latency_p95_ms = 1\n"));
  EXPECT_EQ(reason_and_verdict(scene.post(user_body("say hello"))), "DIRECT latency");
}

}  // namespace
}  // namespace rlm::test
