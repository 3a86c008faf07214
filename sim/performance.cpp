#include "sim/performance.hpp"

#include <algorithm>

namespace rlm::sim {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kWriteBytesMax = 64 * 1024;

// All frames that are due, up to a bound; moves `next` behind them.
std::string due_frames(const std::vector<Frame>& frames, std::size_t& next, Tokens& tokens,
                       const Pace& pace) {
  const SteadyTime now = steady_clock::now();
  std::string bytes;
  while (next < frames.size() && bytes.size() < kWriteBytesMax &&
         pace.due(frames[next].tokens) <= now) {
    bytes += frames[next].bytes;
    tokens = std::max(tokens, frames[next].tokens);
    ++next;
  }
  return bytes;
}

}  // namespace

SteadyTime Pace::due(Tokens tokens) const {
  if (tokens_per_second <= 0 || tokens <= 0) return first;
  const std::chrono::duration<double> after(static_cast<double>(tokens) / tokens_per_second);
  return first + std::chrono::duration_cast<SteadyTime::duration>(after);
}

net::Task<bool> wait_until(net::HttpTransaction& transaction, SteadyTime when) {
  if (transaction.gone().stopped()) co_return false;
  if (when <= steady_clock::now()) co_return true;
  net::Timer timer(transaction.worker().executor());
  timer.expires_at(when);
  net::StopCallback on_gone(
      transaction.gone(), [](void* waiting) { static_cast<net::Timer*>(waiting)->cancel(); },
      &timer);
  co_await net::expiry_of(timer);
  co_return !transaction.gone().stopped();
}

net::Task<bool> wait_in_queue(net::HttpTransaction& transaction, SteadyTime when, const Pace& pace,
                              const Headers& headers) {
  const bool speaks = !pace.queued.empty() && pace.ping_interval.count() > 0;
  SteadyTime next = steady_clock::now() + pace.ping_interval;
  while (speaks && next < when) {
    bool here = co_await wait_until(transaction, next);
    if (!here) co_return false;
    if (!transaction.begun()) transaction.begin(200, headers);
    here = co_await transaction.write(pace.queued);
    if (!here) co_return false;
    next += pace.ping_interval;
  }
  co_return co_await wait_until(transaction, when);
}

net::Task<void> wait_gone(net::HttpTransaction& transaction) {
  bool here = true;
  while (here) {  // not in the condition: g++ 12 loses the parameters then
    const SteadyTime later = steady_clock::now() + std::chrono::hours(1);
    here = co_await wait_until(transaction, later);
  }
}

bool SpoiltBody::counts_bytes() const {
  return fault_.kind == Fault::Kind::Stall || fault_.kind == Fault::Kind::Reset ||
         (fault_.kind == Fault::Kind::Cut && fault_.at > 0);
}

net::Task<bool> SpoiltBody::write(std::string_view bytes, bool last) {
  const bool ends_here = counts_bytes() && sent_ + bytes.size() >= fault_.at;
  if (ends_here) bytes = bytes.substr(0, fault_.at - sent_);
  const bool cut_here = ends_here && fault_.kind == Fault::Kind::Cut;
  const bool sent = co_await transaction_.write(bytes, cut_here || (last && !ends_here));
  sent_ += bytes.size();
  if (!sent || !ends_here) co_return sent;
  by_fault_ = true;
  if (fault_.kind == Fault::Kind::Stall) co_await wait_gone(transaction_);
  if (!cut_here) transaction_.cut();
  co_return false;
}

net::Task<Outcome> perform_stream(net::HttpTransaction& transaction, const Transcript& script,
                                  const Pace& pace, const Fault& fault) {
  Outcome outcome;
  outcome.begun = true;
  SpoiltBody body(transaction, fault);
  std::size_t next = 0;
  SteadyTime written = steady_clock::now();
  while (next < script.frames.size()) {
    std::string bytes = due_frames(script.frames, next, outcome.tokens, pace);
    if (bytes.empty()) {
      const SteadyTime due = pace.due(script.frames[next].tokens);
      const bool pings = pace.ping_interval.count() > 0 && !pace.keep_alive.empty();
      if (!co_await wait_until(transaction,
                               pings ? std::min(due, written + pace.ping_interval) : due)) {
        outcome.end = CallEnd::ClientLeft;
        break;
      }
      if (due <= steady_clock::now()) continue;
      bytes = pace.keep_alive;
    }
    if (next > 0) outcome.tokens = std::max(outcome.tokens, script.told);
    const bool sent = co_await body.write(bytes, next == script.frames.size());
    written = steady_clock::now();
    if (!sent) {
      outcome.end = body.ended_by_fault() ? CallEnd::Faulted : CallEnd::ClientLeft;
      break;
    }
  }
  co_return outcome;
}

net::Task<Outcome> perform_whole(net::HttpTransaction& transaction, std::string_view body,
                                 Tokens tokens, const Pace& pace, const Fault& fault,
                                 const Headers& headers) {
  Outcome outcome;
  outcome.begun = true;
  outcome.tokens = tokens;  // generated to the end, whoever listens
  if (!co_await wait_in_queue(transaction, pace.due(tokens), pace, headers)) {
    outcome.end = CallEnd::ClientLeft;
    co_return outcome;
  }
  const bool whole = fault.kind != Fault::Kind::Cut;
  if (!transaction.begun())
    transaction.begin(200, headers,
                      whole ? std::optional<std::uint64_t>(body.size()) : std::nullopt);
  SpoiltBody out(transaction, fault);
  if (!co_await out.write(body, true))
    outcome.end = out.ended_by_fault() ? CallEnd::Faulted : CallEnd::ClientLeft;
  co_return outcome;
}

}  // namespace rlm::sim
