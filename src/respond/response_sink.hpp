#pragma once
// The seam to the client: what the stages may say to it, whatever its dialect and connection.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/header.hpp"
#include "base/result.hpp"
#include "domain/exchange_record.hpp"
#include "net/stop.hpp"
#include "net/task.hpp"

namespace rlm::respond {

/// One response to one client. Lives as long as the exchange. One thread. Writes return false once
/// the client is gone.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;

  /// Begins the response. The sink adds request-id, x-rlm-exchange and, once record.status is set,
  /// what happened (x-rlm-verdict, -model, -reason, -cost-usd). `length`: Content-Length, else
  /// chunked, and what it cost follows as a trailer when it is not known yet; `record` outlives the
  /// response.
  virtual void begin(int status, Headers headers, const ExchangeRecord& record,
                     std::optional<std::uint64_t> length) = 0;
  /// Puts what the next write() will be given into the client's dialect, before anybody relies on
  /// its being sent: Protocol or TooLarge (Source::Upstream) when it cannot be said there. Then
  /// nothing of it is sent, and nothing but an error may follow. `streams`: whether an answer that
  /// has not begun is a stream. A write() without it tells the client of such an error, and returns
  /// false.
  virtual Result<void> prepare(bool /*streams*/, std::string_view /*bytes*/, bool /*last*/) {
    return {};
  }
  /// Body bytes, waiting while the client is slow; `last` ends the response.
  virtual net::Task<bool> write(std::string_view bytes, bool last) = 0;
  /// Body bytes without waiting; false when it is not possible now (pings).
  virtual bool try_write(std::string_view bytes) = 0;
  /// Ends the connection so that it cannot look like a good end; what was written still arrives.
  virtual void cut() = 0;
  virtual bool begun() const = 0;
  /// Whether what follows is said in the client's own dialect already, or in Messages (at first).
  virtual void speak_own_dialect(bool) {}
  /// The id that the client is told in request-id.
  virtual const std::string& request_id() const = 0;
};

/// What a response that pings have begun could not say in its head: who answered, and how. A
/// comment is safe for every client (observed-clients.md §6).
std::string verdict_comment(const ExchangeRecord& record);

/// Headers of a stream that we write ourselves.
inline const Headers& stream_headers() {
  static const Headers headers{{"content-type", "text/event-stream; charset=utf-8"},
                               {"cache-control", "no-cache"},
                               {"x-accel-buffering", "no"}};
  return headers;
}

}  // namespace rlm::respond
