#pragma once
// Whether a verify model's prompts had better been cached for an hour than for five minutes.

#include <map>
#include <string>

#include "domain/exchange_record.hpp"
#include "money/rate_book.hpp"

namespace rlm::lab {

/// What one model's prompts would have cost with one-hour writes.
struct TtlFigures {
  std::int64_t calls = 0;   // that wrote for five minutes
  std::int64_t lapsed = 0;  // … between five minutes and an hour after the session's one before
  NanoUsd paid;             // for those writes
  NanoUsd with_one_hour;    // for the same tokens
  NanoUsd saved() const { return paid - with_one_hour; }
};

/// Fed a ledger's exchanges, the newest first. A call that came five minutes to an hour after its
/// session's one before is taken to have written what had lapsed: up to that one's whole prompt,
/// which an hour's life would have let it read. All other tokens are written at the one-hour price.
/// Sessions, agents and models have caches of their own; calls of unknown sessions or prices are
/// passed over.
class TtlAdvice {
 public:
  /// `rates` must outlive it.
  explicit TtlAdvice(money::RateBook& rates) : rates_(rates) {}

  void add(const ExchangeRecord& record);
  /// By "endpoint (model)". Complete once everything was added.
  const std::map<std::string, TtlFigures>& by_model() const { return by_model_; }

 private:
  struct Later {
    UnixMs started;
    Usage usage;
    std::string model;  // "endpoint (model)"
    money::Rate rate;
  };
  void settle(const Later& later, const CallRecord* before, UnixMs before_started);

  money::RateBook& rates_;
  std::map<std::string, TtlFigures> by_model_;
  std::map<std::string, Later> later_;  // by session, agent and model: the call seen last
};

}  // namespace rlm::lab
