#include "exchange/warm_sessions.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace rlm::exchange {
namespace {

constexpr std::size_t kWaitsMax = 10'000;
constexpr std::size_t kRefusedMax = 1'000;
constexpr std::int64_t kMarginMs = 5'000;  // a read that comes later may find nothing
constexpr double kPriorWeight = 20;

// Reads are due here; the rest of the life is for the call to get through.
std::int64_t due_after(std::int64_t life_ms) {
  return life_ms / 10 * 9;
}

std::size_t bytes_of(const WarmPrompt& prompt) {
  return prompt.request.body.capacity() + prompt.headers.reveal().size();
}

}  // namespace

WarmPrompt::~WarmPrompt() {
  OPENSSL_cleanse(request.body.data(), request.body.size());
}

WarmSessions::WarmSessions(KeepAlivePolicy policy) : policy_(policy) {
  for (std::size_t number = 0; number < kNumbersMax; ++number)
    odds_.emplace_back(number == 0 ? .24 : number == 1 ? .13 : .09, kPriorWeight);
}

WarmSessions::Entry* WarmSessions::find(const std::string& session) {
  const auto found = by_session_.find(session);
  return found == by_session_.end() ? nullptr : &*found->second;
}

void WarmSessions::erase(Entries::iterator entry) {
  bytes_ -= bytes_of(*entry->prompt);
  by_session_.erase(entry->prompt->session);
  entries_.erase(entry);
}

std::size_t WarmSessions::number_of(int reads) const {
  return std::min(static_cast<std::size_t>(reads), kNumbersMax - 1);
}

NanoUsd WarmSessions::begin(const std::string& session, UnixMs now) {
  const std::lock_guard lock(mutex_);
  if (Entry* entry = find(session)) ++entry->clients;
  NanoUsd saved;
  for (Wait& wait : waits_) {
    if (!wait.open || wait.session != session) continue;
    wait.open = false;
    const bool in_time = wait.from < now && now < wait.until;
    odds_[wait.number].add(in_time);
    if (in_time) saved = std::max(saved, wait.saving);
  }
  return saved;
}

void WarmSessions::end(const std::string& session) {
  const std::lock_guard lock(mutex_);
  if (Entry* entry = find(session)) entry->clients = std::max(0, entry->clients - 1);
}

void WarmSessions::keep(WarmPromptPtr prompt, UnixMs at) {
  const std::lock_guard lock(mutex_);
  int clients = 0;
  if (const auto found = by_session_.find(prompt->session); found != by_session_.end()) {
    clients = found->second->clients;
    erase(found->second);
  }
  const std::size_t bytes = bytes_of(*prompt);
  const bool refused =
      std::find(refused_.begin(), refused_.end(), prompt->session) != refused_.end();
  if (refused || bytes > policy_.bytes_max || policy_.sessions_max == 0) return;
  while (entries_.size() >= policy_.sessions_max || bytes > policy_.bytes_max - bytes_)
    erase(std::prev(entries_.end()));
  bytes_ += bytes;
  const std::string session = prompt->session;
  entries_.push_front({std::move(prompt), at, 0, clients, false});
  by_session_.emplace(session, entries_.begin());
}

bool WarmSessions::is_worth_it(const Entry& entry) const {
  const double odds = odds_[number_of(entry.reads)].mean();
  return odds * static_cast<double>(entry.prompt->saving.value) >
         static_cast<double>(entry.prompt->read_cost.value);
}

void WarmSessions::wait_for(const Entry& entry, bool is_read) {
  const std::int64_t life = entry.prompt->life_ms;
  if (waits_.size() >= kWaitsMax) waits_.pop_front();
  waits_.push_back({entry.prompt->session, number_of(entry.reads),
                    UnixMs{entry.touched.value + life},
                    UnixMs{entry.touched.value + due_after(life) + life},
                    is_read ? entry.prompt->saving : NanoUsd{}});
}

void WarmSessions::close_waits(UnixMs now) {
  for (Wait& wait : waits_) {
    if (!wait.open || now < wait.until) continue;
    wait.open = false;
    odds_[wait.number].add(false);
  }
  while (!waits_.empty() && !waits_.front().open) waits_.pop_front();
}

std::vector<DueRead> WarmSessions::take_due(int worker, UnixMs now) {
  const std::lock_guard lock(mutex_);
  close_waits(now);
  std::vector<DueRead> due;
  for (auto next = entries_.begin(); next != entries_.end();) {
    const auto entry = next++;
    const std::int64_t life = entry->prompt->life_ms;
    const std::int64_t age = now.value - entry->touched.value;
    if (entry->prompt->worker != worker || entry->clients > 0 || entry->reading ||
        age < due_after(life))
      continue;
    const bool alive = age < life - kMarginMs;
    const bool shall = alive && is_worth_it(*entry);
    if (alive) wait_for(*entry, shall);
    if (!shall) {
      erase(entry);
      continue;
    }
    ++entry->reads;
    entry->reading = true;
    due.push_back({entry->prompt, UnixMs{entry->touched.value + life - kMarginMs}});
  }
  return due;
}

void WarmSessions::read(const WarmPromptPtr& prompt, UnixMs at) {
  const std::lock_guard lock(mutex_);
  const auto found = by_session_.find(prompt->session);
  if (found == by_session_.end() || found->second->prompt != prompt) return;
  Entry& entry = *found->second;
  entry.touched = at;
  entry.reading = false;
  if (entry.reads >= policy_.per_idle_spell_max) erase(found->second);
}

void WarmSessions::drop(const WarmPromptPtr& prompt, bool refused) {
  const std::lock_guard lock(mutex_);
  const auto found = by_session_.find(prompt->session);
  if (found != by_session_.end() && found->second->prompt == prompt) erase(found->second);
  if (!refused) return;
  if (refused_.size() >= kRefusedMax) refused_.pop_front();
  refused_.push_back(prompt->session);
}

std::size_t WarmSessions::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::size_t WarmSessions::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

double WarmSessions::odds(std::size_t number) const {
  const std::lock_guard lock(mutex_);
  return odds_[std::min(number, kNumbersMax - 1)].mean();
}

}  // namespace rlm::exchange
