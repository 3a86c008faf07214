#include "exchange/shadow_work.hpp"

#include "draft/draft_guard.hpp"
#include "draft/make_draft.hpp"
#include "draft/prove_tool_calls.hpp"
#include "draft/same_calls.hpp"
#include "exchange/cascade_route.hpp"
#include "exchange/shadow.hpp"
#include "exchange/verify_aside.hpp"
#include "exchange/would_cost.hpp"
#include "wire/anthropic_request.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/sse.hpp"

namespace rlm::exchange {

ShadowWork::ShadowWork(ExchangeContext& x, const CallRecord& direct)
    : services_(x.services),
      table_(x.services.table),
      cascade_(*x.cascade),
      request_(std::move(x.request)),
      routed_(std::move(x.routed)),
      verify_(x.verify),
      purse_(*x.shadow->purse),
      direct_(direct),
      delivered_(x.shadow->tap.take()) {
  record_ = aside_record(x.record, Occasion::Shadow);
  record_.would_baseline = x.record.baseline;
  record_.plan = x.shadow->plan;
  record_.reason = std::move(x.shadow->reason);
  record_.sampled_ppm = x.shadow->sampled_ppm;
}

net::Task<void> ShadowWork::run(net::StopSource& stop) {
  record_.started = services_.clock.unix_ms();
  record_.id = new_exchange_id(record_.started);
  calls_.emplace(services_.clock, services_.clock.steady());
  co_await try_plan(stop);
  if (stop.stopped()) {
    record_.verdict = Verdict::Failed;
    record_.reason += ",stopped";
  }
  settle();
}

void ShadowWork::fall_back(std::string_view cause) {
  record_.verdict = Verdict::Fallback;
  record_.reason.append(",").append(cause);
}

void ShadowWork::fall_back(const draft::NoDraft& why) {
  if (why.error.kind != ErrorKind::Cancelled) fall_back(why.cause);
}

net::Task<void> ShadowWork::try_plan(net::StopSource& stop) {
  const auto body = wire::draft_body(request_.body, services_.index, services_.config.json,
                                     model(cascade_.draft).config().model);
  if (!body) {
    fall_back("draft_" + std::string(name_of(body.error().kind)));
    co_return;
  }
  if (record_.plan == Plan::DraftValidate) {
    co_await prove(body->view(), stop);
  } else {
    co_await draft_and_judge(body->view(), stop);
  }
}

net::Task<void> ShadowWork::prove(std::string_view body, net::StopSource& stop) {
  const auto session = draft::SessionFacts::read(request_.body, services_.config.json);
  if (session == nullptr || session->errors_in_turn() >= draft::kErrorsMax) {
    fall_back("recover");
    co_return;
  }
  const auto drafted =
      co_await draft::make_draft(model(cascade_.draft), request_, body, calls(), stop,
                                 services_.index, draft::ToolCalls::ProvenLater);
  if (!drafted) co_return fall_back(drafted.error());
  const auto proven = draft::prove_calls(drafted->answer, *session, cascade_.tools,
                                         draft::asked_now(request_.facts));
  if (proven) {
    record_.verdict = Verdict::Validated;
    belongs_to(*proven);
  } else {
    fall_back("not_proven:" + proven.error());
  }
  co_await compare_with_delivered(drafted->answer, stop);
}

// What was tried because a header asked for it, or would not have been delivered, is of no class.
void ShadowWork::belongs_to(Risk risk) {
  if (routed_ != nullptr && !routed_->forced)
    record_.class_name = cascade_.classes.of(route::class_of_calls(routed_->key), risk);
}

net::Task<void> ShadowWork::compare_with_delivered(const Answer& draft, net::StopSource& stop) {
  const auto own = answer_in(delivered_, services_.index);
  if (!own || (!draft::calls_tools(*own) && !draft::calls_tools(draft))) co_return;
  if (record_.verdict != Verdict::Validated) {
    // It would not have been delivered: its likeness is worth knowing, but no call.
    record_.judgement = draft::same_calls(draft, *own) ? Judgement::Same : Judgement::Different;
    co_return;
  }
  const AsideQuestion question{services_,     cascade_, request_, verify_,
                               routed_.get(), calls(),  stop};
  const auto judgement = co_await compare_calls(question, draft, *own);
  if (judgement)
    record_.judgement = *judgement;
  else
    record_.reason += ",verify_failed:" + std::string(name_of(judgement.error().kind));
}

net::Task<void> ShadowWork::draft_and_judge(std::string_view body, net::StopSource& stop) {
  const auto drafted = co_await draft::make_draft(model(cascade_.draft), request_, body, calls(),
                                                  stop, services_.index);
  if (!drafted) co_return fall_back(drafted.error());
  if (record_.plan == Plan::DraftOnly) record_.verdict = Verdict::Skipped;
  // No user message may follow a system entry.
  const bool can_judge = request_.facts.last_role != Role::System;
  if (record_.plan == Plan::DraftVerify || (cascade_.shadow.judges_unseen && can_judge))
    co_await judge(drafted->answer, stop);
}

net::Task<void> ShadowWork::judge(const Answer& draft, net::StopSource& stop) {
  const AsideQuestion question{services_,     cascade_, request_, verify_,
                               routed_.get(), calls(),  stop};
  const auto verdict = co_await ask_verdict(question, draft);
  if (verify_.cannot_repair) record_.reason += ",brief_verdict";
  if (!verdict) {
    record_.reason += ",verify_failed:" + std::string(name_of(verdict.error().kind));
    co_return;
  }
  record_.judgement = verdict->judgement;
  reached_ = verdict->verdict;
  belongs_to(Risk::None);
  if (record_.plan != Plan::DraftVerify) co_return;  // the draft would have left unseen
  record_.verdict = *reached_;
  if (*reached_ == Verdict::Fallback) record_.reason += ",edit_not_applicable";
}

/// As an exchange of a client would have ended with these calls: a verdict asked for the label
/// alone tells as much as one that was needed, and a rewrite would have been read to its end.
ExchangeRecord ShadowWork::as_a_clients() const {
  ExchangeRecord record = record_;
  if (!reached_) return record;
  record.plan = Plan::DraftVerify;
  record.verdict = *reached_;
  CallRecord& verdict = record.calls.back();
  if (*reached_ == Verdict::Enhanced) {
    verdict.end = CallEnd::Complete;
    verdict.usage.output = direct_.usage.output;
    verdict.usage.reported = direct_.usage.reported;
    verdict.first_byte_ms = -1;  // says nothing of the model's speed
  }
  return record;
}

void ShadowWork::settle() {
  record_.duration_ms = calls().elapsed_ms();
  record_.calls =
      calls().take(expected_use(services_, routed_.get(), record_, request_.facts, verify_));
  services_.accountant.settle(record_, request_.facts, verify_);
  const auto price = [&](const Usage& usage) {
    return services_.accountant.price_of(verify_, usage, record_.started);
  };
  const Tokens suffix =
      money::suffix_tokens(direct_.usage, request_.facts.prompt_bytes, verify_.suffix_bytes);
  if (record_.verdict != Verdict::Failed)
    record_.would_cost = would_cost(record_, direct_, suffix, price);
  if (routed_ != nullptr)
    learn_aside(services_, cascade_, verify_, *routed_, request_.facts, as_a_clients());
  name_calls(services_, record_, CallRole::Shadow);
  purse_.spend(cascade_.name, record_.cost, record_.started);
  services_.ledger.write(services_.worker_index, record_);
}

std::optional<Answer> answer_in(std::string_view bytes, wire::JsonIndex& index) {
  const auto first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  if (bytes[first] == '{') {
    auto whole = wire::read_answer(bytes, index);
    if (!whole) return std::nullopt;
    return std::move(*whole);
  }
  wire::SseParser parser;
  wire::AnswerAssembler assembler;
  bool good = true;
  const auto parsed = parser.feed(bytes, [&](std::string_view, std::string_view data) {
    const Buffer padded(data);
    const auto event = wire::read_stream_event(padded.view(), index);
    good = good && event && assembler.feed(*event);
  });
  if (!parsed || !good || !assembler.answer().complete) return std::nullopt;
  return assembler.take();
}

}  // namespace rlm::exchange
