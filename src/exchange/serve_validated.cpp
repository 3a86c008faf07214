#include "draft/prove_tool_calls.hpp"
#include "exchange/drafted.hpp"

namespace rlm::exchange {
namespace {

// What the user asks for in this very request; nothing in the middle of a turn.
std::string_view asked_now(const RequestFacts& facts) {
  return facts.ends_with_tool_result ? std::string_view() : facts.last_user_text;
}

}  // namespace

net::Task<void> serve_validated(ExchangeContext& x, std::string_view draft_body) {
  const auto session = draft::SessionFacts::read(x.request.body, x.services.config.json);
  // Two errors in a turn say that the next step is a hard one: no draft is paid for.
  if (session == nullptr || session->errors_in_turn() >= draft::kErrorsMax) {
    co_await fall_back(x, "recover");
    co_return;
  }
  auto drafted =
      co_await draft::make_draft(x.model(x.cascade->draft), x.request, draft_body, x.calls,
                                 x.stop(), x.services.index, draft::ToolCalls::ProvenLater);
  if (!drafted) {
    co_await fall_back(x, drafted.error());
    co_return;
  }
  Answer& answer = drafted->answer;
  const auto why =
      draft::why_not_proven(answer, *session, x.cascade->tools, asked_now(x.request.facts));
  if (why) {
    const std::string cause = "not_proven:" + *why;
    co_await fall_back(x, cause);
    co_return;
  }
  draft::give_fresh_ids(answer, *session);
  answer.stop_reason = "tool_use";  // some models say end_turn behind a call
  answer.stop_sequence.clear();
  x.record.seen = seen_of_draft(drafted->usage);
  co_await deliver_draft(x, answer, Verdict::Validated);
}

}  // namespace rlm::exchange
