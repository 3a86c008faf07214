#pragma once
// One read of a session's prompt cache, so that it lives on.

#include <memory>
#include <optional>

#include "exchange/aside.hpp"
#include "exchange/services.hpp"
#include "exchange/warm_sessions.hpp"
#include "upstream/call_log.hpp"

namespace rlm::exchange {

/// Sends the session's last request once more, with max_tokens 0. Ends in a record whose occasion
/// is KeepAlive; in none when there was nothing to be sent.
class CacheRead final : public AsideWork {
 public:
  CacheRead(Services& services, std::shared_ptr<WarmSessions> sessions, DueRead due)
      : services_(services), sessions_(std::move(sessions)), due_(std::move(due)) {}
  /// Whatever happened to it, the session is not left waiting.
  ~CacheRead() override;

  net::Task<void> run(net::StopSource& stop) override;
  std::size_t bytes() const override { return 0; }  // the session holds the prompt anyway

 private:
  net::Task<Result<Usage>> read(const wire::SplicedBody& body, net::StopSource& stop);
  void settle(const Result<Usage>& usage);
  const WarmPrompt& prompt() const { return *due_.prompt; }

  Services& services_;
  std::shared_ptr<WarmSessions> sessions_;
  DueRead due_;
  bool told_ = false;  // how it went
  ExchangeRecord record_;
  std::optional<upstream::CallLog> calls_;
};

}  // namespace rlm::exchange
