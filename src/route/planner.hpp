#pragma once
// What each plan is expected to cost and to take, and the cheapest one that the rules allow
// (cascade.md §4). Pure: everything it knows of the world stands in its question.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/units.hpp"
#include "domain/plan.hpp"
#include "money/cache_forecast.hpp"
#include "money/rate_book.hpp"
#include "route/verdict_form.hpp"

namespace rlm::route {

/// The plans that are weighed against each other, in the order of their numbers.
inline constexpr std::array kPlans = {Plan::Direct, Plan::DraftOnly, Plan::DraftValidate,
                                      Plan::DraftVerify, Plan::DraftTurn};

/// How fast a model is: the middle and the slow end of its first byte and of each further token.
struct Speed {
  double first_byte_ms = 0;
  double first_byte_p95_ms = 0;
  double token_ms = 0;
  double token_p95_ms = 0;
};

/// One of the two models, asked for this prompt now.
struct ModelForecast {
  money::Rate rate;
  money::PromptForecast prompt;
  Speed speed;
};

struct Length {
  Tokens mean = 0;
  Tokens p95 = 0;
};

/// What is expected of a request of this class. Probabilities in [0, 1].
struct ClassForecast {
  Length draft;         // tokens of a draft
  Length answer;        // tokens of the verify model's own answer
  Tokens verdict = 0;   // tokens of a verdict that takes the draft as it is
  VerdictForms forms;   // what a verdict call appends beside the draft
  double passes = 1;    // a draft passes the guard
  double proven = 1;    // … and its tool calls are proven
  double accepted = 1;  // a verdict takes the draft, as it is or repaired
};

/// What is expected of a user turn that the draft model drives, per call of it. Probabilities in
/// [0, 1].
struct TurnForecast {
  double handed = 0;    // the draft cannot be delivered: the verify model takes the turn over
  double ends = 0;      // of the others: it is the turn's answer, and is judged
  double accepted = 1;  // the verdict takes it
  Tokens digest = 0;    // tokens of the turn in few words, with the instruction
  /// The verdict's message may be appended to the client's own messages.
  bool can_append = true;
};

/// The session that the request belongs to, its calls so far and those that are likely to come.
struct SessionForecast {
  double calls = 0;     // exchanges so far
  double drafted = 0;   // … that asked the draft model
  double verified = 0;  // … that asked the verify model
  double to_come = 0;   // further exchanges expected
  double gap_ms = 30'000;
  double growth = 1'500;  // tokens that a prompt has more than the one before
};

struct CostRules {
  /// Share of unseen answers that the verify model judges afterwards.
  double audit_share = 0;
  /// A drafted plan whose time to the whole answer is above this in one of twenty cases is not
  /// taken; 0: no rule.
  Milliseconds p95_max{0};
  /// Share of the requests whose draft may race the verify model where that alone makes it fast
  /// enough.
  double race_share = 0;
};

/// Whether the verify model may be asked beside the draft, and when either could answer.
struct RaceRules {
  bool may = false;
  bool streams = false;  // the client takes an answer while it is written
  Tokens held = -1;      // of a draft, before its text may leave; -1: all of it
};

struct PlanQuestion {
  UnixMs now;
  ModelForecast draft;
  ModelForecast verify;
  ClassForecast expected;
  TurnForecast turn;
  SessionForecast session;
  CostRules rules;
  RaceRules race;
  /// By the plan's number; both are ignored for Direct, which always may be taken.
  std::array<bool, kPlans.size()> fits{true, true, true, true, true};
  /// Why a plan may not be taken; empty: it may. Names live forever.
  std::array<std::string_view, kPlans.size()> refused{};
};

/// One plan with its price. All money is an expectation in nano-dollars.
struct Alternative {
  Plan plan = Plan::Direct;
  NanoUsd bill;    // of this exchange's calls
  NanoUsd spread;  // part of the bill that fills a cache for the calls to come: theirs, not ours
  NanoUsd lapse;   // what the calls to come lose because a cache is left to lapse
  NanoUsd turn;    // of the whole user turn, where one may begin (turn_price.hpp)
  double typical_ms = 0;
  double p95_ms = 0;
  bool fits = true;          // false: it is not made for such a request
  std::string_view refused;  // empty: it may be taken, if it fits
  bool raced = false;        // with the verify model beside it: the draft alone is too slow

  /// What plans are compared by.
  NanoUsd price() const { return bill - spread + lapse; }
};

struct PlanChoice {
  Plan plan = Plan::Direct;
  std::string reason;
  /// Of each plan, in the order of kPlans; without `priced` only `fits` and `refused` are.
  std::array<Alternative, kPlans.size()> alternatives{};
  bool priced = false;
  bool raced = false;  // the plan is taken as a race
};

/// The cheapest plan that fits and is not refused; of equal ones the first of kPlans. Where
/// draft_turn fits it is taken instead of that one when the whole turn is cheaper with it. A plan
/// that is too slow alone and may race is priced as a race (race_price.hpp), and taken as one, when
/// that is fast enough. Reason:
/// - "no_price": a model without a price; nothing is guessed, the plan is Direct;
/// - the common reason when every drafted plan that fits is refused for the same;
/// - the reason why a cheaper plan that fits was refused: "probation", "latency", …;
/// - "cheapest": none was cheaper.
///
/// With P the prompt's classes from the cache forecast, g, p, a the probabilities `passes`,
/// `proven` and `accepted`, ε the audit share, V and D the models' prices:
///   direct          V(P, answer)
///   draft_only      D(P, draft) + (1−g)·direct + g·ε·verdict
///   draft_validate  D(P, draft) + (1−p)·direct + p·ε·verdict
///   draft_verify    D(P, draft) + (1−g)·direct + g·(verdict + (1−a)·V(answer's output alone))
///   draft_turn      D(P, draft) + h·direct + (1−h)·e·judge   (h: handed over, e: ends the turn)
///   verdict = V(P + draft + instruction as plain input, `verdict` tokens), the instruction being
///             the one on tool calls where the draft may make some, else the one that
///             verdict_form() says; the full one for draft_validate and below
///   judge   = verdict + (1−a)·V(answer's output alone), or on a digest V(digest, `verdict` tokens)
///             + (1−a)·direct: the one that cheaper_judge() says
/// spread: Σ over both models of t·q·s·(tokens this call writes)·(fresh − read price), lapse: Σ of
/// (1−t)·q·(s(fresh life) − s(what is left of it))·(tokens now warm)·(fresh − read price); t: how
/// likely the plan asks the model, q: how likely a later call does, s(life): how likely it does so
/// within `life`. So a warm-up counts once, spread over the calls 1/(1−q·s) that are expected to
/// use it.
PlanChoice plan_by_cost(const PlanQuestion& question);

/// Its last step: sets plan and reason by the alternatives' prices and refusals.
void choose_cheapest(PlanChoice& choice);

/// Whether a plan that fits is refused for lack of trust, though it would be cheaper than the
/// chosen one: what labels would be worth.
bool waits_for_trust(const PlanChoice& choice);

/// What the verify model is shown of a turn that it judges.
enum class JudgeBy : std::uint8_t { Prefix, Digest };

/// The way that costs less for a turn whose answer is `expected.draft` long: its own view of the
/// conversation, which it reads from its cache or has to write there (for calls to come as well),
/// or the digest, after which it has yet to read the conversation when it does not accept. Both
/// models must have a price.
JudgeBy cheaper_judge(const PlanQuestion& question);

/// In which form a verdict on a draft of so many tokens is asked for: cheaper_form().
VerdictForm verdict_form(const PlanQuestion& question, Tokens draft);
/// Tokens that a verdict call appends to the client's prompt for a draft of the expected length.
Tokens verdict_suffix(const PlanQuestion& question);

}  // namespace rlm::route
