#include "sim/state.hpp"

#include "base/clock.hpp"

namespace rlm::sim {

State::State(const SimConfig& config)
    : config_(config),
      history_(config.history_max, config.history_bytes_max),
      cache_(config.cache_entries_max) {}

UnixMs State::now() const {
  const std::lock_guard lock(mutex_);
  return UnixMs{system_clock().unix_ms().value + moved_ms_};
}

void State::advance(Milliseconds by) {
  const std::lock_guard lock(mutex_);
  moved_ms_ += by.count();
}

std::uint64_t State::arrive(SeenRequest request) {
  const std::lock_guard lock(mutex_);
  request.number = ++arrived_;
  history_.add(std::move(request));
  return arrived_;
}

void State::note_body(std::uint64_t number, std::string_view body, std::string_view request_id) {
  const std::lock_guard lock(mutex_);
  history_.set_body(number, body, request_id);
}

void State::finish(std::uint64_t number, int status, bool client_left) {
  const std::lock_guard lock(mutex_);
  if (number <= first_) return;
  if (SeenRequest* seen = history_.find(number)) {
    seen->status = status;
    seen->finished = true;
    seen->client_left = client_left;
  }
  ++ended_;
  finished_.notify_all();
}

bool State::wait_finished(std::size_t count, Milliseconds patience) const {
  std::unique_lock lock(mutex_);
  return finished_.wait_for(lock, patience, [&] { return ended_ >= count; });
}

std::optional<Reply> State::take_script(std::string_view user_text) {
  const std::lock_guard lock(mutex_);
  for (auto it = scripts_.begin(); it != scripts_.end(); ++it) {
    if (user_text.find(it->when) == std::string_view::npos) continue;
    Reply reply = std::move(*it);
    scripts_.erase(it);
    taken_.notify_all();
    return reply;
  }
  return std::nullopt;
}

void State::script(Reply reply) {
  const std::lock_guard lock(mutex_);
  scripts_.push_back(std::move(reply));
}

bool State::wait_taken(std::string_view when, Milliseconds patience) const {
  std::unique_lock lock(mutex_);
  return taken_.wait_for(lock, patience, [&] {
    return std::none_of(scripts_.begin(), scripts_.end(),
                        [when](const Reply& reply) { return reply.when == when; });
  });
}

void State::forget_scripts(std::string_view when) {
  const std::lock_guard lock(mutex_);
  std::erase_if(scripts_, [when](const Reply& reply) { return reply.when == when; });
}

std::uint64_t State::occurrence(std::uint64_t body) {
  const std::lock_guard lock(mutex_);
  if (bodies_.size() >= kBodiesMax) bodies_.clear();
  return bodies_[body]++;
}

CachePlan State::look_up(std::uint64_t account, const SimRequest& request, Tokens minimum,
                         UnixMs now) {
  const std::lock_guard lock(mutex_);
  return cache_.look_up(account, request, minimum, now);
}

void State::commit(const CachePlan& plan) {
  const std::lock_guard lock(mutex_);
  cache_.commit(plan);
}

void State::bill(BilledCall call) {
  const std::lock_guard lock(mutex_);
  ++bill_.count;
  bill_.total += call.cost;
  bill_.usage.input += call.usage.input;
  bill_.usage.cache_write_5m += call.usage.cache_write_5m;
  bill_.usage.cache_write_1h += call.usage.cache_write_1h;
  bill_.usage.cache_read += call.usage.cache_read;
  bill_.usage.output += call.usage.output;
  calls_.push_back(std::move(call));
  if (calls_.size() > config_.history_max) calls_.pop_front();
}

Bill State::bill() const {
  const std::lock_guard lock(mutex_);
  Bill bill = bill_;
  bill.calls.assign(calls_.begin(), calls_.end());
  return bill;
}

std::vector<SeenRequest> State::requests() const {
  const std::lock_guard lock(mutex_);
  return history_.all();
}

void State::reset() {
  const std::lock_guard lock(mutex_);
  bill_ = Bill();
  calls_.clear();
  history_.clear();
  scripts_.clear();
  bodies_.clear();
  cache_.clear();
  first_ = arrived_;
  ended_ = 0;
  moved_ms_ = 0;
}

}  // namespace rlm::sim
