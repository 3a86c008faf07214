#pragma once
// Chooses a request's plan by all that was learned so far, and learns from how it ended.

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/lru_map.hpp"
#include "domain/exchange_record.hpp"
#include "money/cache_forecast.hpp"
#include "money/rate_book.hpp"
#include "route/choose_plan.hpp"
#include "route/class_stats.hpp"
#include "route/prefix_watch.hpp"
#include "route/turn_driver.hpp"

namespace rlm::route {

struct RouterConfig {
  money::CacheForecastConfig cache;
  TurnDriverConfig turns;
};

/// One of a cascade's models: the configured name, and what its upstream calls it.
struct ModelName {
  std::string endpoint;
  std::string model;
};

/// Between which models is chosen, and by which rules. Must outlive the call it is given to.
struct CascadeView {
  const std::string& name;
  const RoutePolicy& policy;
  ModelName draft;
  ModelName verify;
  const ClassNames& classes;
  std::size_t instruction_bytes = 0;  // that a verdict call appends beside the draft …
  std::size_t brief_bytes = 0;        // … or where that is cheaper, if not 0 …
  std::size_t calls_bytes = 0;        // … or beside drafted tool calls
  Tokens held_back = -1;              // of a draft's text, before it may leave; -1: all of it
  bool may_race = false;              // this request was drawn for a race, should it need one
  bool race_forced = false;           // the client asked for one
  /// What of the request the draft model's dialect cannot say; empty: nothing. Asked where a draft
  /// would be tried, maybe more than once. Null: it can say everything.
  std::function<std::string_view()> draft_lacks = {};

  std::optional<std::string_view> why_not_said() const {
    const std::string_view lack = draft_lacks ? draft_lacks() : std::string_view();
    return lack.empty() ? std::nullopt : std::optional(lack);
  }
};

/// How far the forecasts of an exchange's calls were off, in tokens of their prompts.
struct ForecastMiss {
  Tokens off = 0;
  Tokens prompt = 0;
};

/// A decision with what it rests on.
struct Routed {
  Decision decision;
  ClassKey key;          // unless the preset is Off
  bool weighed = false;  // false: by fixed rules alone, and the rest is empty
  // The caller's to set: the client asked for the plan, and what comes of it says nothing of a
  // class.
  bool forced = false;
  bool raced = false;   // the verify model is asked beside the draft; its reason says "raced" too
  std::string session;  // whose caches: session and agent
  PlanQuestion question;
  PlanChoice choice;
  std::optional<PrefixChange> prefix_change;  // since the session's last prompt
  /// The session's exchange before, when its drafted calls came back with an error.
  std::string failed_draft;
};

/// How a routed exchange ended.
struct Outcome {
  const ExchangeRecord& record;
  std::size_t suffix_bytes = 0;    // that its verdict call appended to the client's prompt
  std::optional<TurnStep> step{};  // the calls that were delivered while the draft model drives
  /// Drafted calls were delivered whose results will tell whether they were right.
  bool tells_by_result = false;
  bool could_repair = true;  // by its verdict call's instruction
};

/// One for the whole process; thread-safe: sessions are guarded in parts, what holds for all of
/// them by one lock that is held for a microsecond. Bounded by RouterConfig.
class Router {
 public:
  /// `trust`: what the classes have earned; null: what their cascades presume of them.
  explicit Router(std::shared_ptr<money::RateBook> rates,
                  std::shared_ptr<const quality::TrustBook> trust, RouterConfig config = {});
  ~Router();

  /// choose_plan(), and for presets that go by cost plan_by_cost() over everything known of this
  /// session, class and cascade. Within a turn that the draft model drives the plan is DraftTurn,
  /// "driving", and once it was handed over Direct, "handed_over:" with the cause. Cannot fail.
  Routed route(const RequestFacts& facts, const Features& features, const CascadeView& cascade,
               std::optional<Plan> forced, UnixMs now);

  /// Takes in how a routed exchange ended: its calls' usage and times, its verdict. A drafted
  /// answer that was not delivered hands its turn over. Does nothing for a decision by fixed rules.
  ForecastMiss learn(const Routed& routed, const RequestFacts& facts, const CascadeView& cascade,
                     const Outcome& outcome);

  /// An estimate of the prompt's tokens at an endpoint; `session`: as session_name() has it.
  Tokens prompt_tokens(const RequestFacts& facts, const std::string& session,
                       const std::string& endpoint);

  std::size_t session_count() const;

 private:
  struct Shard;
  struct CascadeStats {
    std::array<ClassStats, kClassCount> classes;
    TurnStats turns;
    EndpointStats draft;
    EndpointStats verify;
  };

  Shard& shard_of(const std::string& session);
  CascadeStats& stats_of(const std::string& cascade);  // under stats_mutex_
  PlanQuestion ask(const RequestFacts& facts, const CascadeView& cascade, ClassKey key,
                   const std::string& session, UnixMs now);

  void see(Routed& routed, const RequestFacts& facts, UnixMs now);
  void weigh(Routed& routed, const RequestFacts& facts, const Features& features,
             const CascadeView& cascade) const;
  void take_wheel(Routed& routed, const RequestFacts& facts, const Features& features,
                  const CascadeView& cascade, UnixMs now);
  ForecastMiss learn_session(const Routed& routed, const RequestFacts& facts,
                             const CascadeView& cascade, const Outcome& outcome);

  std::shared_ptr<money::RateBook> rates_;
  std::shared_ptr<const quality::TrustBook> trust_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::mutex stats_mutex_;
  std::map<std::string, CascadeStats> stats_;
};

/// A request's class: complex when the paper's rule says so.
ClassKey class_of(const Features& features, const PaperRules& rules);

}  // namespace rlm::route
