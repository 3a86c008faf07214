#include "app/eval.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "wire/json_cursor.hpp"

namespace rlm::app {
namespace {

// Runs the command with these words and returns what --json wrote; the exit code is in `code`.
class EvalCommand : public testing::Test {
 protected:
  std::string run(std::vector<std::string> words, int& code) {
    const std::string file =
        (std::filesystem::temp_directory_path() / ("rlm-eval-test-" + std::to_string(::getpid())))
            .string();
    words.push_back("--json");
    words.push_back(file);
    CLI::App cli;
    EvalOptions options;
    add_eval_options(cli, options);
    std::reverse(words.begin(), words.end());
    cli.parse(words);
    testing::internal::CaptureStdout();
    code = eval_command(options);
    printed = testing::internal::GetCapturedStdout();
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    std::filesystem::remove(file);
    return text.str();
  }
  std::string printed;
  wire::JsonIndex index;
};

TEST_F(EvalCommand, ServiceOnSimulatedModelsHasThePapersVerdictsAndItsSaving) {
  int code = -1;
  const std::string json =
      run({"service", "--simulated", "--time-scale", "0.002", "--concurrency", "8"}, code);
  EXPECT_EQ(code, 0) << printed;
  const auto root = index.parse(json);
  ASSERT_TRUE(root.has_value()) << json;
  const auto verdicts = root->member("cascade").member("verdicts");
  EXPECT_EQ(verdicts.member("SKIPPED").integer(0), lab::paper::kSkipped) << printed;
  EXPECT_EQ(verdicts.member("ACCEPTED").integer(0), lab::paper::kAccepted) << printed;
  EXPECT_EQ(verdicts.member("ENHANCED").integer(0), lab::paper::kEnhanced) << printed;
  const double saving = std::stod(std::string(root->member("cost").member("saving").raw()));
  EXPECT_NEAR(saving, lab::paper::kSaving, 0.002) << printed;
}

TEST_F(EvalCommand, ARepairWritesAFractionOfWhatARewriteDoesAndGivesTheSameAnswer) {
  int code = -1;
  const std::string json = run({"repair"}, code);
  EXPECT_EQ(code, 0) << printed;
  const auto root = index.parse(json);
  ASSERT_TRUE(root.has_value()) << json;
  int rows = 0;
  root->each_element([&](wire::JsonValue row) {
    ++rows;
    const auto number = [&](const char* key) {
      return std::stod(std::string(row.member(key).raw()));
    };
    EXPECT_EQ(row.member("repaired").integer(0), row.member("drafts").integer(-1)) << row.raw();
    EXPECT_EQ(row.member("repair_right").integer(0), row.member("drafts").integer(-1)) << row.raw();
    EXPECT_LT(number("repair_tokens"), 150 * number("faults")) << row.raw();
    EXPECT_LT(number("repair_tokens"), number("rewrite_tokens")) << row.raw();
    EXPECT_LT(number("repair_usd"), number("rewrite_usd")) << row.raw();
    return true;
  });
  EXPECT_EQ(rows, 7);
}

TEST_F(EvalCommand, SuiteOnSimulatedModelsHasThePapersPassRates) {
  int code = -1;
  const std::string json =
      run({"suite", "--simulated", "--time-scale", "0.002", "--concurrency", "8"}, code);
  EXPECT_EQ(code, 0) << printed;
  const auto root = index.parse(json);
  ASSERT_TRUE(root.has_value()) << json;
  const auto passed = [&](const char* target) {
    return root->member(target).member("passed").member("all").member("n").integer(-1);
  };
  const std::int64_t all =
      root->member("cascade").member("passed").member("all").member("of").integer(0);
  EXPECT_GE(all, 24);
  EXPECT_EQ(passed("cascade"), all) << printed;
  EXPECT_EQ(passed("direct"), all - 1) << printed;
  EXPECT_GT(root->member("cascade").member("verdicts").member("ENHANCED").integer(0), 0) << printed;
  EXPECT_NE(printed.find("SIMULATED"), std::string::npos);
  EXPECT_NE(printed.find("sandbox"), std::string::npos);
}

TEST_F(EvalCommand, ASkippedDraftIsAsGoodAsItsModel) {
  int code = -1;
  const std::string json = run({"suite", "--simulated", "--time-scale", "0.002", "--concurrency",
                                "8", "--draft-accuracy", "0"},
                               code);
  const auto root = index.parse(json);
  ASSERT_TRUE(root.has_value()) << json;
  const auto cascade = root->member("cascade");
  const std::int64_t all = cascade.member("passed").member("all").member("of").integer(0);
  EXPECT_EQ(cascade.member("passed").member("all").member("n").integer(-1),
            all - cascade.member("verdicts").member("SKIPPED").integer(0))
      << printed;
}

TEST_F(EvalCommand, PaperNeedsNoTarget) {
  int code = -1;
  const std::string json = run({"paper"}, code);
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(index.parse(json).has_value());
}

TEST_F(EvalCommand, RealRunsNeedTheirTargets) {
  int code = -1;
  run({"suite", "--direct", "http://127.0.0.1:1"}, code);
  EXPECT_EQ(code, 2);
  run({"service", "--mix", "0,0,0", "--simulated"}, code);
  EXPECT_EQ(code, 2);
}

TEST_F(EvalCommand, ATargetThatNeverAnswersIsAFailure) {
  int code = -1;
  run({"service", "--direct", "http://127.0.0.1:1", "--cascade", "http://127.0.0.1:1", "--model",
       "claude-opus-4-8", "--limit", "2"},
      code);
  EXPECT_EQ(code, 1);
}

}  // namespace
}  // namespace rlm::app
