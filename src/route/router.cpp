#include "route/router.hpp"

#include <algorithm>

namespace rlm::route {
namespace {

constexpr std::size_t kShards = 16;  // threads that route at once seldom meet

/// Further calls of a session that will share this one's prefix. A user's turn is 5 calls in the
/// middle and 11 on average (cascade.md §7b); side requests and a compaction stand alone.
double calls_to_come(TurnKind turn) {
  switch (turn) {
    case TurnKind::Side:
    case TurnKind::Compaction:
      return 0;
    case TurnKind::Chat:
      return 2;
    case TurnKind::Ask:
    case TurnKind::Continue:
    case TurnKind::Recover:
      return 8;
  }
  return 0;
}

/// What one session did so far.
struct SessionStats {
  int calls = 0;
  int drafted = 0;
  int verified = 0;
  UnixMs last;
  double gap_ms = 30'000;  // the mean pause between two calls
  // Of its prompts without and with tools: clients mix small questions into an agent's session.
  std::array<PrefixWatch, 2> prefixes;
};

void add_call(SessionStats& session, const ExchangeRecord& record) {
  const auto asked = [&](auto... roles) {
    return std::any_of(record.calls.begin(), record.calls.end(),
                       [&](const CallRecord& call) { return ((call.role == roles) || ...); });
  };
  if (session.calls > 0) {
    constexpr double kMemory = 8;
    constexpr double kGapMaxMs = 3'600'000;
    const auto gap = static_cast<double>(record.started.value - session.last.value);
    const double weight = std::min(kMemory, session.calls + 1.0);
    session.gap_ms += (std::clamp(gap, 1.0, kGapMaxMs) - session.gap_ms) / weight;
  }
  session.last = record.started;
  ++session.calls;
  session.drafted += asked(CallRole::Draft) ? 1 : 0;
  session.verified += asked(CallRole::Direct, CallRole::Verify) ? 1 : 0;
}

std::string session_name(const Features& features) {
  return features.agent.empty() ? features.session : features.session + '/' + features.agent;
}

}  // namespace

struct Router::Shard {
  explicit Shard(money::CacheForecastConfig config)
      : caches(config), sessions(config.sessions_max) {}
  mutable std::mutex mutex;
  money::CacheForecast caches;
  LruMap<SessionStats> sessions;
};

ClassKey class_of(const Features& features, const PaperRules& rules) {
  const bool complex = features.user_characters >= rules.complex_characters_min ||
                       rules.keywords.find(features.user_text).has_value();
  return {features.turn, complex ? Complexity::Complex : Complexity::Simple};
}

Router::Router(std::shared_ptr<money::RateBook> rates, RouterConfig config)
    : rates_(std::move(rates)) {
  // Of a cascade's session, the cache of each of its two models is a session of the forecast's.
  money::CacheForecastConfig part = config.cache;
  part.sessions_max = std::max<std::size_t>(1, part.sessions_max / kShards);
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

Router::CascadeStats& Router::stats_of(const std::string& cascade) {
  return stats_[cascade];  // names are configured: a handful
}

PlanQuestion Router::ask(const RequestFacts& facts, const CascadeView& cascade, ClassKey key,
                         const std::string& session, UnixMs now) {
  PlanQuestion question;
  question.now = now;
  question.rules = cascade.policy.cost;
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
    if (const SessionStats* known = shard.sessions.find(session)) {
      question.session.calls = known->calls;
      question.session.drafted = known->drafted;
      question.session.verified = known->verified;
      question.session.gap_ms = known->gap_ms;
    }
  }
  {
    const std::lock_guard lock(stats_mutex_);
    const CascadeStats& stats = stats_of(cascade.name);
    question.expected = stats.classes[key.index()].forecast();
    question.draft.speed = stats.draft.speed();
    question.verify.speed = stats.verify.speed();
  }
  // An answer cannot be longer than the client allows.
  if (facts.max_tokens >= 0)
    for (Length* length : {&question.expected.draft, &question.expected.answer}) {
      length->mean = std::min<Tokens>(length->mean, facts.max_tokens);
      length->p95 = std::min<Tokens>(length->p95, facts.max_tokens);
    }
  question.expected.instruction = static_cast<Tokens>(cascade.instruction_bytes) * 2 / 7;
  return question;
}

Routed Router::route(const RequestFacts& facts, const Features& features,
                     const CascadeView& cascade, std::optional<Plan> forced, UnixMs now) {
  Routed routed;
  const RoutePolicy& policy = cascade.policy;
  // The answer to a safety gate is like no other answer: nothing is learned from it.
  if (policy.goes_by_cost() && !features.safety_gate) {
    routed.by_cost = true;
    routed.key = class_of(features, policy.paper);
    routed.session = session_name(features);
    if (!routed.session.empty() && features.turn != TurnKind::Side) {
      Shard& shard = shard_of(routed.session);
      const std::lock_guard lock(shard.mutex);
      auto& prefixes = shard.sessions[routed.session].prefixes;
      routed.prefix_change = prefixes[facts.tool_count > 0 ? 1 : 0].see(facts, now);
    }
  }
  if (auto decided = choose_plan(facts, features, policy, forced)) {
    routed.decision = std::move(*decided);
    return routed;
  }
  routed.question = ask(facts, cascade, routed.key, routed.session, now);
  for (const Plan plan : kPlans) {
    if (plan == Plan::Direct) continue;
    routed.question.fits[static_cast<std::size_t>(plan)] = fits(routed.key.turn, plan);
    auto why = why_not_draft(facts, features, policy.draft, plan);
    if (!why) why = why_not_earned(routed.key, policy.quality, plan);
    routed.question.refused[static_cast<std::size_t>(plan)] = why.value_or("");
  }
  routed.choice = plan_by_cost(routed.question);
  routed.decision = {routed.choice.plan, routed.choice.reason};
  return routed;
}

ForecastMiss Router::learn_caches(const Routed& routed, const RequestFacts& facts,
                                  const CascadeView& cascade, const ExchangeRecord& record,
                                  std::size_t suffix_bytes) {
  ForecastMiss miss;
  Shard& shard = shard_of(routed.session);
  const std::lock_guard lock(shard.mutex);
  if (!routed.session.empty() && record.occasion == Occasion::Client)
    add_call(shard.sessions[routed.session], record);
  for (const CallRecord& call : record.calls) {
    if (call.role == CallRole::Count || call.usage.prompt() <= 0) continue;
    const ModelName& model = call.role == CallRole::Draft ? cascade.draft : cascade.verify;
    const UnixMs when{record.started.value + call.started_ms};
    const money::Rate rate = rates_->find(model.endpoint, model.model, when);
    if (rate.price == nullptr) continue;
    // Of a verdict call, the client's own prompt alone.
    const std::size_t appended = call.role == CallRole::Verify ? suffix_bytes : 0;
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
                           const CascadeView& cascade, const ExchangeRecord& record,
                           std::size_t suffix_bytes) {
  if (!routed.by_cost) return {};
  const ForecastMiss miss = learn_caches(routed, facts, cascade, record, suffix_bytes);
  const std::lock_guard lock(stats_mutex_);
  CascadeStats& stats = stats_of(cascade.name);
  stats.classes[routed.key.index()].learn(record);
  for (const CallRecord& call : record.calls)
    if (call.role != CallRole::Count)
      (call.role == CallRole::Draft ? stats.draft : stats.verify).learn(call);
  return miss;
}

}  // namespace rlm::route
