#pragma once
// Reads the usage from the bytes of a relayed answer as they pass; the bytes
// themselves are not touched.

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/usage.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// One per relayed answer. Feeding is chunking-independent. For SSE it looks only at the lines of
/// message_start, message_delta, message_stop and error events (a memchr per line; lines end in \n
/// or \r\n, one data line per event); for JSON it keeps the body, up to `kept_bytes_max`, and reads
/// its end at end(). A line or body beyond that is passed over.
class UsageTap {
 public:
  enum class Format { Sse, Json };
  explicit UsageTap(Format format, std::size_t kept_bytes_max = 4u << 20)
      : format_(format), kept_max_(kept_bytes_max) {}

  /// What message_start will tell of the prompt is an estimate, and does not count. Before the
  /// first byte.
  void pass_over_start() { starts_with_estimate_ = true; }

  /// `index` is scratch, used during the call.
  void feed(std::string_view bytes, JsonIndex& index);
  /// The body ends with these bytes.
  void end(std::string_view bytes, JsonIndex& index);

  /// True once message_stop (SSE) was seen, or the JSON body was a whole message.
  bool complete() const { return complete_; }
  /// True once an `event: error` was seen, or the JSON body was an error.
  bool failed() const { return failed_; }
  /// Counts so far; `reported` is true once the final usage was seen. Before, output is estimated
  /// from the text that passed (bytes of text, tool input and thinking ÷ 3.5; of a JSON body that
  /// could not be read all bytes).
  Usage usage() const;
  const std::string& error_type() const { return error_type_; }
  /// True once the first content byte (content_block_start or any JSON body byte) passed.
  bool content_seen() const { return content_seen_; }
  /// True once some text, thinking or tool input (of a JSON body any byte) passed.
  bool text_seen() const { return text_bytes_ > 0; }

 private:
  enum class Event : std::uint8_t {
    Unnamed,
    MessageStart,
    BlockStart,
    BlockDelta,
    MessageDelta,
    MessageStop,
    Error,
    Other
  };

  void feed_lines(std::string_view bytes, JsonIndex& index);
  std::size_t pass_deltas(std::string_view bytes);
  void read_body(std::string_view body, JsonIndex& index);
  void count_text(std::string_view data, std::size_t data_bytes);
  void hold(std::string_view part);
  void on_line(std::string_view head, std::size_t line_bytes, JsonIndex& index);
  void on_data(std::string_view data, std::size_t data_bytes, JsonIndex& index);
  void on_message(JsonValue message);
  static Event event_named(std::string_view name);
  static Event event_of(std::string_view data);
  static bool is_read_whole(Event event);

  Format format_;
  std::size_t kept_max_;
  std::string kept_;            // the front of an unfinished line (SSE), or the body (JSON)
  std::size_t line_bytes_ = 0;  // of the unfinished line, kept or not
  char last_byte_ = 0;          // of the unfinished line
  Event event_ = Event::Unnamed;
  bool starts_with_estimate_ = false;
  bool complete_ = false;
  bool failed_ = false;
  bool content_seen_ = false;
  std::size_t text_bytes_ = 0;
  Usage usage_;
  std::string error_type_;
};

}  // namespace rlm::wire
