#include "exchange/audit_work.hpp"

#include <cmath>

#include "draft/same_calls.hpp"
#include "exchange/cascade_route.hpp"
#include "exchange/shadow_policy.hpp"
#include "exchange/verify_aside.hpp"

namespace rlm::exchange {

void draw_audit(ExchangeContext& x, const Answer& draft) {
  const Verdict verdict = x.record.verdict;
  if (x.services.auditor == nullptr) return;
  if (verdict != Verdict::Skipped && verdict != Verdict::Validated) return;
  // No user message may follow a system entry, so there can be no verdict.
  if (verdict == Verdict::Skipped && x.request.facts.last_role == Role::System) return;
  const double share = x.services.auditor->share_of(x.record);
  if (drawn(x.cascade->shadow.seed, x.record.id) >= share) return;
  x.audit.reset(new Audit{draft, std::llround(share * 1'000'000)});
}

void begin_audit(ExchangeContext& x) {
  if (x.audit == nullptr || x.record.client_left || x.record.verdict == Verdict::Failed) return;
  x.services.aside.add(std::make_unique<AuditWork>(x));
}

AuditWork::AuditWork(ExchangeContext& x)
    : services_(x.services),
      table_(x.services.table),
      cascade_(*x.cascade),
      request_(std::move(x.request)),
      routed_(std::move(x.routed)),
      verify_(x.verify),
      draft_(std::move(x.audit->draft)) {
  record_ = aside_record(x.record, Occasion::Audit);
  record_.plan = x.record.plan;
  record_.verdict = x.record.verdict;
  record_.reason = "audit";
  record_.sampled_ppm = x.audit->sampled_ppm;
}

net::Task<void> AuditWork::run(net::StopSource& stop) {
  record_.started = services_.clock.unix_ms();
  record_.id = new_exchange_id(record_.started);
  calls_.emplace(services_.clock, services_.clock.steady());
  const auto judgement = co_await judge(stop);
  if (judgement) {
    record_.judgement = *judgement;
  } else {
    record_.verdict = Verdict::Failed;
    record_.reason += ',' + std::string(name_of(judgement.error().kind));
  }
  settle();
}

net::Task<Result<Judgement>> AuditWork::judge(net::StopSource& stop) {
  const AsideQuestion question{services_, cascade_, request_, verify_, *calls_, stop};
  if (record_.verdict == Verdict::Validated) {
    const auto own = co_await ask_answer(question);
    if (!own) co_return fail(own.error());
    co_return draft::same_calls(draft_, *own) ? Judgement::Same : Judgement::Different;
  }
  const auto verdict = co_await ask_verdict(question, draft_);
  if (!verdict) co_return fail(verdict.error());
  co_return verdict->judgement;
}

void AuditWork::settle() {
  record_.duration_ms = calls_->elapsed_ms();
  record_.calls = calls_->take();
  services_.accountant.settle(record_, request_.facts, verify_);
  if (routed_ != nullptr)
    learn_aside(services_, cascade_, verify_, *routed_, request_.facts, record_);
  name_calls(services_, record_, CallRole::Audit);
  services_.ledger.write(services_.worker_index, record_);
  if (record_.judgement != Judgement::None) services_.auditor->judged(record_);
}

}  // namespace rlm::exchange
