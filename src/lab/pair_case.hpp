#pragma once
// A recorded pair made ready to be served many times over: what router, guard, proof and measures
// say of it, and what its calls cost.

#include <optional>
#include <string>
#include <vector>

#include "lab/pairs.hpp"
#include "money/price_table.hpp"
#include "quality/suspicion.hpp"
#include "route/verdict_form.hpp"

namespace rlm::lab {

/// Dollars of the calls that a pair may cause, uncached.
struct PairCost {
  double draft = 0;
  double verify = 0;      // the verify model answers by itself
  double verdict = 0;     // it reads prompt, draft and instruction, and takes the draft
  double comparison = 0;  // it compares a draft's tool calls with its own, which are paid already
  double rewrite_output = 0;  // on top of that, when it writes its own answer instead
};

struct PairCase {
  std::string class_name;
  /// Whether a draft is a text; of one that may call tools, PairRules::calls says how it is
  /// checked.
  bool has_verdict = true;
  bool refused = false;         // by the guard, or its calls are not proven
  bool paper_verifies = false;  // the preset `paper`: true verified, false skipped …
  bool paper_direct = false;    // … or not drafted at all
  quality::Measures measures{};
  /// Whether both texts give the same short result, or both make the same calls; nothing where code
  /// cannot tell.
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
/// A verdict call reads, beside prompt and draft, the one of the instructions that the proxy would
/// send (route::cheaper_form).
std::vector<PairCase> cases_of(const std::vector<Pair>& pairs, const money::PriceTable& prices,
                               UnixMs now, const route::VerdictForms& forms);
/// The instructions that are compiled in.
route::VerdictForms default_forms();

}  // namespace rlm::lab
