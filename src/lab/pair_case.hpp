#pragma once
// A recorded pair made ready to be served many times over: what router, guard, proof and measures
// say of it, and what its calls cost.

#include <optional>
#include <string>
#include <vector>

#include "lab/pairs.hpp"
#include "money/price_table.hpp"
#include "quality/suspicion.hpp"

namespace rlm::lab {

/// Dollars of the calls that a pair may cause, uncached.
struct PairCost {
  double draft = 0;
  double verify = 0;          // the verify model answers by itself
  double verdict = 0;         // it reads prompt, draft and instruction, and takes the draft
  double rewrite_output = 0;  // on top of that, when it writes its own answer instead
};

struct PairCase {
  std::string class_name;
  /// The drafted plan of its kind: with a verdict, or for tool calls with the proof alone.
  bool has_verdict = true;
  bool refused = false;         // by the guard, or its calls are not proven
  bool paper_verifies = false;  // the preset `paper`: true verified, false skipped …
  bool paper_direct = false;    // … or not drafted at all
  quality::Measures measures{};
  /// Whether both texts give the same short result; nothing where code cannot tell.
  std::optional<bool> same_answer;
  double draft_right = 0;
  double verify_right = 0;
  bool priced = false;  // prices and token counts of both models are known
  PairCost cost;
};

/// Prices of models that were current when the pairs were recorded, behind those compiled in.
const money::PriceTable& pair_prices();

/// One case for each pair, in their order. Measures see what is known before the verify model is
/// asked, and of whole agent turns only the request (their lengths would give the outcome away).
/// A verdict call reads `instruction` tokens beside prompt and draft.
std::vector<PairCase> cases_of(const std::vector<Pair>& pairs, const money::PriceTable& prices,
                               UnixMs now, Tokens instruction);
/// Tokens of the instruction that is compiled in.
Tokens default_instruction();

}  // namespace rlm::lab
