#include "exchange/day_budget.hpp"

namespace rlm::exchange {
namespace {

std::int64_t day_of(UnixMs when) {
  constexpr std::int64_t kDayMs = 24 * 3'600'000;
  return when.value / kDayMs;
}

}  // namespace

bool DayBudget::has_left(const std::string& purse, NanoUsd limit, UnixMs now) const {
  if (limit.value == 0) return true;
  const std::lock_guard lock(mutex_);
  const auto found = spent_.find(purse);
  return found == spent_.end() || found->second.day != day_of(now) || found->second.sum < limit;
}

void DayBudget::spend(const std::string& purse, NanoUsd cost, UnixMs now) {
  const std::lock_guard lock(mutex_);
  Spent& spent = spent_[purse];
  // Work that began yesterday may be paid for today, and after today's.
  if (day_of(now) > spent.day) spent = {day_of(now), {}};
  spent.sum += cost;
}

}  // namespace rlm::exchange
