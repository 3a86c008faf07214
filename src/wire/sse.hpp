#pragma once
// Server-sent events, incremental: the same events come out whatever the chunking.
// Source: WHATWG HTML, "server-sent events"; accepts \n, \r\n, \r, a BOM and comments.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "wire/function_ref.hpp"

namespace rlm::wire {

struct SseLimits {
  /// Largest event (its data lines together), and largest line.
  std::size_t event_bytes_max = 16u << 20;
};

class SseParser {
 public:
  using OnEvent = FunctionRef<void(std::string_view event, std::string_view data)>;

  explicit SseParser(SseLimits limits = {}) : limits_(limits) {}

  /// Feeds bytes; calls `on_event(event, data)` for each whole event. The views live during the
  /// call; `event` is empty when the stream named none. Comments and ids are passed over; an event
  /// without data is not reported. TooLarge (Source::Upstream) beyond the limit; the parser is then
  /// done and says so again at each call.
  Result<void> feed(std::string_view bytes, OnEvent on_event);

  /// True when bytes of an unfinished event are held: the stream was cut in the middle of one.
  bool in_event() const { return !line_.empty() || has_data_ || !event_.empty(); }

 private:
  bool on_line(std::string_view line, OnEvent on_event);
  void on_field(std::string_view name, std::string_view value);

  SseLimits limits_;
  std::string line_;  // an unfinished line
  std::string event_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool at_start_ = true;
  bool too_large_ = false;
};

/// Appends one event with its `event:` line (none when `event` is empty). A line break in `data`
/// makes another data line, so that no data can forge an event.
void append_sse(std::string& out, std::string_view event, std::string_view data);

}  // namespace rlm::wire
