#pragma once
// Which sessions' prompt caches are worth another read, and when. Holds what a read sends: the last
// request's bytes and headers, in memory only, wiped when they are dropped.

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "account/account_exchange.hpp"
#include "base/secret.hpp"
#include "base/units.hpp"
#include "domain/request.hpp"
#include "exchange/keep_alive_policy.hpp"
#include "route/class_stats.hpp"
#include "route/router.hpp"

namespace rlm::exchange {

/// A prompt that the verify model has in its cache.
struct WarmPrompt {
  WarmPrompt() = default;
  WarmPrompt(const WarmPrompt&) = delete;
  WarmPrompt& operator=(const WarmPrompt&) = delete;
  ~WarmPrompt();  // wipes

  int worker = 0;            // that reads it again
  std::string session;       // with the agent's id
  std::int64_t life_ms = 0;  // of its cache, from the start of a call that reads or writes it
  NanoUsd read_cost;         // of one more read
  NanoUsd saving;  // of a later call that finds it alive: what writing costs beyond reading

  Request request;  // without headers
  Secret headers;   // "name: value\r\n" each; the client's credential is among them
  // What a record of the read says.
  std::string record_session, agent, asked_model, cascade;
  std::string follows;
  account::VerifyModel verify;
  std::size_t endpoint = 0;             // position in RoutingTable::endpoints
  std::optional<route::Routed> routed;  // whose forecast learns of it; nothing: none does
};
using WarmPromptPtr = std::shared_ptr<const WarmPrompt>;

/// A read that shall begin now.
struct DueRead {
  WarmPromptPtr prompt;
  UnixMs alive_until;  // later it would be a write
};

/// One for each cascade that keeps caches alive; thread-safe. A read is due when nine tenths of the
/// cache's life are over. It is worth its price when the saving, times the odds that the session
/// comes back in the time that the read adds, exceeds it. The odds are learned from all sessions,
/// read for or not; at first they are those of 24,844 recorded calls of a coding agent: 24 % for
/// the first read of an idle spell, 13 % for the second.
class WarmSessions {
 public:
  explicit WarmSessions(KeepAlivePolicy policy);

  /// A client's request is under way: no read is due meanwhile. What an earlier read is estimated
  /// to have saved it; 0 when the cache would have lived anyway.
  NanoUsd begin(const std::string& session, UnixMs now);
  void end(const std::string& session);
  /// The session's prompt, read or written by a call that began at `at`. Replaces what was held.
  void keep(WarmPromptPtr prompt, UnixMs at);

  /// Prompts of this worker's that shall be read now, each until read() or drop() says how it went.
  /// What is not worth it, has had its reads, or lapsed, is dropped.
  std::vector<DueRead> take_due(int worker, UnixMs now);
  /// The prompt was read by a call that began at `at`.
  void read(const WarmPromptPtr& prompt, UnixMs at);
  /// It could not be read. `refused`: and shall not be tried for this session again.
  void drop(const WarmPromptPtr& prompt, bool refused);

  std::size_t size() const;
  std::size_t bytes() const;
  /// The odds that read number `number`, from 0, of an idle spell pays.
  double odds(std::size_t number) const;

  static constexpr std::size_t kNumbersMax = 8;  // odds learned apart; later ones share the last's

 private:
  struct Entry {
    WarmPromptPtr prompt;
    UnixMs touched;   // when the cache was last read or written
    int reads = 0;    // in this idle spell
    int clients = 0;  // requests under way
    bool reading = false;
  };
  /// A due read whose session may still come back in time.
  struct Wait {
    std::string session;
    std::size_t number = 0;
    UnixMs from;  // the cache would have lapsed
    UnixMs until;
    NanoUsd saving;  // 0: it was not read
    bool open = true;
  };
  using Entries = std::list<Entry>;  // the last used first

  Entry* find(const std::string& session);
  void erase(Entries::iterator entry);
  bool is_worth_it(const Entry& entry) const;
  void wait_for(const Entry& entry, bool is_read);
  void close_waits(UnixMs now);
  std::size_t number_of(int reads) const;

  const KeepAlivePolicy policy_;
  mutable std::mutex mutex_;  // of everything below
  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> by_session_;
  std::size_t bytes_ = 0;
  std::deque<Wait> waits_;
  std::vector<route::Posterior> odds_;
  std::deque<std::string> refused_;  // the oldest first
};

}  // namespace rlm::exchange
