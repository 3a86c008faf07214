#pragma once
// Reads usage, model and stop reason from the bytes of a relayed answer as they pass; the bytes
// themselves are not touched.

#include <string>
#include <string_view>

#include "domain/usage.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// One per relayed answer. Feeding is chunking-independent. For SSE it looks only at the lines of
/// message_start, message_delta, message_stop and error events (a memchr per line); for JSON it
/// keeps the body, up to `kept_bytes_max`, and reads it once at end().
class UsageTap {
 public:
  enum class Format { Sse, Json };
  explicit UsageTap(Format format, std::size_t kept_bytes_max = 4u << 20)
      : format_(format), kept_max_(kept_bytes_max) {}

  /// `index` is scratch, used during the call.
  void feed(std::string_view bytes, JsonIndex& index);
  /// The body has ended.
  void end(JsonIndex& index);

  /// True once message_stop (SSE) was seen, or the JSON body was a whole message.
  bool complete() const { return complete_; }
  /// True once an `event: error` was seen.
  bool failed() const { return failed_; }
  /// Counts so far; `reported` is true once the final usage was seen. Before, output is estimated
  /// from the bytes that passed (÷ 3.5 of text).
  Usage usage() const;
  const std::string& stop_reason() const { return stop_reason_; }
  const std::string& error_type() const { return error_type_; }
  /// True once the first content byte (content_block_start or any JSON body byte) passed.
  bool content_seen() const { return content_seen_; }

 private:
  void on_line(std::string_view line, JsonIndex& index);

  Format format_;
  std::size_t kept_max_;
  std::string kept_;  // an unfinished line (SSE) or the body (JSON)
  bool skipping_line_ = false;
  int awaiting_ = 0;  // which event's data line is of interest
  bool complete_ = false;
  bool failed_ = false;
  bool content_seen_ = false;
  bool overflowed_ = false;
  std::size_t delta_bytes_ = 0;
  Usage usage_;
  std::string stop_reason_;
  std::string error_type_;
};

}  // namespace rlm::wire
