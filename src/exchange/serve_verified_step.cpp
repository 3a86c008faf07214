#include "draft/prove_tool_calls.hpp"
#include "draft/same_calls.hpp"
#include "exchange/drafted.hpp"

namespace rlm::exchange {
namespace {

// Whatever may be undone may be made: the verify model has seen it.
draft::ToolRules rules_of_judged(draft::ToolRules rules) {
  rules.allows_write = true;
  rules.allows_execute = true;
  return rules;
}

// The class is known now that there is a draft.
void set_class(ExchangeContext& x, Risk risk) {
  if (x.routed == nullptr || x.routed->forced) return;
  x.record.class_name = x.cascade->classes.of(route::class_of_calls(x.routed->key), risk);
}

}  // namespace

net::Task<void> serve_verified_step(ExchangeContext& x, std::string_view body,
                                    draft::Remembered& known) {
  const auto session = co_await draft_with_tools(x, body, known);
  if (session == nullptr) co_return;
  Answer& answer = known.draft->answer;
  if (!draft::calls_tools(answer)) {
    set_class(x, Risk::None);
    co_await serve_judged_text(x, known);
    co_return;
  }
  const auto risk = draft::prove_calls(answer, *session, rules_of_judged(x.cascade->tools),
                                       draft::asked_now(x.request.facts));
  if (!risk) {
    const std::string cause = "not_proven:" + risk.error();
    co_await fall_back(x, cause);
    co_return;
  }
  set_class(x, *risk);
  ready_calls(answer, *session);
  x.verify.cannot_repair = true;
  VerdictCall call;
  call.judged = verify::VerdictGate::Judged::Calls;
  call.message = verify::verdict_message(x.cascade->calls_prompt, verify::told_calls(answer));
  co_await serve_judged(x, known, call);
}

}  // namespace rlm::exchange
