#pragma once
// Server-sent events, incremental: the same events come out whatever the chunking.
// Source: WHATWG HTML, "server-sent events"; accepts \n, \r\n, \r, a BOM and comments.

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::wire {

struct SseLimits {
  /// Largest event (its data lines together).
  std::size_t event_bytes_max = 16u << 20;
};

class SseParser {
 public:
  explicit SseParser(SseLimits limits = {}) : limits_(limits) {}

  /// Feeds bytes; calls `on_event(event, data)` for each whole event. The views live during the call. Comments and ids are passed over;
  /// an event without data is not reported. TooLarge (Source::Upstream) beyond the limit; the parser is then done.
  Result<void> feed(std::string_view bytes,
                    const std::function<void(std::string_view event, std::string_view data)>& on_event);

  /// True when bytes of an unfinished event are held: the stream was cut in the middle of one.
  bool in_event() const;

 private:
  SseLimits limits_;
  std::string line_;
  std::string event_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool at_start_ = true;
};

/// Appends one event with its `event:` line and single-line `data`.
void append_sse(std::string& out, std::string_view event, std::string_view data);

}  // namespace rlm::wire
