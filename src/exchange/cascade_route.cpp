#include "exchange/cascade_route.hpp"

#include "exchange/keep_alive.hpp"
#include "exchange/shadow.hpp"
#include "money/tokens_of_bytes.hpp"
#include "quality/audit_sampler.hpp"
#include "route/race_price.hpp"
#include "route/weighed.hpp"

namespace rlm::exchange {

route::CascadeView view_of(const RoutingTable& table, const Cascade& cascade,
                           route::ModelName verify) {
  const auto& draft = table.endpoints[cascade.draft];
  return {cascade.name,
          cascade.policy,
          {draft.name, draft.model},
          std::move(verify),
          cascade.classes,
          cascade.prompt.text.size(),
          cascade.brief_prompt ? cascade.brief_prompt->text.size() : 0,
          cascade.calls_prompt.text.size(),
          held_back(cascade)};
}

namespace {

/// What x-rlm-plan asks for: a plan, and behind ";race" the verify model beside it.
struct Wanted {
  std::optional<Plan> plan;
  bool race = false;
};

Result<Wanted> wanted_plan(const Headers& headers) {
  const std::string_view text = find_header(headers, "x-rlm-plan");
  if (text.empty()) return Wanted{};
  constexpr std::string_view kRace = ";race";
  const bool race = text.ends_with(kRace);
  const auto plan = plan_named(race ? text.substr(0, text.size() - kRace.size()) : text);
  if (plan && (!race || route::can_race(*plan))) return Wanted{plan, race};
  return fail(ErrorKind::BadRequest, Source::Client,
              "x-rlm-plan: \"" + std::string(text) +
                  "\" is no plan; expected direct, draft_only, draft_validate, draft_verify, "
                  "draft_turn, shadow, draft_only;race or draft_verify;race");
}

route::CascadeView view_of(const ExchangeContext& x) {
  return view_of(*x.services.table, *x.cascade, {x.verify.endpoint, x.verify.model});
}

}  // namespace

Result<void> choose_route(ExchangeContext& x, const route::Features& features) {
  const auto wanted = wanted_plan(x.request.headers);
  if (!wanted) return fail(wanted.error());
  const std::optional<Plan> forced = wanted->plan;
  visit_session(x, features);
  const bool shadow = forced ? *forced == Plan::Shadow : x.cascade->shadow.serves_all;
  route::CascadeView view = view_of(x);
  const double share = shadow ? 0 : x.cascade->policy.cost.race_share;
  const quality::AuditSampler races(~x.cascade->shadow.seed);  // apart from who is audited
  view.may_race = races.draw(x.record.id, share).chosen;
  view.race_forced = wanted->race;
  view.draft_lacks = [&x] { return x.draft_lacks(); };
  route::Routed routed = x.services.router.route(x.request.facts, features, view,
                                                 shadow ? std::nullopt : forced, x.record.started);
  x.raced = routed.raced;
  routed.forced = forced.has_value();
  if (shadow)
    draw_shadow(x, features, routed.decision, forced.has_value());
  else
    draw_probe(x, features, routed);
  if (routed.decision.plan == Plan::Direct || routed.decision.plan == Plan::Shadow)
    x.forget_draft();
  x.record.cascade = x.cascade->name;
  if (x.cascade->policy.preset != route::RoutePolicy::Preset::Off)
    x.record.kind = route::name_of(routed.key);
  x.record.plan = routed.decision.plan;
  x.record.reason = std::move(routed.decision.reason);
  x.record.weighed = route::weighed_json(routed.choice);
  x.record.failed_draft = std::move(routed.failed_draft);
  // Of a draft that calls tools, the class is known when there is one.
  const bool of_text = x.record.plan == Plan::DraftOnly ||
                       (x.record.plan == Plan::DraftVerify && x.request.facts.tool_count == 0);
  if (of_text && routed.weighed && !routed.forced)
    x.record.class_name = x.cascade->classes.of(routed.key, Risk::None);
  if (const auto& change = routed.prefix_change) {
    x.because(change->name());
    x.services.metrics.prefix_changed(static_cast<observe::PrefixPart>(change->part),
                                      change->bytes_lost);
  }
  if (routed.weighed) x.routed = std::make_unique<const route::Routed>(std::move(routed));
  return {};
}

money::ExpectedUse expected_use(Services& services, const route::Routed* routed,
                                const ExchangeRecord& record, const RequestFacts& facts,
                                const account::VerifyModel& verify) {
  money::ExpectedUse use;
  use.suffix = money::usage_of_bytes(verify.suffix_bytes).input;
  if (routed != nullptr) {
    use.draft = routed->question.draft.prompt.usage;
    use.verify = routed->question.verify.prompt.usage;
    use.verify.output = routed->question.expected.answer.mean;
  }
  if (use.verify.prompt() == 0) use.verify = services.accountant.forecast(record, facts, verify);
  const Usage by_bytes = money::usage_of_bytes(facts.prompt_bytes);
  if (use.draft.prompt() == 0) use.draft = by_bytes;
  if (use.verify.prompt() == 0) use.verify = by_bytes;
  return use;
}

void learn_from(ExchangeContext& x) {
  if (x.cascade == nullptr || x.routed == nullptr) return;
  // A command that ran and failed is no wrong call: tests fail while one works.
  const bool tells = x.record.verdict == Verdict::Validated && !x.record.class_name.empty() &&
                     x.risk < Risk::Execute;
  const route::Outcome outcome{x.record, x.verify.suffix_bytes, x.step, tells,
                               !x.verify.cannot_repair};
  const auto miss = x.services.router.learn(*x.routed, x.request.facts, view_of(x), outcome);
  x.services.metrics.cache_forecast(miss.off, miss.prompt);
}

void learn_aside(Services& services, const Cascade& cascade, const account::VerifyModel& verify,
                 const route::Routed& routed, const RequestFacts& facts,
                 const ExchangeRecord& record) {
  const route::Outcome outcome{record, verify.suffix_bytes, {}, false, !verify.cannot_repair};
  const auto view = view_of(*services.table, cascade, {verify.endpoint, verify.model});
  const auto miss = services.router.learn(routed, facts, view, outcome);
  services.metrics.cache_forecast(miss.off, miss.prompt);
}

std::string verdict_on_answer(const Cascade& cascade, const route::Routed* routed,
                              account::VerifyModel& verify, std::string_view draft) {
  verify.cannot_repair =
      cascade.brief_prompt && routed != nullptr &&
      route::verdict_form(routed->question, money::tokens_of_bytes(draft.size())) ==
          route::VerdictForm::Brief;
  return verify::verdict_message(verify.cannot_repair ? *cascade.brief_prompt : cascade.prompt,
                                 draft);
}

}  // namespace rlm::exchange
