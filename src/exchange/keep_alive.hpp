#pragma once
// Keeps the verify model's prompt caches of idle sessions alive (cascade.md §3, lever 3).

#include <memory>
#include <vector>

#include "exchange/exchange_context.hpp"
#include "exchange/warm_sessions.hpp"
#include "net/timing_wheel.hpp"

namespace rlm::exchange {

/// A client's exchange in a session whose cache is kept alive; lives as long as the exchange.
class WarmVisit {
 public:
  WarmVisit(std::shared_ptr<WarmSessions> sessions, std::string session, bool stays)
      : sessions_(std::move(sessions)), session_(std::move(session)), stays_(stays) {}
  WarmVisit(const WarmVisit&) = delete;
  WarmVisit& operator=(const WarmVisit&) = delete;
  ~WarmVisit() { sessions_->end(session_); }

  WarmSessions& sessions() { return *sessions_; }
  const std::string& session() const { return session_; }
  /// The next request is likely to begin as this one does.
  bool stays() const { return stays_; }

 private:
  std::shared_ptr<WarmSessions> sessions_;
  std::string session_;
  bool stays_;
};

/// Tells the exchange's session, if its cascade keeps caches alive, that its client is back.
void visit_session(ExchangeContext& x, const route::Features& features);

/// Takes the settled exchange's prompt to be read again later, if the verify model has it in its
/// cache.
void keep_prompt(ExchangeContext& x);

/// Looks every quarter of a second which of one worker's prompts are due, and has them read off the
/// clients' paths. One thread.
class KeepAlive {
 public:
  explicit KeepAlive(Services& services);
  KeepAlive(const KeepAlive&) = delete;
  KeepAlive& operator=(const KeepAlive&) = delete;

  /// Does nothing when no cascade keeps caches alive.
  void start();
  void stop() { timer_.disarm(); }

 private:
  void look();

  Services& services_;
  net::WheelTimer timer_;
};

}  // namespace rlm::exchange
