#include "respond/pings.hpp"

#include "wire/anthropic_stream.hpp"

namespace rlm::respond {

Pings::Pings(net::TimingWheel& wheel, ResponseSink& sink, const ExchangeRecord& record,
             PingConfig config, std::function<void()> on_ping)
    : sink_(sink),
      record_(record),
      config_(config),
      on_ping_(std::move(on_ping)),
      timer_(
          wheel, [](void* self) { static_cast<Pings*>(self)->fire(); }, this) {}

void Pings::start() {
  timer_.arm(config_.first);
}

void Pings::put_off() {
  if (timer_.armed()) timer_.arm(config_.interval);
}

void Pings::fire() {
  if (!sink_.begun()) sink_.begin(200, stream_headers(), record_, std::nullopt);
  timer_.arm(config_.interval);
  std::string ping;
  wire::append_ping(ping);
  if (sink_.try_write(ping)) on_ping_();
}

}  // namespace rlm::respond
