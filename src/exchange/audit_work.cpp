#include "exchange/audit_work.hpp"

#include <cmath>

#include "exchange/cascade_route.hpp"
#include "exchange/shadow_work.hpp"
#include "exchange/verify_aside.hpp"
#include "quality/audit_sampler.hpp"

namespace rlm::exchange {

bool may_audit(const ExchangeContext& x) {
  return x.services.audit_budget->has_left(x.cascade->name, x.cascade->audits.usd_per_day,
                                           x.record.started);
}

void draw_audit(ExchangeContext& x, const Answer& draft) {
  const ExchangeRecord& record = x.record;
  if (record.class_name.empty() || x.services.trust == nullptr) return;
  if (record.verdict != Verdict::Skipped && record.verdict != Verdict::Validated) return;
  // No user message may follow a system entry, so there can be no verdict.
  if (record.verdict == Verdict::Skipped && x.request.facts.last_role == Role::System) return;
  const double share = x.services.trust->standing_of(record.class_name).audit_share;
  const auto draw = quality::AuditSampler(x.cascade->shadow.seed).draw(record.id, share);
  if (!draw.chosen || !may_audit(x)) return;
  x.audit.reset(
      new Audit{draft, record.verdict, std::llround(share * 1'000'000), record.class_name});
}

void hold_against(ExchangeContext& x, const Answer& draft, std::string class_name) {
  if (x.services.trust == nullptr || !may_audit(x)) return;
  x.audit.reset(new Audit{draft, Verdict::Validated, 1'000'000, std::move(class_name),
                          AnswerTap(x.sink, x.cascade->shadow.answer_bytes_max)});
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
      draft_(std::move(x.audit->draft)),
      instead_(x.audit->instead ? std::optional(x.audit->instead->take()) : std::nullopt) {
  record_ = aside_record(x.record, Occasion::Audit);
  record_.plan = x.record.plan;
  record_.verdict = x.audit->verdict;
  record_.reason = instead_ ? "held" : "audit";
  record_.sampled_ppm = x.audit->sampled_ppm;
  record_.class_name = std::move(x.audit->class_name);
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

net::Task<Result<Answer>> AuditWork::own_answer(const AsideQuestion& question) {
  if (!instead_) co_return co_await ask_answer(question);
  auto own = answer_in(*instead_, services_.index);
  if (!own)
    co_return fail(ErrorKind::Protocol, Source::Verify, "its answer was too long to be kept");
  co_return std::move(*own);
}

net::Task<Result<Judgement>> AuditWork::judge(net::StopSource& stop) {
  const AsideQuestion question{services_,     cascade_, request_, verify_,
                               routed_.get(), *calls_,  stop};
  if (record_.verdict == Verdict::Validated) {
    const auto own = co_await own_answer(question);
    if (!own) co_return fail(own.error());
    co_return co_await compare_calls(question, draft_, *own);
  }
  const auto verdict = co_await ask_verdict(question, draft_);
  if (verify_.cannot_repair) record_.reason += ",brief_verdict";
  if (!verdict) co_return fail(verdict.error());
  co_return verdict->judgement;
}

void AuditWork::settle() {
  record_.duration_ms = calls_->elapsed_ms();
  record_.calls =
      calls_->take(expected_use(services_, routed_.get(), record_, request_.facts, verify_));
  services_.accountant.settle(record_, request_.facts, verify_);
  if (routed_ != nullptr)
    learn_aside(services_, cascade_, verify_, *routed_, request_.facts, record_);
  name_calls(services_, record_, CallRole::Audit);
  services_.audit_budget->spend(cascade_.name, record_.cost, record_.started);
  services_.ledger.write(services_.worker_index, record_);
}

}  // namespace rlm::exchange
