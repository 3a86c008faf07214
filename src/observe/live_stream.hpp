#pragma once
// /api/live: the dashboard's server-sent events.

#include <cstdint>
#include <span>
#include <string>

#include "net/http_transaction.hpp"
#include "net/task.hpp"
#include "observe/recent_exchanges.hpp"

namespace rlm::observe {

/// The text of one update: an `event: exchange` per row, oldest first, then `event: summary`. Pure.
std::string live_update(const Summary& summary, std::span<const RecentExchanges::RecordPtr> added);

/// Answers with an event stream: a summary at once, then at most four updates a second, only when
/// something changed; a comment every 15 s of silence. Ends when the client leaves or `recent` is
/// closed. `recent` must outlive the await.
net::Task<void> serve_live(net::HttpTransaction& transaction, RecentExchanges& recent);

}  // namespace rlm::observe
