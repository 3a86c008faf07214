#include "draft/tool_risk.hpp"

#include <gtest/gtest.h>

namespace rlm::draft {
namespace {

struct ToolCase {
  const char* name;
  std::string tool;
  std::string input;
  Risk risk;
};

class ToolRisk : public testing::TestWithParam<ToolCase> {};

TEST_P(ToolRisk, IsThatOfItsClass) {
  wire::JsonIndex index;
  const auto input = index.parse(GetParam().input);
  ASSERT_TRUE(input);
  ToolRules rules;
  rules.read_tools = {"look_up"};
  EXPECT_EQ(name_of(risk_of_tool(GetParam().tool, *input, "/repo", rules)),
            name_of(GetParam().risk));
}

INSTANTIATE_TEST_SUITE_P(
    Tools, ToolRisk,
    testing::Values(
        ToolCase{"Read", "Read", R"({"file_path":"/etc/hosts"})", Risk::Read},
        ToolCase{"Fetch", "WebFetch", R"({"url":"https://a.org"})", Risk::Read},
        ToolCase{"ListOfTasks", "TodoWrite", R"({"todos":[]})", Risk::Read},
        ToolCase{"ConfiguredReader", "look_up", R"({"key":"a"})", Risk::Read},
        ToolCase{"UnknownTool", "mcp__db__query", R"({"sql":"select 1"})", Risk::Write},
        ToolCase{"Edit", "Edit", R"({"file_path":"/repo/a.c"})", Risk::Write},
        ToolCase{"RelativeWrite", "write_file", R"({"file_path":"a.c"})", Risk::Write},
        ToolCase{"WriteElsewhere", "Write", R"({"file_path":"/etc/hosts"})", Risk::Destructive},
        ToolCase{"WriteAbove", "edit", R"({"filePath":"../a"})", Risk::Destructive},
        ToolCase{"WriteByAWayAround", "Write", R"({"file_path":"/repo/../etc/a"})",
                 Risk::Destructive},
        ToolCase{"WriteToANeighbour", "Write", R"({"file_path":"/repository/a"})",
                 Risk::Destructive},
        ToolCase{"GitInternals", "Write", R"({"file_path":"/repo/.git/hooks/x"})",
                 Risk::Destructive},
        ToolCase{"UnknownToolElsewhere", "save", R"({"path":"/etc/a"})", Risk::Destructive},
        ToolCase{"ViewOfAnEditor", "str_replace_based_edit_tool",
                 R"({"command":"view","path":"/repo/a"})", Risk::Read},
        ToolCase{"EditorCreates", "str_replace_based_edit_tool",
                 R"({"command":"create","path":"/repo/a"})", Risk::Write},
        ToolCase{"ShellReads", "Bash", R"({"command":"ls -la"})", Risk::Read},
        ToolCase{"ShellInBackground", "Bash", R"({"command":"ls","run_in_background":true})",
                 Risk::Execute},
        ToolCase{"ShellWithoutSandbox", "Bash",
                 R"({"command":"ls","dangerouslyDisableSandbox":true})", Risk::Destructive},
        ToolCase{"ShellWrites", "bash", R"({"command":"ls > /repo/x"})", Risk::Write},
        ToolCase{"ShellDestroys", "run_shell_command", R"({"command":"ls; rm -rf x"})",
                 Risk::Destructive},
        ToolCase{"ShellWithoutCommand", "bash", R"({"restart":true})", Risk::Execute},
        ToolCase{"EscapedCommand", "Bash", R"({"command":"ls\u003b rm x"})", Risk::Destructive},
        ToolCase{"SubAgent", "Task", R"({"prompt":"look"})", Risk::Execute}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(ToolRisk, WithoutAKnownDirectoryAbsolutePathsAreJudgedByTheSession) {
  wire::JsonIndex index;
  const auto input = index.parse(R"({"file_path":"/anywhere/a"})");
  EXPECT_EQ(risk_of_tool("Write", *input, "", {}), Risk::Write);
}

TEST(ToolRules, AllowWhatIsConfiguredAndNeverDestruction) {
  ToolRules rules;
  EXPECT_TRUE(rules.allows(Risk::Read));
  EXPECT_FALSE(rules.allows(Risk::Write));
  EXPECT_FALSE(rules.allows(Risk::Execute));
  rules.allows_write = rules.allows_execute = true;
  EXPECT_TRUE(rules.allows(Risk::Execute));
  EXPECT_FALSE(rules.allows(Risk::Destructive));
}

}  // namespace
}  // namespace rlm::draft
