#include "route/turn_driver.hpp"

namespace rlm::route {
TurnDriver::Turn* TurnDriver::find(std::string_view session) {
  const auto found = by_key_.find(session);
  if (found == by_key_.end()) return nullptr;
  turns_.splice(turns_.begin(), turns_, found->second);
  return &turns_.front();
}

TurnDriver::Turn& TurnDriver::begin(std::string key) {
  if (find(key) != nullptr) {
    by_key_.erase(key);
    turns_.pop_front();
  } else if (turns_.size() >= config_.turns_max) {
    by_key_.erase(turns_.back().key);
    turns_.pop_back();
  }
  turns_.emplace_front().key = std::move(key);
  by_key_[turns_.front().key] = turns_.begin();
  return turns_.front();
}

void TurnDriver::expire(UnixMs now) {
  while (!turns_.empty() && turns_.back().used.value + config_.life.count() <= now.value) {
    by_key_.erase(turns_.back().key);
    turns_.pop_back();
  }
}

std::string_view TurnDriver::why_hand_over(const Turn& turn, const TurnRequest& request,
                                           const TurnRules& rules) {
  if (request.failed_results >= rules.errors_max) return "errors";
  for (const auto& [hash, times] : turn.made)
    if (times > rules.repeats_max) return "repeated_call";
  if (rules.idle_calls_max > 0 && turn.idle_calls >= rules.idle_calls_max) return "no_progress";
  if (rules.calls_max > 0 && turn.calls >= rules.calls_max) return "call_budget";
  if (rules.money_max.value > 0 && turn.money >= rules.money_max) return "money_budget";
  return {};
}

Wheel TurnDriver::drive(const TurnRequest& request, const TurnRules& rules, bool offered) {
  expire(request.now);
  if (request.session.empty()) return {Driver::Verify, "unknown_session"};
  if (request.opens_turn) {
    Turn& turn = begin(std::string(request.session));
    turn.used = request.now;
    turn.driver = offered ? Driver::Draft : Driver::Verify;
    turn.reason = offered ? "driving" : "not_offered";
    return {turn.driver, turn.reason};
  }
  Turn* turn = find(request.session);
  if (turn == nullptr) return {Driver::Verify, "joined_late"};
  turn->used = request.now;
  if (turn->driver == Driver::Draft)
    if (const auto why = why_hand_over(*turn, request, rules); !why.empty()) give_away(*turn, why);
  return {turn->driver, turn->reason, turn->handed_over};
}

void TurnDriver::give_away(Turn& turn, std::string_view cause) {
  turn.driver = Driver::Verify;
  turn.handed_over = true;
  turn.reason = cause;
}

void TurnDriver::stepped(std::string_view session, const TurnStep& step) {
  Turn* turn = find(session);
  if (turn == nullptr || turn->driver == Driver::Verify) return;
  ++turn->calls;
  turn->money += step.cost;
  turn->idle_calls = step.brings_news ? 0 : turn->idle_calls + 1;
  ++turn->made[step.calls_hash];
}

void TurnDriver::hand_over(std::string_view session, std::string_view cause) {
  Turn* turn = find(session);
  if (turn != nullptr && turn->driver == Driver::Draft) give_away(*turn, cause);
}

}  // namespace rlm::route
