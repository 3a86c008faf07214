#include "route/turn_driver.hpp"

namespace rlm::route {
namespace {

std::string key_of(std::string_view session, std::string_view agent) {
  return std::string(session).append("\n").append(agent);
}

}  // namespace

TurnDriver::Turn* TurnDriver::find(const std::string& key) {
  const auto found = by_key_.find(key);
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

std::string_view TurnDriver::why_hand_over(const Turn& turn) const {
  if (turn.errors >= config_.errors_max) return "errors";
  for (const auto& [hash, times] : turn.made)
    if (times > config_.repeats_max) return "repeated_call";
  if (config_.idle_calls_max > 0 && turn.idle_calls >= config_.idle_calls_max) return "no_progress";
  if (config_.calls_max > 0 && turn.calls >= config_.calls_max) return "call_budget";
  if (config_.money_max.value > 0 && turn.money >= config_.money_max) return "money_budget";
  return {};
}

Wheel TurnDriver::drive(const TurnRequest& request, bool offered) {
  expire(request.now);
  if (request.session.empty()) return {Driver::Verify, "unknown_session"};
  std::string key = key_of(request.session, request.agent);
  if (request.opens_turn) {
    Turn& turn = begin(std::move(key));
    turn.used = request.now;
    turn.driver = offered ? Driver::Draft : Driver::Verify;
    turn.reason = offered ? "driving" : "not_offered";
    return {turn.driver, turn.reason};
  }
  Turn* turn = find(key);
  if (turn == nullptr) return {Driver::Verify, "joined_late"};
  turn->used = request.now;
  turn->errors += request.failed_results;
  if (turn->driver == Driver::Draft) {
    if (const auto why = why_hand_over(*turn); !why.empty()) {
      turn->driver = Driver::Verify;
      turn->reason = why;
    }
  }
  return {turn->driver, turn->reason};
}

void TurnDriver::stepped(std::string_view session, std::string_view agent, const TurnStep& step) {
  Turn* turn = find(key_of(session, agent));
  if (turn == nullptr || turn->driver == Driver::Verify) return;
  ++turn->calls;
  turn->money += step.cost;
  turn->idle_calls = step.brings_news ? 0 : turn->idle_calls + 1;
  ++turn->made[step.calls_hash];
}

void TurnDriver::hand_over(std::string_view session, std::string_view agent,
                           std::string_view cause) {
  Turn* turn = find(key_of(session, agent));
  if (turn == nullptr || turn->driver == Driver::Verify) return;
  turn->driver = Driver::Verify;
  turn->reason = cause;
}

}  // namespace rlm::route
