#include "route/features.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace rlm::route {
namespace {

struct TurnCase {
  const char* name;
  std::function<void(Request&)> change;
  std::string_view turn;
  bool safety_gate = false;
};

class TurnOf : public testing::TestWithParam<TurnCase> {};

TEST_P(TurnOf, IsTheExpectedOne) {
  Request request;
  request.facts.last_role = request.facts.last_speaker = Role::User;
  request.facts.last_user_text = "Hello";
  request.facts.max_tokens = 32000;
  request.facts.stream = true;
  GetParam().change(request);
  const Features features = features_of(request);
  EXPECT_EQ(name_of(features.turn), GetParam().turn);
  EXPECT_EQ(features.safety_gate, GetParam().safety_gate);
}

void want_schema(Request& request, std::string schema) {
  request.facts.wants_structured_output = true;
  request.facts.structured_schema = std::move(schema);
}

const std::string kCompactionOrder =
    "CRITICAL: Respond with TEXT ONLY. Do NOT call any tools.\n\nSummarise the conversation in "
    "<analysis> and <summary> tags.";

INSTANTIATE_TEST_SUITE_P(
    Features, TurnOf,
    testing::Values(
        TurnCase{"UserTextWithoutTools", [](auto&) {}, "chat"},
        TurnCase{"UserTextWithTools", [](auto& r) { r.facts.tool_count = 12; }, "ask"},
        TurnCase{"ToolResult",
                 [](auto& r) {
                   r.facts.tool_count = 12;
                   r.facts.ends_with_tool_result = true;
                 },
                 "continue"},
        TurnCase{"FailedToolResult",
                 [](auto& r) {
                   r.facts.tool_count = 12;
                   r.facts.ends_with_tool_result = true;
                   r.facts.last_tool_failed = true;
                 },
                 "recover"},
        TurnCase{"ToolResultBeforeASystemEntry",
                 [](auto& r) {
                   r.facts.tool_count = 12;
                   r.facts.ends_with_tool_result = true;
                   r.facts.last_role = Role::System;
                 },
                 "continue"},
        TurnCase{"TitleRequest",
                 [](auto& r) {
                   want_schema(r, R"({"type":"object","properties":{"title":{"type":"string"}}})");
                 },
                 "side"},
        TurnCase{"OtherSchemaWithATitle",
                 [](auto& r) { want_schema(r, R"({"properties":{"title":{},"body":{}}})"); },
                 "chat"},
        TurnCase{"QuotaProbe", [](auto& r) { r.facts.max_tokens = 1; }, "side"},
        TurnCase{"CacheWarmUp", [](auto& r) { r.facts.max_tokens = 0; }, "side"},
        TurnCase{"CompactionBySignature",
                 [](auto& r) {
                   r.facts.tool_count = 13;
                   r.facts.last_user_text = kCompactionOrder;
                 },
                 "compaction"},
        TurnCase{"CompactionByHeader",
                 [](auto& r) { r.headers.add("x-claude-code-compaction", "auto"); }, "compaction"},
        TurnCase{"CompactionByClass",
                 [](auto& r) { r.headers.add("X-Claude-Code-Request-Class", "compaction"); },
                 "compaction"},
        TurnCase{"AuxiliaryByClass",
                 [](auto& r) { r.headers.add("x-claude-code-request-class", "auxiliary"); },
                 "side"},
        TurnCase{"NamedClassGoesBeforeSignatures",
                 [](auto& r) {
                   r.headers.add("x-claude-code-request-class", "main");
                   r.facts.tool_count = 13;
                   r.facts.last_user_text = kCompactionOrder;
                 },
                 "ask"},
        TurnCase{"SummaryTagWithoutTheOrder",
                 [](auto& r) {
                   r.facts.tool_count = 13;
                   r.facts.last_user_text = "Why does <summary> not render inside <details>?";
                 },
                 "ask"},
        TurnCase{"OrderWithoutTheSummaryTag",
                 [](auto& r) {
                   r.facts.tool_count = 13;
                   r.facts.last_user_text = "Answer with text only, please.";
                 },
                 "ask"},
        TurnCase{"AutoModeClassifier", [](auto& r) { r.facts.stop_sequences = {"</severity>"}; },
                 "side", true},
        TurnCase{"AutoModeClassifierAmongOtherStops",
                 [](auto& r) {
                   r.facts.stop_sequences = {"x", "</severity>"};
                 },
                 "side", true},
        TurnCase{"OtherStopSequence", [](auto& r) { r.facts.stop_sequences = {"</b>"}; }, "chat"},
        TurnCase{"PromptHook",
                 [](auto& r) {
                   want_schema(r, R"({"properties":{"reason":{"type":"string"},"ok":{}}})");
                 },
                 "side", true},
        TurnCase{"PromptHookHintedAsMain",
                 [](auto& r) {
                   r.headers.add("x-claude-code-request-class", "main");
                   want_schema(r, R"({"properties":{"ok":{},"reason":{}}})");
                 },
                 "side", true},
        TurnCase{"PromptHookWithACutSchema",
                 [](auto& r) {
                   want_schema(r, R"({"properties":{"ok":{},"reason":{"description":"long)");
                 },
                 "side", true},
        TurnCase{
            "SchemaWithMoreThanAHooks",
            [](auto& r) { want_schema(r, R"({"properties":{"ok":{},"reason":{},"score":{}}})"); },
            "chat"},
        TurnCase{"SchemaWithLessThanAHooks",
                 [](auto& r) { want_schema(r, R"({"properties":{"ok":{}}})"); }, "chat"},
        TurnCase{"ClassifierWithoutItsStopSequence",
                 [](auto& r) {
                   r.headers.add("x-claude-code-session-id", "s");
                   r.headers.add("x-stainless-timeout", "60");
                   r.facts.stream = false;
                 },
                 "side", true},
        TurnCase{"PlainFallbackRequest",
                 [](auto& r) {
                   r.headers.add("x-claude-code-session-id", "s");
                   r.headers.add("x-stainless-timeout", "300");
                   r.facts.stream = false;
                 },
                 "chat"}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct LengthCase {
  const char* name;
  std::string text;
  std::size_t characters;
  std::string_view kept;
};

class UserText : public testing::TestWithParam<LengthCase> {};

TEST_P(UserText, IsTrimmedAndCountedInCodePoints) {
  Request request;
  request.facts.last_user_text = GetParam().text;
  const Features features = features_of(request);
  EXPECT_EQ(features.user_characters, GetParam().characters);
  EXPECT_EQ(features.user_text, GetParam().kept);
}

INSTANTIATE_TEST_SUITE_P(
    Features, UserText,
    testing::Values(LengthCase{"Empty", "", 0, ""}, LengthCase{"BlanksOnly", " \n", 0, ""},
                    LengthCase{"Ascii", "abc", 3, "abc"},
                    LengthCase{"BlanksLeftByRemovedWrappers", "\n\n  fix it \n", 6, "fix it"},
                    LengthCase{"TwoByteCharacters", "né", 2, "né"},
                    LengthCase{"ThreeByteCharacters", "日本", 2, "日本"},
                    LengthCase{"FourByteCharacters", "😀", 1, "😀"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Features, CarrySessionAndAgent) {
  Request request;
  request.headers.add("x-claude-code-session-id", "session");
  request.headers.add("x-claude-code-agent-id", "agent");
  const Features features = features_of(request);
  EXPECT_EQ(features.session, "session");
  EXPECT_EQ(features.agent, "agent");
}

}  // namespace
}  // namespace rlm::route
