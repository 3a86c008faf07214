#include "draft/prove_tool_calls.hpp"
#include "exchange/drafted.hpp"
#include "exchange/turn_story.hpp"

namespace rlm::exchange {

net::Task<void> deliver_if_proven(ExchangeContext& x, const draft::Draft& draft,
                                  const draft::SessionFacts& session) {
  Answer answer = draft.answer;
  const auto why =
      draft::why_not_proven(answer, session, x.cascade->tools, draft::asked_now(x.request.facts));
  if (why) {
    const std::string cause = "not_proven:" + *why;
    co_await fall_back(x, cause);
    co_return;
  }
  x.step = step_of(answer, session);
  draft::give_fresh_ids(answer, session);
  answer.stop_reason = "tool_use";  // some models say end_turn behind a call
  answer.stop_sequence.clear();
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
