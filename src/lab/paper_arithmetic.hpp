#pragma once
// What a cascade costs, from prices, verdict shares and lengths alone (pricing.md §5). For
// analysis: the unit is micro-dollars as double ($/MTok times tokens), not the ledger's integers.

#include <optional>

#include "lab/statistics.hpp"

namespace rlm::lab {

/// $/MTok.
struct SidePrice {
  double input = 0;
  double output = 0;
  double cache_read = 0;
  double cache_write = 0;
};

/// The paper's prices; what it does not state is the usual: Anthropic's cache at 0.1x read
/// and 1.25x write, and for the draft the hit price of a host that sells it at 1.74 / 3.48, writes
/// free.
struct PaperPrices {
  SidePrice draft{1.74, 3.48, 0.145, 1.74};
  SidePrice verify{5.50, 27.50, 0.55, 6.875};
};

/// Shares of the cascaded requests; they add up to 1.
struct VerdictShares {
  double skipped = 0;
  double accepted = 0;
  double enhanced = 0;
};

/// Tokens of one skipped request, and how the verified ones differ. The draft is as long as the
/// answer.
struct LengthProfile {
  double prompt = 0;
  double answer = 0;
  /// Verified requests have prompts and answers this many times as long: the rule sends long
  /// requests there.
  double verified_factor = 1;
  double instruction = 0;     // tokens of the verdict instruction
  double verdict_answer = 0;  // tokens of "USE_DRAFT"
};

/// Share of each prompt that is read from a prompt cache; the rest is written to it. 0: no caching
/// at all, plain input price. Draft and instruction are new in every verdict call and never cached.
struct CacheHits {
  double verify = 0;
  double draft = 0;
};

enum class CascadePath { Skipped, Accepted, Enhanced };

/// One call of `prompt` tokens of which `hit` are read from a cache.
double call_cost(const SidePrice& price, double prompt, double answer, double hit);

/// All upstream calls of one request; `profile.prompt` and `answer` are taken as they are.
double path_cost(const PaperPrices& prices, CascadePath path, const LengthProfile& profile,
                 const CacheHits& hits);

/// Expected cost of one request of the mix.
struct MixCost {
  double direct = 0;
  double cascade = 0;
  double saving() const { return direct > 0 ? 1 - cascade / direct : 0; }
};
MixCost mix_cost(const PaperPrices& prices, const VerdictShares& shares,
                 const LengthProfile& profile, const CacheHits& hits);

/// Prompt length at which the mix saves exactly `saving`, all else of `profile` kept; nothing when
/// no prompt length gives it.
std::optional<double> prompt_for_saving(const PaperPrices& prices, const VerdictShares& shares,
                                        LengthProfile profile, const CacheHits& hits,
                                        double saving);

/// Savings at the two ends: prompts without weight against answers, and answers without weight
/// against prompts.
Interval saving_range(const PaperPrices& prices, const VerdictShares& shares,
                      const LengthProfile& profile, const CacheHits& hits);

/// Longest prompt with which an ACCEPTED request is cheaper than a direct one; nothing when it
/// never is, infinity when it always is.
std::optional<double> accepted_pays_up_to(const PaperPrices& prices, LengthProfile profile,
                                          const CacheHits& hits);

/// Share of accepted drafts from which draft_verify costs no more than direct; above 1: never.
double break_even_acceptance(const PaperPrices& prices, const LengthProfile& profile,
                             const CacheHits& hits);

}  // namespace rlm::lab
