#include "verify/digest.hpp"

#include <gtest/gtest.h>

namespace rlm::verify {
namespace {

TurnAction action(std::string tool, std::string input, std::string result, bool failed = false) {
  TurnAction made;
  made.tool = std::move(tool);
  made.input = std::move(input);
  made.result = std::move(result);
  made.failed = failed;
  return made;
}

TurnStory story() {
  TurnStory made;
  made.task = "Make the cache safe.";
  made.actions.push_back(action("Read", R"({"file_path":"cache.cpp"})", "int main() {}"));
  TurnAction edit = action("Edit", "{}", "The file was updated.");
  edit.edits.push_back({"cache.cpp", "int a;\nint b;", "std::mutex m;"});
  made.actions.push_back(edit);
  TurnAction tests = action("Bash", R"({"command":"ctest"})", "1 test failed", true);
  tests.runs_tests = true;
  made.actions.push_back(tests);
  made.answer = "The cache is guarded by a mutex now.";
  return made;
}

TEST(Digest, TellsTaskActionsChangesTestsAndAnswerInThisOrder) {
  EXPECT_EQ(digest_of(story()),
            "TASK\nMake the cache safe.\n\n"
            "ACTIONS\n"
            "1. Read {\"file_path\":\"cache.cpp\"}\n   int main() {}\n"
            "2. Edit cache.cpp\n   done\n"
            "3. Bash {\"command\":\"ctest\"}\n   error: 1 test failed\n"
            "\nCHANGES\n--- cache.cpp\n- int a;\n- int b;\n+ std::mutex m;\n"
            "\nTESTS\nfailed: {\"command\":\"ctest\"}\n"
            "\nANSWER\nThe cache is guarded by a mutex now.\n");
}

TEST(Digest, BeginsWithWhatWasSaidBefore) {
  TurnStory made = story();
  made.before = "user: Write a cache.\nassistant: Done.";
  EXPECT_TRUE(digest_of(made).starts_with(
      "BEFORE\nuser: Write a cache.\nassistant: Done.\n\nTASK\nMake the cache safe."));
}

TEST(Digest, LeavesOutWhatATurnDoesNotHave) {
  TurnStory plain;
  plain.task = "Hello";
  plain.answer = "Hi";
  EXPECT_EQ(digest_of(plain), "TASK\nHello\n\nACTIONS\n\nANSWER\nHi\n");
}

TEST(Digest, ShowsNoEditThatFailed) {
  TurnStory made = story();
  made.actions[1].failed = true;
  EXPECT_EQ(digest_of(made).find("CHANGES"), std::string::npos);
}

struct SizeCase {
  const char* name;
  std::size_t task, result, edit, answer, actions;
};

class DigestSize : public testing::TestWithParam<SizeCase> {};

TEST_P(DigestSize, NeverExceedsTheLimitAndAlwaysHoldsTaskAndAnswer) {
  const SizeCase& c = GetParam();
  TurnStory made;
  made.task = "TASKBEGIN" + std::string(c.task, 't') + "TASKEND";
  made.answer = "ANSWERBEGIN" + std::string(c.answer, 'a') + "ANSWEREND";
  for (std::size_t i = 0; i < c.actions; ++i) {
    TurnAction one = action("Bash", R"({"command":"make test"})", std::string(c.result, 'r'));
    one.runs_tests = true;
    if (c.edit > 0)
      one.edits.push_back({"f.cpp", std::string(c.edit, '-'), std::string(c.edit, '+')});
    made.actions.push_back(std::move(one));
  }
  for (const std::size_t tokens : {500, 2'000, 15'000}) {
    const std::string digest = digest_of(made, DigestConfig{.tokens_max = tokens});
    EXPECT_LE(digest.size(), tokens * 7 / 2) << tokens;
    for (const char* part : {"TASKBEGIN", "TASKEND", "ANSWERBEGIN", "ANSWEREND"})
      EXPECT_NE(digest.find(part), std::string::npos) << part << " at " << tokens;
  }
}

INSTANTIATE_TEST_SUITE_P(Digest, DigestSize,
                         testing::Values(SizeCase{"Small", 10, 10, 0, 10, 2},
                                         SizeCase{"LongTask", 100'000, 10, 0, 10, 2},
                                         SizeCase{"LongAnswer", 10, 10, 0, 100'000, 2},
                                         SizeCase{"LongResults", 10, 100'000, 0, 10, 20},
                                         SizeCase{"LongEdits", 10, 10, 100'000, 10, 3},
                                         SizeCase{"ManyCalls", 10, 10, 0, 10, 3'000},
                                         SizeCase{"Everything", 50'000, 50'000, 50'000, 50'000,
                                                  60}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Digest, CountsTheCallsThatFoundNoRoom) {
  TurnStory made;
  for (int i = 0; i < 1'000; ++i) made.actions.push_back(action("Read", "{}", "text"));
  EXPECT_NE(digest_of(made, DigestConfig{.tokens_max = 500}).find(" more calls\n"),
            std::string::npos);
}

TEST(Clipped, KeepsBothEndsAndSaysWhatIsMissing) {
  const std::string text = std::string(100, 'a') + std::string(100, 'b');
  EXPECT_EQ(clipped(text, 200), text);
  const std::string cut = clipped(text, 108);
  EXPECT_LE(cut.size(), 108u);
  EXPECT_EQ(cut, std::string(40, 'a') + "\n[… 140 characters left out …]\n" + std::string(20, 'b'));
  EXPECT_EQ(clipped(text, 10), std::string(10, 'a'));
}

TEST(Clipped, CutsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "é";
  for (std::size_t bytes = 0; bytes < 200; ++bytes) {
    const std::string cut = clipped(text, bytes);
    EXPECT_LE(cut.size(), bytes);
    for (std::size_t i = 0; i < cut.size(); ++i) {
      if (cut[i] == '\xc3') {
        ASSERT_EQ(cut[i + 1], '\xa9') << bytes;
      }
    }
  }
}

TEST(RunsTests, KnowsTheUsualRunnersAsWholeWords) {
  for (const char* command : {"ctest -R cache", "cd build && ctest", "npm test",
                              "python -m pytest -q", "cargo test --all", "make check"})
    EXPECT_TRUE(runs_tests(command)) << command;
  for (const char* command :
       {"cat ctest.log2", "ls pytest_cache", "make", "npm install", "git status"})
    EXPECT_FALSE(runs_tests(command)) << command;
}

}  // namespace
}  // namespace rlm::verify
