#include "wire/sse.hpp"

#include <algorithm>
#include <cstring>

namespace rlm::wire {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The first \n or \r at or behind `from`; npos when there is none.
std::size_t line_break(std::string_view bytes, std::size_t from) {
  const char* begin = bytes.data() + from;
  const std::size_t size = bytes.size() - from;
  if (size == 0) return bytes.npos;
  const void* feed = std::memchr(begin, '\n', size);
  const std::size_t line =
      feed == nullptr ? size : static_cast<std::size_t>(static_cast<const char*>(feed) - begin);
  const void* carriage = std::memchr(begin, '\r', line);
  if (carriage != nullptr)
    return from + static_cast<std::size_t>(static_cast<const char*>(carriage) - begin);
  return feed == nullptr ? bytes.npos : from + line;
}

/// What is kept of a large event's memory: streams that echo their request stay open for long.
constexpr std::size_t kRetainedBytes = 4096;

void empty(std::string& text) {
  if (text.capacity() > kRetainedBytes)
    std::string().swap(text);
  else
    text.clear();
}

}  // namespace

void SseParser::on_field(std::string_view name, std::string_view value) {
  if (name == "event") {
    event_ = value;
  } else if (name == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  }
}

bool SseParser::on_line(std::string_view line, OnEvent on_event) {
  if (at_start_) {
    at_start_ = false;
    if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  }
  if (line.empty()) {
    if (has_data_) on_event(event_, data_);
    event_.clear();
    empty(data_);
    has_data_ = false;
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) {
    on_field(line, {});
  } else {
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    on_field(line.substr(0, colon), value);  // a comment has the empty name
  }
  return data_.size() <= limits_.event_bytes_max;
}

Result<void> SseParser::feed(std::string_view bytes, OnEvent on_event) {
  const auto too_large = [this] {
    too_large_ = true;
    return fail(
        ErrorKind::TooLarge, Source::Upstream,
        "a server-sent event exceeds " + std::to_string(limits_.event_bytes_max) + " bytes");
  };
  if (too_large_) return too_large();
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes[at] == '\n') {
        ++at;
        continue;
      }
    }
    const std::size_t stop = line_break(bytes, at);
    const std::string_view part = bytes.substr(at, stop == bytes.npos ? bytes.npos : stop - at);
    if (line_.size() + part.size() > limits_.event_bytes_max) return too_large();
    if (stop == bytes.npos) {
      line_ += part;
      return {};
    }
    after_cr_ = bytes[stop] == '\r';
    at = stop + 1;
    bool fits = false;
    if (line_.empty()) {
      fits = on_line(part, on_event);
    } else {
      line_ += part;
      fits = on_line(line_, on_event);
      empty(line_);
    }
    if (!fits) return too_large();
  }
  return {};
}

void append_sse(std::string& out, std::string_view event, std::string_view data) {
  if (!event.empty()) {
    out += "event: ";
    out += event;
    out += '\n';
  }
  for (;;) {
    const std::size_t stop = line_break(data, 0);
    out += "data: ";
    out += data.substr(0, stop);
    out += '\n';
    if (stop == data.npos) break;
    data.remove_prefix(stop + (data.substr(stop, 2) == "\r\n" ? 2 : 1));
  }
  out += '\n';
}

}  // namespace rlm::wire
