// A ledger that a real proxy has written, replayed: its own configuration brings every figure out
// again, another one tells what it would have come to.

#include "app/replay.hpp"
#include "lab/what_if.hpp"
#include "tests/support/scene.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::test {
namespace {

constexpr const char* kTools =
    R"(,"system":"Working directory: /repo\n","tools":[)"
    R"({"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}}])";

constexpr const char* kHookGate =
    R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"ok":{"type":"boolean"},"reason":{"type":"string"}}}}})";

/// A day's requests in small: every kind, drafts that fail, a forced plan, tool turns.
void serve_a_day(Scene& scene) {
  for (int round = 0; round < 4; ++round) {
    const std::string number = std::to_string(round);
    for (const std::string& text :
         {"say hello " + number, "refactor the algorithm " + number, std::string(2'000, 'x')})
      EXPECT_EQ(scene.post(user_body(text)).status, 200);
    // Tries run beside each other: each gets its own.
    sim::Reply fault = fails("500");
    fault.when = "and another 1";
    if (round == 1) scene.draft->script(fault);
    EXPECT_EQ(scene.post(user_body("and another " + number, true)).status, 200);
    sim::Reply call = sim::Reply::of_tool("Read", R"({"file_path":"/repo/a.c"})");
    call.when = "look into a.c " + number;
    scene.draft->script(call);
    EXPECT_EQ(scene.post(user_body("look into a.c " + number, false, kTools)).status, 200);
    EXPECT_EQ(scene.post(user_body("may it?", false, kHookGate)).status, 200);
    Ask forced;
    forced.with("x-rlm-plan", "draft_verify");
    forced.body = user_body("forced " + number);
    EXPECT_EQ(scene.post(forced).status, 200);
  }
}

struct Replayed {
  int code = 0;
  std::string out;
  std::string json;
};

class LedgerReplay : public testing::Test {
 protected:
  /// Serves a day by this policy; the ledger is closed.
  void serve(std::string_view policy) {
    Settings settings;
    settings.ledger_path = folder.file("ledger.db");
    settings.cascade = policy;
    std::string toml;
    {
      Scene scene(settings);
      serve_a_day(scene);
      // Stopping the proxy would break the last tries off: 20 of the 28 requests have one.
      if (policy.ends_with("share = 1")) scene.proxy->record_number(28 + 20);
      settings.verify_url = scene.verify->base_url();
      settings.draft_url = scene.draft->base_url();
      toml = config_text(settings);
    }
    write_file(folder.file("live.toml"), toml);
    for (const auto& [name, value] : test_environment()) ::setenv(name.c_str(), value.c_str(), 1);
  }
  Replayed replay(std::vector<std::string> tries = {}) {
    app::ReplayOptions options;
    options.ledger = folder.file("ledger.db");
    options.config_file = folder.file("live.toml");
    options.tries = std::move(tries);
    options.json_file = folder.file("out.json");
    testing::internal::CaptureStdout();
    Replayed replayed;
    replayed.code = app::replay_command(options);
    replayed.out = testing::internal::GetCapturedStdout();
    replayed.json = read_file(options.json_file);
    return replayed;
  }

  TempFolder folder;
};

class ReplayOfALedger : public LedgerReplay, public testing::WithParamInterface<const char*> {};

TEST_P(ReplayOfALedger, ItsOwnConfigurationBringsEveryFigureOutAgain) {
  serve(GetParam());
  const Replayed replayed = replay({folder.file("live.toml")});
  EXPECT_EQ(replayed.code, 0) << replayed.out;
  wire::JsonIndex index;
  const auto root = index.parse(replayed.json);
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->member("difference_count").integer(-1), 0);
  const auto verdicts = root->member("verdicts");
  int configurations = 0;
  root->member("configurations").each_element([&](wire::JsonValue each) {
    ++configurations;
    for (const char* name : {"other_plan", "derived", "estimated", "expected", "untold"})
      EXPECT_EQ(each.member(name).integer(-1), 0) << name << '\n' << replayed.out;
    EXPECT_EQ(each.member("told_cost_usd").raw(), root->member("all").member("cost_usd").raw());
    verdicts.each_member([&](std::string_view verdict, wire::JsonValue group) {
      EXPECT_EQ(each.member("verdicts").member(verdict).raw(), group.member("exchanges").raw());
      return true;
    });
    return true;
  });
  EXPECT_EQ(configurations, 2);
}

INSTANTIATE_TEST_SUITE_P(Scenario, ReplayOfALedger,
                         testing::Values("policy = \"balanced\"", "policy = \"safe\"",
                                         "policy = \"max_savings\"", "policy = \"paper\"",
                                         "policy = \"off\"",
                                         "policy = \"shadow\"\n[cascade.shadow]\nshare = 1",
                                         "policy = \"shadow\"\n[cascade.shadow]\nshare = 0.5"),
                         [](const auto& tested) {
                           std::string name;
                           for (const char c : std::string(tested.param))
                             if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
                           return name;
                         });

TEST_F(LedgerReplay, OfVerifiedDraftsTellsWhatLettingThemPassWouldHaveCost) {
  serve("policy = \"safe\"");
  const Replayed replayed = replay({"max_savings", "off"});
  EXPECT_EQ(replayed.code, 0) << replayed.out;
  wire::JsonIndex index;
  const auto root = index.parse(replayed.json);
  ASSERT_TRUE(root.has_value());
  std::vector<double> dollars;
  root->member("configurations").each_element([&](wire::JsonValue each) {
    dollars.push_back(std::stod(std::string(each.member("told_cost_usd").raw())));
    return true;
  });
  ASSERT_EQ(dollars.size(), 3u);
  EXPECT_LT(dollars[1], dollars[0]) << replayed.out;
  EXPECT_NE(replayed.out.find("their own calls tell the result"), std::string::npos)
      << replayed.out;
}

TEST_F(LedgerReplay, OfADayInShadowEstimatesWhatCascadingWouldHaveGiven) {
  serve("policy = \"shadow\"\n[cascade.shadow]\nshare = 1");
  const Replayed replayed = replay({"balanced", "safe"});
  EXPECT_EQ(replayed.code, 0) << replayed.out;
  wire::JsonIndex index;
  const auto root = index.parse(replayed.json);
  ASSERT_TRUE(root.has_value());
  std::vector<std::int64_t> estimated;
  root->member("configurations").each_element([&](wire::JsonValue each) {
    estimated.push_back(each.member("estimated").integer(-1));
    // Not every try tells what the other plan would have given.
    EXPECT_GE(each.member("estimated").integer(-1), each.member("drawn").integer(-2));
    EXPECT_GE(each.member("drawn").integer(-1), estimated.size() > 1 ? 12 : 0) << replayed.out;
    EXPECT_EQ(each.member("expected").integer(-1), 0);
    return true;
  });
  // What a session costs to verify depends on which try ended first.
  ASSERT_EQ(estimated.size(), 3u);
  EXPECT_EQ(estimated[0], 0) << replayed.out;
  EXPECT_EQ(estimated[1], 20) << replayed.out;
  EXPECT_GE(estimated[2], 12) << replayed.out;
}

TEST_F(LedgerReplay, NamesATryThatIsNeitherAPresetNorAFile) {
  serve("policy = \"off\"");
  app::ReplayOptions options;
  options.ledger = folder.file("ledger.db");
  options.config_file = folder.file("live.toml");
  options.tries = {"thrifty"};
  testing::internal::CaptureStderr();
  EXPECT_EQ(app::replay_command(options), 2);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("thrifty: neither a preset"),
            std::string::npos);
}

}  // namespace
}  // namespace rlm::test
