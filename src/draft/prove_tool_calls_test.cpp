#include "draft/prove_tool_calls.hpp"

#include <gtest/gtest.h>

#include "draft/call_context.hpp"
#include "wire/json_text.hpp"

namespace rlm::draft {
namespace {

constexpr const char* kTools =
    R"([{"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"},"offset":{"type":"integer"}},"required":["file_path"]}},)"
    R"({"name":"Edit","input_schema":{"type":"object","properties":{"file_path":{"type":"string"},"old_string":{"type":"string"},"new_string":{"type":"string"},"replace_all":{"type":"boolean"}},"required":["file_path","old_string","new_string"]}},)"
    R"({"name":"Write","input_schema":{"type":"object","properties":{"file_path":{"type":"string"},"content":{"type":"string"}},"required":["file_path","content"]}},)"
    R"({"name":"Bash","input_schema":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}},)"
    R"({"name":"weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}])";

std::string call(std::string_view id, std::string_view name, std::string_view input) {
  return R"({"type":"tool_use","id":")" + std::string(id) + R"(","name":")" + std::string(name) +
         R"(","input":)" + std::string(input) + "}";
}
std::string assistant(std::string_view blocks) {
  return R"({"role":"assistant","content":[)" + std::string(blocks) + "]}";
}
std::string result(std::string_view id, std::string_view text, bool failed = false) {
  return R"({"role":"user","content":[{"type":"tool_result","tool_use_id":")" + std::string(id) +
         R"(","content":)" + wire::json_string(text) + (failed ? R"(,"is_error":true)" : "") +
         "}]}";
}
std::string says(std::string_view text) {
  return R"({"role":"user","content":)" + wire::json_string(text) + "}";
}
// A call, its result, and a comma in front.
std::string step(std::string_view id, std::string_view name, std::string_view input,
                 std::string_view text, bool failed = false) {
  return "," + assistant(call(id, name, input)) + "," + result(id, text, failed);
}

Buffer body_of(const std::string& messages, const std::string& more = "") {
  return Buffer(
      R"({"model":"m","max_tokens":9,"system":"You work.\nWorking directory: /repo\n","tools":)" +
      std::string(kTools) + more + R"(,"messages":[)" + messages + "]}");
}

Answer drafts(std::vector<std::pair<std::string, std::string>> calls) {
  Answer answer;
  for (auto& [name, input] : calls) {
    ContentBlock& block = answer.content.emplace_back();
    block.kind = ContentBlock::Kind::ToolUse;
    block.id = "call_" + std::to_string(answer.content.size());
    block.name = name;
    block.text = input;
  }
  return answer;
}

const std::string kAsk = says("fix the bug");
const std::string kReadA = step("t1", "Read", R"({"file_path":"/repo/a.c"})",
                                "     1→int x = 1;\n     2→int y = 2;\n     3→int y2 = "
                                "2;\n\n<system-reminder>\nbe kind\n</system-reminder>");

std::string edit(std::string_view old_text, std::string_view new_text, std::string_view more = "") {
  return R"({"file_path":"/repo/a.c","old_string":)" + wire::json_string(old_text) +
         R"(,"new_string":)" + wire::json_string(new_text) + std::string(more) + "}";
}

struct ProofCase {
  const char* name;
  std::string messages;
  Answer draft;
  std::string_view cause;
  std::string more{};
};

class ToolProof : public testing::TestWithParam<ProofCase> {};

TEST_P(ToolProof, NamesTheFirstCause) {
  const Buffer body = body_of(GetParam().messages, GetParam().more);
  const auto session = SessionFacts::read(body, {});
  ASSERT_NE(session, nullptr);
  ToolRules rules;
  rules.allows_write = true;
  const auto proven = prove_calls(GetParam().draft, *session, rules, "");
  EXPECT_EQ(proven ? "" : proven.error(), GetParam().cause);
}

const auto name_of_case = [](const auto& tested) { return std::string(tested.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Calls, ToolProof,
    testing::Values(
        ProofCase{"ARead", kAsk, drafts({{"Read", R"({"file_path":"/repo/a.c"})"}}), ""},
        ProofCase{"NoCall", kAsk, Answer{}, "no_tool_call"},
        ProofCase{"UnknownTool", kAsk, drafts({{"Reed", "{}"}}), "unknown_tool"},
        ProofCase{"MissingArgument", kAsk, drafts({{"Read", "{}"}}), "schema:required"},
        ProofCase{"CutInput", kAsk, drafts({{"Read", R"({"file_path":"/re)"}}), "schema:bad_input"},
        ProofCase{"Execution", kAsk, drafts({{"Bash", R"({"command":"make"})"}}), "risk:execute"},
        ProofCase{"ShellThatReads", kAsk, drafts({{"Bash", R"({"command":"git status"})"}}), ""},
        ProofCase{"Destruction", kAsk, drafts({{"Bash", R"({"command":"ls; rm -rf x"})"}}),
                  "risk:destructive"},
        ProofCase{"WriteElsewhere", kAsk,
                  drafts({{"Write", R"({"file_path":"/etc/x","content":""})"}}),
                  "risk:destructive"},
        ProofCase{"NoCallsWanted", kAsk, drafts({{"weather", R"({"city":"a"})"}}), "tool_choice",
                  R"(,"tool_choice":{"type":"none"})"},
        ProofCase{"AnotherToolWanted", kAsk, drafts({{"weather", R"({"city":"a"})"}}),
                  "tool_choice", R"(,"tool_choice":{"type":"tool","name":"Read"})"},
        ProofCase{"OneCallAtATime", kAsk,
                  drafts({{"weather", R"({"city":"a"})"}, {"weather", R"({"city":"b"})"}}),
                  "parallel", R"(,"tool_choice":{"type":"auto","disable_parallel_tool_use":true})"},
        ProofCase{"SideBySide", kAsk,
                  drafts({{"weather", R"({"city":"a"})"}, {"weather", R"({"city":"b"})"}}), ""},
        ProofCase{"TheSameTwice", kAsk,
                  drafts({{"weather", R"({"city":"a"})"}, {"weather", R"({ "city" : "\u0061" })"}}),
                  "duplicate_call"},
        ProofCase{"ReadBesideAWrite", kAsk,
                  drafts({{"Read", R"({"file_path":"/repo/a.c"})"},
                          {"Write", R"({"file_path":"a.c","content":""})"}}),
                  "conflict"},
        ProofCase{"TwoFilesWritten", kAsk,
                  drafts({{"Write", R"({"file_path":"b.c","content":""})"},
                          {"Write", R"({"file_path":"a.c","content":""})"}}),
                  ""},
        ProofCase{"WriteBesideAWritingCommand", kAsk,
                  drafts({{"Write", R"({"file_path":"b.c","content":""})"},
                          {"Bash", R"({"command":"mkdir x"})"}}),
                  "conflict"},
        ProofCase{"ReadElsewhere", kAsk, drafts({{"Read", R"({"file_path":"/etc/passwd"})"}}),
                  "unseen_path"},
        ProofCase{"ReadAbove", kAsk, drafts({{"Read", R"({"file_path":"../x"})"}}), "unseen_path"},
        ProofCase{"ShellThatReadsElsewhere", kAsk,
                  drafts({{"Bash", R"({"command":"cat ~/.ssh/id_rsa"})"}}), "unseen_path"},
        ProofCase{"ShellThatReadsAbove", kAsk,
                  drafts({{"Bash", R"({"command":"ls | grep x --file=../y"})"}}), "unseen_path"},
        ProofCase{"ShellThatIsFedFromElsewhere", kAsk,
                  drafts({{"Bash", R"({"command":"wc -l < /etc/passwd"})"}}), "unseen_path"},
        ProofCase{"ShellThatReadsWithin", kAsk,
                  drafts({{"Bash", R"({"command":"grep -n /etc/ /repo/a.c 2>/dev/null"})"}}), ""},
        ProofCase{"ShellThatReadsWhatWasNamed", says("look at /etc/hosts"),
                  drafts({{"Bash", R"({"command":"sed -n '/a/,/b/p' /etc/hosts"})"}}), ""},
        ProofCase{"ReadOfWhatTheUserNamed", says("look at /etc/hosts"),
                  drafts({{"Read", R"({"file_path":"/etc/hosts"})"}}), ""}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Edits, ToolProof,
    testing::Values(
        ProofCase{"OfWhatWasRead", kAsk + kReadA, drafts({{"Edit", edit("int x = 1;", "int x;")}}),
                  ""},
        ProofCase{"OverTwoLines", kAsk + kReadA, drafts({{"Edit", edit("x = 1;\nint y = 2", "z")}}),
                  ""},
        ProofCase{"OfAnUnreadFile", kAsk, drafts({{"Edit", edit("int x = 1;", "z")}}),
                  "unread_file"},
        ProofCase{"OfTextThatIsNotThere", kAsk + kReadA, drafts({{"Edit", edit("int q;", "z")}}),
                  "stale_edit"},
        ProofCase{"OfTheLineNumber", kAsk + kReadA, drafts({{"Edit", edit("1→int x", "z")}}),
                  "stale_edit"},
        ProofCase{"OfTheReminder", kAsk + kReadA, drafts({{"Edit", edit("be kind", "z")}}),
                  "stale_edit"},
        ProofCase{"OfTextThatStandsTwice", kAsk + kReadA, drafts({{"Edit", edit("= 2;", "z")}}),
                  "ambiguous_edit"},
        ProofCase{"OfAllThatStandTwice", kAsk + kReadA,
                  drafts({{"Edit", edit("= 2;", "z", R"(,"replace_all":true)")}}), ""},
        ProofCase{"ThatChangesNothing", kAsk + kReadA,
                  drafts({{"Edit", edit("int x = 1;", "int x = 1;")}}), "empty_edit"},
        ProofCase{"OfNothing", kAsk + kReadA, drafts({{"Edit", edit("", "z")}}), "empty_edit"},
        ProofCase{"BehindAnEdit", kAsk + kReadA + step("t2", "Edit", edit("x = 1", "x = 7"), "ok"),
                  drafts({{"Edit", edit("x = 7", "z")}}), ""},
        ProofCase{"OfWhatAnEditReplaced",
                  kAsk + kReadA + step("t2", "Edit", edit("x = 1", "x = 7"), "ok"),
                  drafts({{"Edit", edit("x = 1", "z")}}), "stale_edit"},
        ProofCase{"BehindAFailedEdit",
                  kAsk + kReadA + step("t2", "Edit", edit("x = 1", "x = 7"), "no", true),
                  drafts({{"Edit", edit("x = 1", "z")}}), ""},
        ProofCase{"BehindAnEditThatCannotBeFollowed",
                  kAsk + kReadA + step("t2", "Edit", edit("quux", "x"), "ok"),
                  drafts({{"Edit", edit("x = 1", "z")}}), "unread_file"},
        ProofCase{"BehindAWrite",
                  kAsk + step("t2", "Write", R"({"file_path":"a.c","content":"new text"})", "ok"),
                  drafts({{"Edit", edit("new", "z")}}), ""},
        ProofCase{"BehindACommandThatWrites",
                  kAsk + kReadA + step("t2", "Bash", R"({"command":"sed -i s/1/7/ a.c"})", "ok"),
                  drafts({{"Edit", edit("x = 1", "z")}}), "unread_file"},
        ProofCase{"BehindATest",
                  kAsk + kReadA + step("t2", "Bash", R"({"command":"make test"})", "ok"),
                  drafts({{"Edit", edit("x = 1", "z")}}), ""},
        ProofCase{"OfAFileWithNumbersOfItsOwn",
                  kAsk + step("t1", "Read", R"({"file_path":"/repo/a.c"})", "a,b\n12| c\n"),
                  drafts({{"Edit", edit("12| c", "z")}}), "stale_edit"}),
    name_of_case);

const std::string kLook = step("t1", "weather", R"({"city":"Rome"})", "warm");

INSTANTIATE_TEST_SUITE_P(
    Repeats, ToolProof,
    testing::Values(
        ProofCase{"AtOnce", kAsk + kLook, drafts({{"weather", R"({"city":"Rome"})"}}),
                  "repeated_call"},
        ProofCase{"WrittenAnotherWay", kAsk + kLook,
                  drafts({{"weather", R"( {"city": "Rom\u0065"})"}}), "repeated_call"},
        ProofCase{"OfAnother", kAsk + kLook, drafts({{"weather", R"({"city":"Oslo"})"}}), ""},
        ProofCase{"BehindAChange", kAsk + kReadA + step("t2", "Edit", edit("x = 1", "x = 7"), "ok"),
                  drafts({{"Read", R"({"file_path":"/repo/a.c"})"}}), ""},
        ProofCase{"BehindAFailedChange",
                  kAsk + kReadA + step("t2", "Edit", edit("x = 1", "x = 7"), "no", true),
                  drafts({{"Read", R"({"file_path":"/repo/a.c"})"}}), "repeated_call"},
        ProofCase{"BehindTwoErrors",
                  kAsk + step("t1", "weather", R"({"city":"a"})", "no", true) +
                      step("t2", "weather", R"({"city":"b"})", "no", true),
                  drafts({{"weather", R"({"city":"c"})"}}), "recover"},
        ProofCase{"BehindErrorsOfAnEarlierTurn",
                  kAsk + step("t1", "weather", R"({"city":"a"})", "no", true) +
                      step("t2", "weather", R"({"city":"b"})", "no", true) + "," + says("go on"),
                  drafts({{"weather", R"({"city":"c"})"}}), ""}),
    name_of_case);

TEST(ToolProof, ADraftWithTooFewCallsIsRefusedWhereThatIsAskedFor) {
  const Buffer body = body_of(kAsk);
  const auto session = SessionFacts::read(body, {});
  ToolRules rules;
  rules.allows_write = true;
  const Answer draft = drafts({{"weather", R"({"city":"Rome"})"}});
  constexpr std::string_view kBoth = "How warm is it in Rome and also in Oslo?";
  EXPECT_EQ(prove_calls(draft, *session, rules, kBoth), Risk::Write);
  rules.checks_count = true;
  EXPECT_EQ(prove_calls(draft, *session, rules, kBoth).error(), "count:words");
  EXPECT_TRUE(prove_calls(draft, *session, rules, ""));
}

TEST(FreshIds, ReplaceBadRepeatedAndKnownOnes) {
  const Buffer body = body_of(kAsk + kLook);
  const auto session = SessionFacts::read(body, {});
  Answer draft = drafts({{"a", "{}"}, {"b", "{}"}, {"c", "{}"}, {"d", "{}"}, {"e", "{}"}});
  draft.content[1].id = "t1";                // of the session
  draft.content[2].id = "functions.Bash:0";  // no id
  draft.content[3].id = "call_1";            // of the first call
  draft.content[4].id = "";
  EXPECT_EQ(give_fresh_ids(draft, *session), 4);
  EXPECT_EQ(draft.content[0].id, "call_1");
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_EQ(draft.content[i].id.substr(0, 6), "toolu_");
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(draft.content[i].id, draft.content[j].id);
  }
  EXPECT_EQ(give_fresh_ids(draft, *session), 0);
}

TEST(SessionFacts, FindTheDirectoryWhereClientsWriteIt) {
  for (const std::string text :
       {"Working directory: /repo/x\\nPlatform: linux", "<cwd>/repo/x</cwd>",
        "I'm currently working in the directory: /repo/x\\n"}) {
    const Buffer body(R"({"system":[{"type":"text","text":")" + text + R"("}],"messages":[]})");
    const auto session = SessionFacts::read(body, {});
    ASSERT_NE(session, nullptr);
    EXPECT_EQ(session->working_directory(), "/repo/x") << text;
  }
  const Buffer first(
      R"({"messages":[{"role":"system","content":"cwd: /a"},{"role":"user","content":"cwd: /b"}]})");
  EXPECT_EQ(SessionFacts::read(first, {})->working_directory(), "/a");
  const Buffer none(
      R"({"messages":[{"role":"user","content":"x"},{"role":"user","content":"cwd: /b"}]})");
  EXPECT_EQ(SessionFacts::read(none, {})->working_directory(), "");
}

TEST(SessionFacts, KeepAFileOfAnyLengthWhole) {
  std::string shown;
  for (int i = 1; i < 9000; ++i)
    shown += "  " + std::to_string(i) + "\tline " + std::to_string(i) + "\n";
  const Buffer body = body_of(kAsk + step("t1", "Read", R"({"file_path":"a.c"})", shown));
  const auto text = SessionFacts::read(body, {})->known_text("/repo/a.c");
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->starts_with("line 1\nline 2\n"));
  EXPECT_EQ(occurrences(*text, "line 8999"), 1);
}

TEST(SessionFacts, ABodyThatIsNoJsonHasNone) {
  EXPECT_EQ(SessionFacts::read(Buffer("{"), {}), nullptr);
  EXPECT_EQ(SessionFacts::read(Buffer("[]"), {}), nullptr);
}

}  // namespace
}  // namespace rlm::draft
