#include "draft/same_calls.hpp"
#include "exchange/drafted.hpp"
#include "exchange/turn_story.hpp"
#include "money/tokens_of_bytes.hpp"
#include "verify/verdict_prompt.hpp"

namespace rlm::exchange {
namespace {

bool prefers_digest(const route::TurnRules& rules, const route::PlanQuestion& question) {
  if (rules.judge != route::JudgeRule::Cheaper) return rules.judge == route::JudgeRule::Digest;
  const bool priced = question.verify.rate.price != nullptr && question.draft.rate.price != nullptr;
  return priced && route::cheaper_judge(question) == route::JudgeBy::Digest;
}

// The digest, or the place behind the conversation: what costs less now that the answer is known.
VerdictCall verdict_on_turn(const ExchangeContext& x, const draft::Draft& draft,
                            const draft::SessionFacts& session) {
  const Cascade& cascade = *x.cascade;
  const std::string answer = draft.answer.text();
  VerdictCall call;
  call.judged = verify::VerdictGate::Judged::Turn;
  verify::DigestConfig limits;
  limits.tokens_max = static_cast<std::size_t>(cascade.policy.turn.digest_tokens_max);
  const std::string digest = verify::verdict_message(
      cascade.digest_prompt, verify::digest_of(story_of(session, answer), limits));
  route::PlanQuestion question = x.routed->question;
  question.expected.draft.mean = draft.usage.output;
  question.turn.digest = money::tokens_of_bytes(digest.size());
  call.on_digest = !question.turn.can_append || prefers_digest(cascade.policy.turn, question);
  call.message = call.on_digest ? digest : verify::verdict_message(cascade.turn_prompt, answer);
  return call;
}

}  // namespace

net::Task<void> serve_turn(ExchangeContext& x, std::string_view body, draft::Remembered& known) {
  const auto session = co_await draft_with_tools(x, body, known);
  if (session == nullptr) co_return;
  if (draft::calls_tools(known.draft->answer)) {
    co_await deliver_if_proven(x, *known.draft, *session);
    co_return;
  }
  if (x.request.facts.must_call_tool) {
    co_await fall_back(x, "not_proven:no_tool_call");
    co_return;
  }
  const VerdictCall call = verdict_on_turn(x, *known.draft, *session);
  x.because(call.on_digest ? "by_digest" : "by_conversation");
  co_await serve_judged(x, known, call);
}

}  // namespace rlm::exchange
