#include "route/router.hpp"

#include <algorithm>

#include "money/tokens_of_bytes.hpp"
#include "route/race_price.hpp"
#include "route/session_stats.hpp"

namespace rlm::route {
namespace {

constexpr std::size_t kShards = 16;  // threads that route at once seldom meet

// Others count tokens, or ask with a prompt of our own.
bool begins_with_the_clients_prompt(CallRole role) {
  return role == CallRole::Direct || role == CallRole::Draft || role == CallRole::Verify;
}

// What a program will read must be whole before any of it can be trusted.
RaceRules race_rules(const RequestFacts& facts, const CascadeView& cascade) {
  const bool is_text = facts.tool_count == 0 && !facts.wants_structured_output;
  return {cascade.may_race, facts.stream, is_text ? cascade.held_back : -1};
}

void begin_race(Routed& routed) {
  routed.raced = true;
  routed.decision.reason += ",raced";
}

void follow_turn(TurnDriver& turns, const Routed& routed, const Outcome& outcome) {
  const ExchangeRecord& record = outcome.record;
  if (record.verdict == Verdict::Validated && outcome.step) {
    TurnStep step = *outcome.step;
    step.cost = record.cost;
    turns.stepped(routed.session, step);
  } else if (record.verdict == Verdict::Fallback || record.verdict == Verdict::Enhanced) {
    // The last of the reasons is what ended it.
    const auto comma = record.reason.rfind(',');
    turns.hand_over(routed.session,
                    comma == std::string::npos ? record.reason : record.reason.substr(comma + 1));
  }
}

}  // namespace

struct Router::Shard {
  explicit Shard(const RouterConfig& config)
      : caches(config.cache), sessions(config.cache.sessions_max), turns(config.turns) {}
  mutable std::mutex mutex;
  money::CacheForecast caches;
  LruMap<SessionStats> sessions;
  TurnDriver turns;
};

ClassKey class_of(const Features& features, const PaperRules& rules) {
  const bool complex = features.user_characters >= rules.complex_characters_min ||
                       rules.keywords.find(features.user_text).has_value();
  return {features.turn, complex ? Complexity::Complex : Complexity::Simple};
}

Router::Router(std::shared_ptr<money::RateBook> rates,
               std::shared_ptr<const quality::TrustBook> trust, RouterConfig config)
    : rates_(std::move(rates)), trust_(std::move(trust)) {
  // Of a cascade's session, the cache of each of its two models is a session of the forecast's.
  RouterConfig part = config;
  for (std::size_t* bound : {&part.cache.sessions_max, &part.turns.turns_max})
    *bound = std::max<std::size_t>(1, *bound / kShards);
  for (std::size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>(part));
}

Router::~Router() = default;

std::size_t Router::session_count() const {
  std::size_t sum = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard->mutex);
    sum += shard->sessions.size();
  }
  return sum;
}

Router::Shard& Router::shard_of(const std::string& session) {
  return *shards_[std::hash<std::string>{}(session) % kShards];
}

Tokens Router::prompt_tokens(const RequestFacts& facts, const std::string& session,
                             const std::string& endpoint) {
  Shard& shard = shard_of(session);
  const std::lock_guard lock(shard.mutex);
  return shard.caches.prompt_tokens({endpoint, session}, facts);
}

Router::CascadeStats& Router::stats_of(const std::string& cascade) {
  return stats_[cascade];  // names are configured: a handful
}

PlanQuestion Router::ask(const RequestFacts& facts, const CascadeView& cascade, ClassKey key,
                         const std::string& session, UnixMs now) {
  PlanQuestion question;
  question.now = now;
  question.rules = cascade.policy.cost;
  question.race = race_rules(facts, cascade);
  question.draft.rate = rates_->find(cascade.draft.endpoint, cascade.draft.model, now);
  question.verify.rate = rates_->find(cascade.verify.endpoint, cascade.verify.model, now);
  question.session.to_come = session.empty() ? 0 : calls_to_come(key.turn);
  if (question.draft.rate.price != nullptr && question.verify.rate.price != nullptr) {
    Shard& shard = shard_of(session);
    const std::lock_guard lock(shard.mutex);
    question.draft.prompt = shard.caches.forecast({cascade.draft.endpoint, session}, facts,
                                                  *question.draft.rate.price, now);
    question.verify.prompt = shard.caches.forecast({cascade.verify.endpoint, session}, facts,
                                                   *question.verify.rate.price, now);
    if (const SessionStats* known = shard.sessions.find(session)) known->tell(question.session);
  }
  {
    const std::lock_guard lock(stats_mutex_);
    const CascadeStats& stats = stats_of(cascade.name);
    question.expected = stats.classes[key.index()].forecast();
    question.turn = stats.turns.forecast();
    question.draft.speed = stats.draft.speed();
    question.verify.speed = stats.verify.speed();
  }
  // An answer cannot be longer than the client allows.
  if (facts.max_tokens >= 0)
    for (Length* length : {&question.expected.draft, &question.expected.answer}) {
      length->mean = std::min<Tokens>(length->mean, facts.max_tokens);
      length->p95 = std::min<Tokens>(length->p95, facts.max_tokens);
    }
  question.expected.forms.full = money::tokens_of_bytes(cascade.instruction_bytes);
  // What is planned by fixed rules is judged in one way.
  if (cascade.policy.goes_by_cost())
    question.expected.forms.brief = money::tokens_of_bytes(cascade.brief_bytes);
  if (facts.tool_count > 0)
    question.expected.forms.calls = money::tokens_of_bytes(cascade.calls_bytes);
  // A digest is not longer than what it tells of.
  question.turn.digest =
      std::min(cascade.policy.turn.digest_tokens_max, question.verify.prompt.usage.prompt());
  question.turn.can_append = facts.last_role != Role::System;
  return question;
}

Routed Router::route(const RequestFacts& facts, const Features& features,
                     const CascadeView& cascade, std::optional<Plan> forced, UnixMs now) {
  Routed routed;
  const RoutePolicy& policy = cascade.policy;
  // The answer to a safety gate is like no other answer: nothing is learned from it.
  routed.weighed = (policy.goes_by_cost() || forced == Plan::DraftTurn || cascade.race_forced) &&
                   !features.safety_gate;
  if (policy.preset != RoutePolicy::Preset::Off) routed.key = class_of(features, policy.paper);
  if (routed.weighed) {
    routed.session = session_name(features);
    if (!routed.session.empty() && features.turn != TurnKind::Side) see(routed, facts, now);
  }
  if (auto decided = choose_plan(facts, features, policy, forced)) {
    routed.decision = std::move(*decided);
    if (routed.decision.plan != Plan::Direct)
      if (const auto why = cascade.why_not_said())
        routed.decision = {Plan::Direct, std::string(*why)};
    // How a draft or a turn is judged is a matter of price even so, and what a stopped call has
    // read is known by forecast only.
    if (routed.weighed) routed.question = ask(facts, cascade, routed.key, routed.session, now);
    if (cascade.race_forced && can_race(routed.decision.plan)) begin_race(routed);
    return routed;
  }
  routed.question = ask(facts, cascade, routed.key, routed.session, now);
  weigh(routed, facts, features, cascade);
  take_wheel(routed, facts, features, cascade, now);
  if (routed.choice.raced && routed.decision.plan == routed.choice.plan) begin_race(routed);
  return routed;
}

// What the session's next request tells of the ones before it.
void Router::see(Routed& routed, const RequestFacts& facts, UnixMs now) {
  const bool with_tools = facts.tool_count > 0;
  Shard& shard = shard_of(routed.session);
  const std::lock_guard lock(shard.mutex);
  SessionStats& session = shard.sessions[routed.session];
  routed.prefix_change = session.prefixes[with_tools ? 1 : 0].see(facts, now);
  // Clients ask small things without tools in between.
  if (!with_tools) return;
  if (facts.last_tool_failed) routed.failed_draft = session.drafted_calls;
  session.drafted_calls.clear();
}

void Router::weigh(Routed& routed, const RequestFacts& facts, const Features& features,
                   const CascadeView& cascade) const {
  const RoutePolicy& policy = cascade.policy;
  const Earned earned(policy.quality, cascade.classes, trust_.get());
  for (const Plan plan : kPlans) {
    if (plan == Plan::Direct) continue;
    const auto number = static_cast<std::size_t>(plan);
    routed.question.fits[number] = fits(routed.key.turn, plan);
    auto why = why_not_draft(facts, features, policy.draft, plan);
    if (!why) why = why_not_earned(routed.key, earned, plan);
    if (!why && plan == Plan::DraftTurn && routed.session.empty()) why = "unknown_session";
    if (!why && routed.question.fits[number]) why = cascade.why_not_said();
    routed.question.refused[number] = why.value_or("");
  }
  routed.choice = plan_by_cost(routed.question);
  routed.decision = {routed.choice.plan, routed.choice.reason};
}

// The plan of a turn is made at its first request; the others follow it.
void Router::take_wheel(Routed& routed, const RequestFacts& facts, const Features& features,
                        const CascadeView& cascade, UnixMs now) {
  const RoutePolicy& policy = cascade.policy;
  const bool opens = features.turn == TurnKind::Ask;
  if (!opens && features.turn != TurnKind::Continue && features.turn != TurnKind::Recover) return;
  const TurnRequest request{routed.session, opens, facts.failed_results, now};
  Shard& shard = shard_of(routed.session);
  const std::lock_guard lock(shard.mutex);
  const bool offered = routed.decision.plan == Plan::DraftTurn;
  const Wheel wheel = shard.turns.drive(request, policy.turn, offered);
  if (opens) return;
  if (wheel.driver == Driver::Draft) {
    auto why = why_not_draft(facts, features, policy.draft, Plan::DraftTurn);
    if (!why) why = cascade.why_not_said();
    if (why) shard.turns.hand_over(routed.session, *why);
    routed.decision =
        why ? Decision{Plan::Direct, std::string(*why)} : Decision{Plan::DraftTurn, wheel.reason};
  } else if (wheel.handed_over) {
    routed.decision = {Plan::Direct, "handed_over:" + wheel.reason};
  }
}

ForecastMiss Router::learn_session(const Routed& routed, const RequestFacts& facts,
                                   const CascadeView& cascade, const Outcome& outcome) {
  ForecastMiss miss;
  const ExchangeRecord& record = outcome.record;
  Shard& shard = shard_of(routed.session);
  const std::lock_guard lock(shard.mutex);
  if (!routed.session.empty() && record.occasion == Occasion::Client) {
    SessionStats& session = shard.sessions[routed.session];
    session.add(record, facts.tool_count > 0);
    if (outcome.tells_by_result) session.drafted_calls = record.id;
  }
  if (record.plan == Plan::DraftTurn) follow_turn(shard.turns, routed, outcome);
  for (const CallRecord& call : record.calls) {
    if (!begins_with_the_clients_prompt(call.role) || call.usage.prompt() <= 0) continue;
    if (!has_begun(call)) continue;  // its usage is our own forecast, and its cache was not written
    const ModelName& model = call.role == CallRole::Draft ? cascade.draft : cascade.verify;
    const UnixMs when{record.started.value + call.started_ms};
    const money::Rate rate = rates_->find(model.endpoint, model.model, when);
    if (rate.price == nullptr) continue;
    // Of a verdict call, the client's own prompt alone.
    const std::size_t appended = call.role == CallRole::Verify ? outcome.suffix_bytes : 0;
    const Usage usage = money::without_suffix(
        call.usage, money::suffix_tokens(call.usage, facts.prompt_bytes, appended));
    const auto error =
        shard.caches.learn({model.endpoint, routed.session}, facts, usage, *rate.price, when);
    miss.off += error.off();
    miss.prompt += error.prompt;
  }
  return miss;
}

ForecastMiss Router::learn(const Routed& routed, const RequestFacts& facts,
                           const CascadeView& cascade, const Outcome& outcome) {
  if (!routed.weighed) return {};
  const ExchangeRecord& record = outcome.record;
  const ForecastMiss miss = learn_session(routed, facts, cascade, outcome);
  const std::lock_guard lock(stats_mutex_);
  CascadeStats& stats = stats_of(cascade.name);
  stats.classes[routed.key.index()].learn(record, outcome.could_repair);
  stats.turns.learn(record);
  for (const CallRecord& call : record.calls)
    if (call.role != CallRole::Count)
      (call.role == CallRole::Draft ? stats.draft : stats.verify).learn(call);
  return miss;
}

}  // namespace rlm::route
