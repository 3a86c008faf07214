#include "verify/verdict_gate.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace rlm::verify {

void PrintTo(VerdictGate::Decision decision, std::ostream* out) {
  constexpr const char* kNames[] = {"NeedMore", "UseDraft", "Edit", "Rewrite"};
  *out << kNames[static_cast<int>(decision)];
}

namespace {

using Decision = VerdictGate::Decision;

struct GateCase {
  const char* name;
  std::string reply;
  Decision fed;       // after the whole reply was fed
  Decision finished;  // after the end
  bool tail = false;
  std::string edits{};  // behind an EDIT line
  VerdictGate::Judged judged = VerdictGate::Judged::Answer;
};

class VerdictGateTable : public testing::TestWithParam<GateCase> {};

TEST_P(VerdictGateTable, DecidesTheSameInEveryChunking) {
  const GateCase& c = GetParam();
  for (std::size_t chunk = 1; chunk <= c.reply.size() + 1; ++chunk) {
    VerdictGate gate(c.judged);
    std::string rest;
    for (std::size_t at = 0; at < c.reply.size(); at += chunk) {
      const auto part = std::string_view(c.reply).substr(at, chunk);
      if (gate.decision() == Decision::Rewrite || gate.decision() == Decision::Edit) rest += part;
      gate.feed(part);
    }
    EXPECT_EQ(gate.decision(), c.fed) << "chunks of " << chunk;
    EXPECT_EQ(gate.finish(), c.finished) << "chunks of " << chunk;
    EXPECT_EQ(gate.has_tail(), c.tail) << "chunks of " << chunk;
    if (c.finished == Decision::Rewrite)
      EXPECT_EQ(gate.held() + rest, c.reply) << "chunks of " << chunk;
    else if (c.finished == Decision::Edit)
      EXPECT_EQ(gate.held() + rest, c.edits) << "chunks of " << chunk;
    else
      EXPECT_EQ(gate.held(), "");
  }
}

INSTANTIATE_TEST_SUITE_P(
    VerdictGate, VerdictGateTable,
    testing::Values(
        GateCase{"TheWordAlone", "USE_DRAFT", Decision::NeedMore, Decision::UseDraft},
        GateCase{"TheWordAndALineBreak", "USE_DRAFT\n", Decision::UseDraft, Decision::UseDraft},
        GateCase{"CarriageReturnAndLineBreak", "USE_DRAFT\r\n", Decision::UseDraft,
                 Decision::UseDraft},
        GateCase{"TrailingBlanks", "USE_DRAFT \t \n", Decision::UseDraft, Decision::UseDraft},
        GateCase{"ClosingFullStop", "USE_DRAFT.", Decision::NeedMore, Decision::UseDraft},
        GateCase{"FullStopAndBlanks", "USE_DRAFT. \r\n", Decision::UseDraft, Decision::UseDraft},
        GateCase{"LeadingBlankLines", "\r\n\n  USE_DRAFT\n", Decision::UseDraft,
                 Decision::UseDraft},
        GateCase{"TextBehindTheVerdictLine", "USE_DRAFT\nIt is right.", Decision::UseDraft,
                 Decision::UseDraft, true},
        GateCase{"BlankLinesBehindTheVerdictLineAreNoTail", "USE_DRAFT\n\n \n", Decision::UseDraft,
                 Decision::UseDraft},
        GateCase{"AnAnswerIsNotContinued", "CONTINUE\n", Decision::Rewrite, Decision::Rewrite},
        GateCase{"ATurnIs", "CONTINUE\n", Decision::Continue, Decision::Continue, false, "",
                 VerdictGate::Judged::Turn},
        GateCase{"WithReasonsThatNobodyReads", " CONTINUE.\nNo test ran.", Decision::Continue,
                 Decision::Continue, true, "", VerdictGate::Judged::Turn},
        GateCase{"OrTaken", "USE_DRAFT", Decision::NeedMore, Decision::UseDraft, false, "",
                 VerdictGate::Judged::Turn},
        GateCase{"CallsAreNotEdited", "EDIT\nx", Decision::Rewrite, Decision::Rewrite, false, "",
                 VerdictGate::Judged::Calls},
        GateCase{"CallsAreTaken", "USE_DRAFT", Decision::NeedMore, Decision::UseDraft, false, "",
                 VerdictGate::Judged::Calls},
        GateCase{"AWordThatGoesOnIsNone", "CONTINUED\n", Decision::Rewrite, Decision::Rewrite,
                 false, "", VerdictGate::Judged::Turn},
        GateCase{"EditAlone", "EDIT", Decision::NeedMore, Decision::Edit},
        GateCase{"EditAndABlock", "EDIT\n<<<<<<< SEARCH\na\n", Decision::Edit, Decision::Edit,
                 false, "<<<<<<< SEARCH\na\n"},
        GateCase{"EditAndBlanks", "\n EDIT. \r\n\n x", Decision::Edit, Decision::Edit, false,
                 "\n x"},
        GateCase{"EditThenTheOtherWord", "EDIT\nUSE_DRAFT\n", Decision::Edit, Decision::Edit, false,
                 "USE_DRAFT\n"},
        GateCase{"EditCutShort", "EDI", Decision::NeedMore, Decision::Rewrite},
        GateCase{"AnswerThatBeginsLikeAnEdit", "EDITOR is a variable\n", Decision::Rewrite,
                 Decision::Rewrite},
        GateCase{"TextBehindEditOnItsLine", "EDIT the file\n", Decision::Rewrite,
                 Decision::Rewrite},
        GateCase{"EditInLowerCase", "Edit\n", Decision::Rewrite, Decision::Rewrite},
        GateCase{"Empty", "", Decision::NeedMore, Decision::Rewrite},
        GateCase{"BlanksOnly", " \n ", Decision::NeedMore, Decision::Rewrite},
        GateCase{"WordCutShort", "USE_DRAF", Decision::NeedMore, Decision::Rewrite},
        GateCase{"AnswerThatBeginsLikeAVerdict", "USE_DRAWER handles", Decision::Rewrite,
                 Decision::Rewrite},
        GateCase{"LongerWord", "USE_DRAFTS", Decision::Rewrite, Decision::Rewrite},
        GateCase{"TextOnTheSameLine", "USE_DRAFT is a macro", Decision::Rewrite, Decision::Rewrite},
        GateCase{"TwoFullStops", "USE_DRAFT..", Decision::Rewrite, Decision::Rewrite},
        GateCase{"FullStopBehindABlank", "USE_DRAFT .", Decision::Rewrite, Decision::Rewrite},
        GateCase{"BareCarriageReturnIsNoLineBreak", "USE_DRAFT\rx", Decision::Rewrite,
                 Decision::Rewrite},
        GateCase{"LowerCase", "use_draft\n", Decision::Rewrite, Decision::Rewrite},
        GateCase{"Quoted", "`USE_DRAFT`", Decision::Rewrite, Decision::Rewrite},
        GateCase{"OrdinaryAnswer", "The answer is 42.\nUSE_DRAFT\n", Decision::Rewrite,
                 Decision::Rewrite},
        GateCase{"IndentedAnswerKeepsItsIndent", "    int main() {}\n", Decision::Rewrite,
                 Decision::Rewrite}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(VerdictGate, ReleasesARewriteThatOnlyBeginsLikeAVerdict) {
  VerdictGate gate;
  EXPECT_EQ(gate.feed("USE_DRA"), Decision::NeedMore);
  EXPECT_EQ(gate.feed("WER and"), Decision::Rewrite);
  EXPECT_EQ(gate.held(), "USE_DRAWER and");
}

TEST(VerdictGate, DecidesARewriteOnTheFirstByteThatRulesTheVerdictOut) {
  VerdictGate gate;
  EXPECT_EQ(gate.feed("U"), Decision::NeedMore);
  EXPECT_EQ(gate.feed("n"), Decision::Rewrite);
}

TEST(VerdictGate, KeepsItsDecisionAndHoldsNothingFedLater) {
  VerdictGate gate;
  gate.feed("No");
  EXPECT_EQ(gate.feed("\nUSE_DRAFT\n"), Decision::Rewrite);
  EXPECT_EQ(gate.held(), "No");
  EXPECT_EQ(gate.finish(), Decision::Rewrite);
}

TEST(VerdictGate, NoticesATailThatArrivesLater) {
  VerdictGate gate;
  EXPECT_EQ(gate.feed("USE_DRAFT\n"), Decision::UseDraft);
  EXPECT_FALSE(gate.has_tail());
  EXPECT_EQ(gate.feed("because"), Decision::UseDraft);
  EXPECT_TRUE(gate.has_tail());
  EXPECT_EQ(gate.held(), "");
}

TEST(VerdictGate, StaysUndecidedForAtMostItsLimit) {
  const std::string blanks(VerdictGate::kUndecidedBytesMax - 1, ' ');
  VerdictGate below;
  EXPECT_EQ(below.feed(blanks), Decision::NeedMore);
  VerdictGate at;
  EXPECT_EQ(at.feed(blanks + " "), Decision::Rewrite);
  EXPECT_EQ(at.held(), blanks + " ");
}

}  // namespace
}  // namespace rlm::verify
