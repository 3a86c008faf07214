#pragma once
// Both models' prompt caches of one replayed thread.

#include <algorithm>

#include "lab/replay_bill.hpp"
#include "lab/session_calls.hpp"

namespace rlm::lab {

struct CacheRules {
  /// The verify model's cache is written with the 1-hour TTL, at its price.
  bool one_hour = false;
  /// The verify model's cache is read each kKeepAliveS of an idle spell, kKeepAlivesMax times at
  /// most.
  bool keep_alive = false;

  double ttl_s() const { return one_hour ? 3600 : 300; }
};
inline constexpr double kKeepAliveS = 270;
inline constexpr int kKeepAlivesMax = 2;

/// The verify model's cache: written by its own calls, expires.
class VerifyCache {
 public:
  /// `first_read`: what the thread's first call found cached by other sessions.
  VerifyCache(const CacheRules& rules, Tokens first_read)
      : rules_(rules), first_read_(first_read) {}

  /// For every call of the thread, whoever serves it, before it is served: a prefix that changed is
  /// lost.
  void see(const SessionCall& call);
  /// Tokens of the call's prompt that a call would read now.
  Tokens readable(const SessionCall& call) const;
  /// The verify model serves the call with `output` tokens. Not `mark`ed, the prompt is not
  /// written, but paid as plain input.
  void serve(const SessionCall& call, Tokens output, Purpose purpose, Bill& bill, bool mark = true);
  /// The thread is over, which nobody knows: keep-alive reads go on to their cap.
  void finish(Bill& bill);

 private:
  double idle_s(const SessionCall& call) const { return call.start_s - last_end_s_; }
  int keep_alives_before(const SessionCall& call) const;
  void keep_alive(int times, Bill& bill) const;

  CacheRules rules_;
  Tokens first_read_;
  bool used_ = false;
  Tokens cached_ = 0;
  double last_end_s_ = 0;
};

/// The draft model's cache: automatic, writing is free, does not expire within a session.
class DraftCache {
 public:
  void see(const SessionCall& call) { cached_ = std::min(cached_, call.shared); }
  Tokens readable(const SessionCall& call) const { return std::min(cached_, call.prompt()); }
  void serve(const SessionCall& call, Bill& bill);

 private:
  Tokens cached_ = 0;
};

}  // namespace rlm::lab
