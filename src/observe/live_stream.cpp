#include "observe/live_stream.hpp"

#include <chrono>

#include "base/clock.hpp"
#include "net/stop.hpp"
#include "net/worker.hpp"
#include "observe/dashboard_api.hpp"

namespace rlm::observe {
namespace {

constexpr Milliseconds kUpdateEvery{250};
constexpr std::chrono::seconds kKeepAliveEvery{15};
// A page that missed more reloads its table anyway.
constexpr std::size_t kRowsPerUpdateMax = 100;

void add_event(std::string& out, std::string_view name, std::string_view json) {
  out.append("event: ").append(name).append("\ndata: ").append(json).append("\n\n");
}

}  // namespace

std::string live_update(const Summary& summary, std::span<const RecentExchanges::RecordPtr> added) {
  std::string out;
  for (const auto& record : added) add_event(out, "exchange", exchange_row_json(*record));
  add_event(out, "summary", summary_json(summary));
  return out;
}

net::Task<void> serve_live(net::HttpTransaction& transaction, RecentExchanges& recent) {
  net::Timer timer(transaction.worker().executor());
  net::StopCallback on_gone(
      transaction.gone(), [](void* t) { static_cast<net::Timer*>(t)->cancel(); }, &timer);

  const Headers headers{{"content-type", "text/event-stream"},
                        {"cache-control", "no-store"},
                        {"x-accel-buffering", "no"}};
  transaction.begin(200, headers);
  Summary shown = recent.summary(system_clock().unix_ms());
  // The browser asks again two seconds after a break.
  std::string text = "retry: 2000\n\n" + live_update(shown, {});
  auto last_write = std::chrono::steady_clock::now();
  while (co_await transaction.write(text)) {
    text.clear();
    while (text.empty()) {
      if (transaction.gone().stopped()) co_return;
      if (recent.closed()) {
        co_await transaction.write({}, true);
        co_return;
      }
      timer.expires_after(kUpdateEvery);
      co_await net::expiry_of(timer);
      const auto now = std::chrono::steady_clock::now();
      if (recent.change() != shown.change || recent.inflight() != shown.inflight) {
        const std::uint64_t before = shown.change;
        shown = recent.summary(system_clock().unix_ms());
        text = live_update(shown, recent.added_between(before, shown.change, kRowsPerUpdateMax));
        last_write = now;
      } else if (now - last_write >= kKeepAliveEvery) {
        text = ": keep-alive\n\n";
        last_write = now;
      }
    }
  }
}

}  // namespace rlm::observe
