#include "lab/pair_case.hpp"

#include "base/check.hpp"
#include "draft/draft_guard.hpp"
#include "draft/final_answer.hpp"
#include "draft/measures.hpp"
#include "draft/prove_tool_calls.hpp"
#include "draft/same_calls.hpp"
#include "lab/recorded_session.hpp"
#include "lab/service_workload.hpp"
#include "quality/label.hpp"
#include "route/paper_rules.hpp"
#include "route/router.hpp"
#include "verify/verdict_prompt.hpp"
#include "wire/anthropic_request.hpp"

extern "C" const char rlm_lab_pair_prices_begin[];
extern "C" const char rlm_lab_pair_prices_end[];

namespace rlm::lab {
namespace {

constexpr Tokens kVerdictTokens = 6;

Answer text_draft(const Pair& pair) {
  Answer answer;
  ContentBlock& block = answer.content.emplace_back();
  block.text = pair.draft.text;
  answer.stop_reason = "end_turn";
  answer.complete = true;
  answer.usage = pair.draft.usage;
  return answer;
}

/// The calls that are made first; none of an answer in words.
Answer first_step(const PairSide& side) {
  return side.turns.empty() || side.turns[0].empty() ? Answer{} : draft_of(side.turns[0][0]);
}

bool calls_are_proven(const Pair& pair, const Buffer& body) {
  draft::ToolRules rules;
  rules.allows_write = true;  // the recorded tools are functions of unknown effect
  const auto facts = draft::SessionFacts::read(body, {});
  if (facts == nullptr || pair.draft.turns.empty() || pair.draft.turns[0].empty()) return false;
  return draft::prove_calls(draft_of(pair.draft.turns[0][0]), *facts, rules, pair.user_text)
      .has_value();
}

/// The inputs of the first step's calls.
std::vector<std::string_view> inputs_of(const Pair& pair) {
  std::vector<std::string_view> inputs;
  if (pair.draft.turns.empty() || pair.draft.turns[0].empty()) return inputs;
  for (const PairCall& call : pair.draft.turns[0][0]) inputs.push_back(call.input);
  return inputs;
}

Tokens tokens_of_text(std::string_view text) {
  return static_cast<Tokens>(tokens_of(text.size()));
}

/// Of what a verdict reads: where the text is recorded, without what was thought.
Tokens draft_tokens(const Pair& pair) {
  return pair.draft.text.empty() ? pair.draft.usage.output : tokens_of_text(pair.draft.text);
}

/// The answer may be a tool call; that of a whole agent turn is not.
bool offers_tools(const Pair& pair) {
  return !pair.tools.empty() && pair.kind != "agent_turn";
}

void add_cost(PairCase& one, const Pair& pair, const money::PriceTable& prices, UnixMs now,
              const route::VerdictForms& forms) {
  const auto* draft = prices.find(pair.draft.model, now);
  const auto* verify = prices.find(pair.verify.model, now);
  one.priced = draft != nullptr && verify != nullptr && pair.draft.usage.reported &&
               pair.verify.usage.reported;
  if (!one.priced) return;
  one.cost.draft = money::cost_of(pair.draft.usage, *draft, now).dollars();
  one.cost.verify = money::cost_of(pair.verify.usage, *verify, now).dollars();
  Usage verdict;
  const auto form = route::cheaper_form(forms, draft_tokens(pair), {verify}, now);
  verdict.input = pair.verify.usage.input + pair.draft.usage.output +
                  (offers_tools(pair) ? forms.calls : route::instruction_of(forms, form));
  // A whole agent turn is judged by its digest.
  if (pair.kind == "agent_turn")
    verdict.input = std::min<Tokens>(std::min<Tokens>(15'000, pair.verify.usage.input),
                                     3'000 + pair.draft.usage.output);
  verdict.output = kVerdictTokens;
  one.cost.verdict = money::cost_of(verdict, *verify, now).dollars();
  Usage comparison = verdict;
  comparison.input = pair.verify.usage.input + pair.draft.usage.output + pair.verify.usage.output +
                     tokens_of_text(verify::compared_calls_prompt().text);
  one.cost.comparison = money::cost_of(comparison, *verify, now).dollars();
  Usage output;
  output.output = pair.verify.usage.output;
  one.cost.rewrite_output =
      pair.kind == "agent_turn" ? one.cost.verify : money::cost_of(output, *verify, now).dollars();
}

PairCase case_of(const Pair& pair, wire::JsonIndex& index) {
  PairCase one;
  one.draft_right = pair.draft.correct;
  one.verify_right = pair.verify.correct;
  Request request;
  request.body = RecordedSession(pair).body();
  const auto facts = wire::read_request_facts(request.body, index, {}, true);
  route::ClassKey key;
  if (facts) {
    request.facts = *facts;
    const auto features = route::features_of(request);
    const route::PaperRules rules;
    key = route::class_of(features, rules);
    const Plan plan = route::decide_by_paper(*facts, features, rules).plan;
    one.paper_direct = plan == Plan::Direct;
    one.paper_verifies = plan == Plan::DraftVerify;
  }
  const bool is_turn = pair.kind == "agent_turn";
  const bool has_tools = offers_tools(pair);
  one.has_verdict = !has_tools;
  const std::string user_text = facts ? facts->last_user_text : pair.user_text;
  if (has_tools) {
    one.measures = draft::measures_of_calls(user_text, inputs_of(pair));
    one.refused = !calls_are_proven(pair, request.body);
    one.same_answer = draft::same_calls(first_step(pair.draft), first_step(pair.verify));
  } else if (is_turn || pair.draft.text.empty()) {
    one.measures = draft::measures_of_prompt(user_text);
  } else {
    one.measures = draft::measures_of_text(user_text, pair.draft.text);
    one.same_answer = draft::same_answer(pair.draft.text, pair.verify.text);
    one.refused = facts && draft::why_refuse(text_draft(pair), *facts).has_value();
  }
  one.class_name =
      quality::name_of({is_turn ? "turn" : route::name_of(key.turn),
                        key.complexity == route::Complexity::Simple ? "simple" : "complex",
                        has_tools ? "write" : "none", pair.draft.model, pair.verify.model});
  return one;
}

}  // namespace

const money::PriceTable& pair_prices() {
  static const money::PriceTable kPrices = [] {
    const auto bytes =
        static_cast<std::size_t>(rlm_lab_pair_prices_end - rlm_lab_pair_prices_begin);
    auto old = money::PriceTable::parse({rlm_lab_pair_prices_begin, bytes});
    RLM_CHECK(old.has_value());
    money::PriceTable all = money::PriceTable::built_in();
    all.rows().insert(all.rows().begin(), old->rows().begin(), old->rows().end());
    return all;
  }();
  return kPrices;
}

route::VerdictForms default_forms() {
  return {.full = tokens_of_text(verify::default_verdict_text()),
          .brief = tokens_of_text(verify::default_brief_prompt().text),
          .calls = tokens_of_text(verify::default_calls_prompt().text)};
}

std::vector<PairCase> cases_of(const std::vector<Pair>& pairs, const money::PriceTable& prices,
                               UnixMs now, const route::VerdictForms& forms) {
  wire::JsonIndex index;
  std::vector<PairCase> cases;
  cases.reserve(pairs.size());
  for (const Pair& pair : pairs) {
    cases.push_back(case_of(pair, index));
    add_cost(cases.back(), pair, prices, now, forms);
  }
  return cases;
}

}  // namespace rlm::lab
