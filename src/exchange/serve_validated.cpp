#include "draft/prove_tool_calls.hpp"
#include "exchange/audit_work.hpp"
#include "exchange/drafted.hpp"
#include "exchange/turn_story.hpp"

namespace rlm::exchange {

namespace {

// Why calls of this risk may not be delivered unseen; sets their class otherwise. What a header
// asks for goes without trust as long as it only reads.
std::optional<std::string> why_not_trusted(ExchangeContext& x, const Answer& draft, Risk risk) {
  const route::RoutePolicy& policy = x.cascade->policy;
  if (x.routed == nullptr || !policy.goes_by_cost()) return std::nullopt;
  if (x.routed->forced && risk <= Risk::Read) return std::nullopt;
  const route::ClassKey key = route::class_of_calls(x.routed->key);
  const route::Earned earned(policy.quality, x.cascade->classes, x.services.trust.get());
  const route::Trust trust = earned.of(key, risk);
  const std::string& name = x.cascade->classes.of(key, risk);
  if (trust == route::Trust::Trusted) {
    if (!x.routed->forced) x.record.class_name = name;
    return std::nullopt;
  }
  if (!x.routed->forced) hold_against(x, draft, name);
  return std::string(name_of(trust)) + ':' + std::string(name_of(risk));
}

}  // namespace

void ready_calls(Answer& answer, const draft::SessionFacts& session) {
  draft::give_fresh_ids(answer, session);
  answer.stop_reason = "tool_use";  // some models say end_turn behind a call
  answer.stop_sequence.clear();
}

net::Task<void> deliver_if_proven(ExchangeContext& x, const draft::Draft& draft,
                                  const draft::SessionFacts& session) {
  Answer answer = draft.answer;
  const auto proven =
      draft::prove_calls(answer, session, x.cascade->tools, draft::asked_now(x.request.facts));
  if (!proven) {
    const std::string cause = "not_proven:" + proven.error();
    co_await fall_back(x, cause);
    co_return;
  }
  if (const auto why = why_not_trusted(x, answer, *proven)) {
    co_await fall_back(x, *why);
    co_return;
  }
  x.step = step_of(answer, session);
  x.risk = *proven;
  ready_calls(answer, session);
  x.record.seen = seen_of_draft(draft.usage);
  co_await deliver_draft(x, answer, Verdict::Validated);
}

net::Task<std::unique_ptr<draft::SessionFacts>> draft_with_tools(ExchangeContext& x,
                                                                 std::string_view body,
                                                                 draft::Remembered& known) {
  auto session = draft::SessionFacts::read(x.request.body, x.services.config.json);
  // Two errors in a turn say that the next step is a hard one: no draft is paid for.
  if (session == nullptr || session->errors_in_turn() >= draft::kErrorsMax) {
    co_await fall_back(x, "recover");
    co_return nullptr;
  }
  const auto no_draft = co_await draft_unless_known(x, body, known, draft::ToolCalls::ProvenLater);
  if (no_draft) {
    co_await fall_back(x, *no_draft);
    co_return nullptr;
  }
  co_return session;
}

net::Task<void> serve_validated(ExchangeContext& x, std::string_view body,
                                draft::Remembered& known) {
  const auto session = co_await draft_with_tools(x, body, known);
  if (session != nullptr) co_await deliver_if_proven(x, *known.draft, *session);
}

}  // namespace rlm::exchange
