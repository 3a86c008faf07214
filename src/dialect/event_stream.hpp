#pragma once
// AWS's binary event stream: frames of headers and a payload, each guarded by two CRCs.
// Source: smithy's "Amazon Event Stream Specification"; limits as AWS's own SDKs have them.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "wire/function_ref.hpp"

namespace rlm::dialect {

struct EventStreamLimits {
  std::size_t frame_bytes_max = 24u << 20;
  std::size_t header_bytes_max = 128u << 10;
};

/// One frame; the views live during the call that reports it. A header that is missing, or no
/// string, is empty.
struct EventFrame {
  std::string_view message_type;    // event, exception or error
  std::string_view event_type;      // of an event
  std::string_view exception_type;  // of an exception
  std::string_view error_code;      // of an error
  std::string_view error_message;   // of an error
  std::string_view payload;
};

/// Takes a stream apart, whatever its chunking. A frame is copied only when it comes in pieces.
class EventStreamReader {
 public:
  using OnFrame = wire::FunctionRef<Result<void>(const EventFrame&)>;

  explicit EventStreamReader(EventStreamLimits limits = {}) : limits_(limits) {}

  /// Calls `on_frame` for each whole frame and stops at its first error. Protocol
  /// (Source::Upstream) for a wrong CRC or a malformed header, TooLarge beyond a limit; nothing may
  /// be fed afterwards.
  Result<void> feed(std::string_view bytes, OnFrame on_frame);

  /// True when bytes of an unfinished frame are held: the stream was cut in the middle of one.
  bool in_frame() const { return !held_.empty(); }

 private:
  Result<std::size_t> frame_size(std::string_view prelude) const;
  Result<void> read_frame(std::string_view frame, OnFrame on_frame) const;

  EventStreamLimits limits_;
  std::string held_;                 // an unfinished frame
  std::size_t held_frame_size_ = 0;  // 0: its prelude is not whole yet
};

/// Appends one frame whose headers are all strings. Names have at most 255 bytes, values at most
/// 65,535.
void append_event_frame(
    std::string& out, std::initializer_list<std::pair<std::string_view, std::string_view>> headers,
    std::string_view payload);

}  // namespace rlm::dialect
