#pragma once
// Which plan a configuration chooses for an exchange that is known by its record alone.

#include <optional>
#include <string>
#include <unordered_map>

#include "domain/exchange_record.hpp"
#include "exchange/cascade.hpp"
#include "route/planner.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::lab {

struct RecordedChoice {
  Plan plan = Plan::Direct;
  std::string reason;
  /// False: the record does not say enough, and the plan is the recorded one.
  bool is_told = true;
};

/// Decides again from what a record keeps: class, prices and refusals of the plans that were
/// weighed, the reason. What only the request could tell (whether a draft model that can do more
/// could take it) stays as it was. Needs a session's exchanges in their order, since the first
/// request of a turn decides for the others.
class RecordedChooser {
 public:
  enum class TrustBy : std::uint8_t {
    Record,  // a class had earned what the record says: the rules are those that were in force
    Rules,   // … what the configuration says that it begins with
  };

  /// `table` must outlive it.
  RecordedChooser(const exchange::RoutingTable& table, TrustBy trust)
      : table_(table), trust_(trust) {}

  RecordedChoice choose(const ExchangeRecord& record);

 private:
  /// What a user turn began with.
  struct Turn {
    Plan chosen = Plan::Direct;
    Plan recorded = Plan::Direct;
  };

  RecordedChoice decide(const ExchangeRecord& record);
  RecordedChoice by_cost(const ExchangeRecord& record, const exchange::Cascade& cascade);
  std::optional<route::PlanChoice> weighed(const ExchangeRecord& record,
                                           const route::RoutePolicy& policy);
  std::string_view refusal(std::string_view recorded, const ExchangeRecord& record, Plan plan,
                           const route::RoutePolicy& policy) const;

  const exchange::RoutingTable& table_;
  TrustBy trust_;
  wire::JsonIndex index_;
  std::unordered_map<std::string, Turn> turns_;  // by session, its last
};

/// The first of a reason's words: why the plan was chosen.
std::string_view first_reason(const ExchangeRecord& record);
/// The key of a record's `kind`; nothing for what is none.
std::optional<route::ClassKey> key_of_kind(std::string_view name);
/// As Plan::Direct for the client.
inline Plan served_as(Plan plan) {
  return plan == Plan::Shadow ? Plan::Direct : plan;
}

}  // namespace rlm::lab
