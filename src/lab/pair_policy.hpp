#pragma once
// Serves recorded pairs one after the other as a cascade would: what it learns it learns from the
// labels that it has bought.

#include <cstdint>
#include <vector>

#include "lab/pair_case.hpp"
#include "quality/screen.hpp"

namespace rlm::lab {

struct PairRules {
  enum class Kind : std::uint8_t { AllVerify, AllDraft, Paper, Screened };
  Kind kind = Kind::Screened;
  /// Of Screened.
  quality::ScreenRules screen;
  /// Takes the verify model's own answer without a draft where drafts of the class save nothing, or
  /// too little for the quality they give up.
  bool may_go_direct = true;
  /// How a suspicious text is checked. OwnAnswers: the verify model answers by itself, and code
  /// compares the two for a label. Cheaper: a verdict, or its own answer where that is cheaper and
  /// code can compare.
  enum class Checks : std::uint8_t { Cheaper, Verdicts, OwnAnswers };
  Checks checks = Checks::Cheaper;
  /// How drafted tool calls are checked. Verdicts: as texts are. OwnAnswers: the verify model makes
  /// its own, and whether the draft's are worse is known for nothing. Compared: that judgement is
  /// bought where the two differ, for all of a class's first and a share of the later ones, and the
  /// draft is delivered unless it is worse.
  enum class Calls : std::uint8_t { Verdicts, OwnAnswers, Compared };
  Calls calls = Calls::Verdicts;
  /// How often a verdict is right: it takes a draft that is no worse than the verify model's own
  /// answer, unless both are wrong. And how often the comparison of a drafted call with the verify
  /// model's own is: it calls the draft worse where it is.
  double verdict_accuracy = 1;
};

/// What came of one pair.
struct Served {
  double right = 0;
  double dollars = 0;  // 0 where not priced
  double asked = 0;    // 1: the verify model was called
  double unseen_bad =
      0;  // 1: delivered without a verdict, and worse than the verify model's answer
};

/// Serves all cases in an order shuffled by `seed`; the result stands in the cases' order.
std::vector<Served> serve_pairs(const std::vector<PairCase>& cases, const PairRules& rules,
                                std::uint64_t seed);

}  // namespace rlm::lab
