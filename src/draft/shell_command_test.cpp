#include <gtest/gtest.h>

#include "draft/shell_command.hpp"

namespace rlm::draft {
namespace {

constexpr std::string_view kHere = "/repo/app";

TEST(ShellRisk, RelativePathsNeedNoDirectoryAndAbsoluteOnesDo) {
  EXPECT_EQ(risk_of_command("echo a > b", ""), Risk::Write);
  EXPECT_EQ(risk_of_command("echo a > /repo/app/b", ""), Risk::Destructive);
}

TEST(ShellRisk, AppendingADeletionNeverLeavesAReader) {
  for (const std::string line :
       {"ls",    "ls \\",     "ls '",      "ls \"",   "ls #",     "ls `",
        "ls $(", "cat <<E",   "cat <<E\n", "ls $'",   "echo ${x", "ls |",
        "ls &&", "(ls",       "ls >",      "[[ x",    "for x in", "find . -exec ls {} \\",
        "",      "case x in", "echo $",    "echo {a,"})
    EXPECT_NE(risk_of_command(line + "; rm -rf x", kHere), Risk::Read) << line;
}

TEST(ShellRisk, DepthAndLengthAreBounded) {
  for (const std::string piece :
       {"$(", "(", "\"$(", "<(", "{ ", "`", "\\\\", "<<a ", "{", "${", "'"}) {
    std::string line = "ls ";
    while (line.size() < kShellLineBytesMax - 8) line += piece;
    const bool is_text = piece == "{ " || piece == "{" || piece == "\\\\";
    EXPECT_EQ(risk_of_command(line, kHere) == Risk::Read, is_text) << piece;
  }
  EXPECT_EQ(risk_of_command("ls " + std::string(kShellLineBytesMax, 'a'), kHere), Risk::Execute);
}

TEST(ShellCommand, KeepsWordsAsTheShellWouldPassThem) {
  const ShellLine line = read_shell_line("a='b c' echo \"x $y\" 'z'\\''w' \\; >f 2>&1");
  ASSERT_TRUE(line.understood);
  ASSERT_EQ(line.commands.size(), 1u);
  const ShellCommand& command = line.commands[0];
  EXPECT_EQ(command.assigned, std::vector<std::string>{"a"});
  ASSERT_EQ(command.words.size(), 4u);
  EXPECT_TRUE(command.words[1].dynamic);
  EXPECT_EQ(command.words[2].text, "z'w");
  EXPECT_TRUE(command.words[3].escaped_operator);
  ASSERT_EQ(command.redirects.size(), 1u);
  EXPECT_EQ(command.redirects[0].target.text, "f");
}

TEST(ShellCommand, AttachesHereDocumentsToTheirCommands) {
  const ShellLine line = read_shell_line("cat <<A | tr a b <<B\n1\nA\n2\nB\nls");
  ASSERT_TRUE(line.understood);
  ASSERT_EQ(line.commands.size(), 3u);
  EXPECT_EQ(line.commands[0].script, "1\n");
  EXPECT_EQ(line.commands[1].script, "2\n");
}

}  // namespace
}  // namespace rlm::draft
