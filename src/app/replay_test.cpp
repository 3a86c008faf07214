#include "app/replay.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "lab/test_sessions.hpp"
#include "store/ledger_store.hpp"
#include "store/test_records.hpp"
#include "tests/support/temp_folder.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::app {
namespace {

class ReplayCommand : public testing::Test {
 protected:
  /// The exit code; what was printed is in `out` and `err`.
  int run(std::vector<std::string> words) {
    CLI::App cli;
    ReplayOptions options;
    add_replay_options(cli, options);
    std::reverse(words.begin(), words.end());
    cli.parse(words);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = replay_command(options);
    out = testing::internal::GetCapturedStdout();
    err = testing::internal::GetCapturedStderr();
    return code;
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.file(name), std::ios::binary) << text;
    return folder.file(name);
  }
  static std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  test::TempFolder folder;
  std::string out, err;
};

std::string two_sessions() {
  return lab::session_line("a", 0) + lab::session_line("a", 10, "tool_result") +
         lab::session_line("b", 0, "user_text", "codex");
}

TEST_F(ReplayCommand, PricesAFileOrAFolder) {
  const std::string file = write("agent-sessions.jsonl", two_sessions());
  write("other.jsonl", "not a session\n");
  EXPECT_EQ(run({file}), 0) << err;
  EXPECT_NE(out.find("claude_code: 2 model calls in 1 user turns of 1 threads."), std::string::npos)
      << out;
  EXPECT_EQ(run({folder.file(""), "--source", "all"}), 0) << err;
  EXPECT_NE(out.find("All sources: 3 model calls in 2 user turns"), std::string::npos) << out;
}

TEST_F(ReplayCommand, WritesItsFiguresAsJson) {
  const std::string file = write("s.jsonl", two_sessions());
  ASSERT_EQ(run({file, "--policy", "digest,all_draft", "--rejected", "5,50", "--json",
                 folder.file("out.json")}),
            0)
      << err;
  const std::string json = read(folder.file("out.json"));
  wire::JsonIndex index;
  const auto root = index.parse(json);
  ASSERT_TRUE(root.has_value()) << json;
  std::vector<std::string> policies;
  root->member("policies").each_element([&](wire::JsonValue row) {
    policies.push_back(row.member("policy").string());
    return true;
  });
  EXPECT_EQ(policies, (std::vector<std::string>{"digest", "digest", "all_draft"}));
}

TEST_F(ReplayCommand, TakesPricesFromTheTable) {
  const std::string file = write("s.jsonl", two_sessions());
  EXPECT_EQ(run({file, "--verify-model", "claude-opus-4-8", "--verify-in", "1"}), 0) << err;
  EXPECT_NE(out.find("verify 5 in, 0.5 read"), std::string::npos) << out;
  EXPECT_EQ(run({file, "--draft-model", "unheard-of"}), 2);
  EXPECT_NE(err.find("unheard-of"), std::string::npos) << err;
}

TEST_F(ReplayCommand, RefusesBadInputWithoutCountingAnyOfIt) {
  const std::string line = lab::session_line("a", 0);
  const std::string cut = write("cut.jsonl", line + line.substr(0, 40) + "\n" + line);
  EXPECT_EQ(run({cut}), 2);
  EXPECT_EQ(out, "");
  EXPECT_NE(err.find("cut.jsonl: line 2: not JSON"), std::string::npos) << err;
  const std::string foreign = write("foreign.jsonl", line + "{\"prompt_tokens\":5}\n");
  EXPECT_EQ(run({foreign}), 2);
  EXPECT_NE(err.find("line 2: field \"session\": is missing"), std::string::npos) << err;
  EXPECT_EQ(run({folder.file("absent")}), 2);
  EXPECT_EQ(run({folder.file("")}), 2) << "no agent-sessions file in it";
  EXPECT_EQ(run({write("s.jsonl", line), "--source", "opencode"}), 2);
  EXPECT_EQ(run({}), 2);
}

TEST_F(ReplayCommand, WorksALedgerOutAgain) {
  const std::string path = folder.file("ledger.db");
  EXPECT_EQ(run({"--ledger", path}), 2) << "makes no empty ledger";
  ExchangeRecord record;
  record.id = store::record_id(1);
  record.started = {1'790'000'000'000};
  CallRecord call;
  call.endpoint = "opus";
  call.model = "claude-opus-4-8";
  call.usage = {1'000, 0, 0, 0, 100, true};
  call.price_version = "?";
  call.cost = record.cost = {7'500'000};  // 1,000 at 5 and 100 at 25 $/MTok
  record.baseline = record.cost;
  record.calls.push_back(call);
  {
    auto ledger = store::open_sqlite_ledger(path);
    ASSERT_TRUE(ledger.has_value()) << ledger.error().message;
    ASSERT_TRUE((*ledger)->add({record}).has_value());
  }
  EXPECT_EQ(run({"--ledger", path}), 0) << out << err;
  EXPECT_NE(out.find("$0.007500000"), std::string::npos) << out;
  record.id = store::record_id(2);
  record.calls[0].cost = {1};
  {
    auto ledger = store::open_sqlite_ledger(path);
    ASSERT_TRUE(ledger.has_value());
    ASSERT_TRUE((*ledger)->add({record}).has_value());
  }
  EXPECT_EQ(run({"--ledger", path, "--json", folder.file("out.json")}), 1);
  EXPECT_NE(out.find(record.id), std::string::npos) << out;
  EXPECT_NE(read(folder.file("out.json")).find("\"difference_count\":2"), std::string::npos);
}

TEST_F(ReplayCommand, LeavesOutWhatIsOlderThanTheDaysAskedFor) {
  const std::string path = folder.file("ledger.db");
  ExchangeRecord old;
  old.id = store::record_id(1);
  old.started = {1'600'000'000'000};
  {
    auto ledger = store::open_sqlite_ledger(path);
    ASSERT_TRUE(ledger.has_value());
    ASSERT_TRUE((*ledger)->add(std::span(&old, 1)).has_value());
  }
  EXPECT_EQ(run({"--ledger", path, "--json", folder.file("all.json")}), 0) << err;
  EXPECT_EQ(run({"--ledger", path, "--days", "1", "--json", folder.file("day.json")}), 0) << err;
  EXPECT_NE(read(folder.file("all.json")).find("\"all\":{\"exchanges\":1"), std::string::npos);
  EXPECT_NE(read(folder.file("day.json")).find("\"all\":{\"exchanges\":0"), std::string::npos);
}

TEST_F(ReplayCommand, RefusesAFileThatIsNoLedger) {
  EXPECT_EQ(run({"--ledger", write("s.db", "no database at all, whatever its name says")}), 2);
}

}  // namespace
}  // namespace rlm::app
