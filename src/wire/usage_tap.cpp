#include "wire/usage_tap.hpp"

#include <algorithm>
#include <cstring>

#include "wire/usage_at_end.hpp"
#include "wire/usage_json.hpp"

namespace rlm::wire {
namespace {

/// So much of a line tells which event it belongs to, and where the text of a delta begins. Of its
/// data, behind "data: ", the same is looked at whether the line came whole or in pieces.
constexpr std::size_t kHeadBytes = 160;
constexpr std::size_t kDataHeadBytes = kHeadBytes - 6;
/// Behind the text of a delta: the quote and two braces.
constexpr std::size_t kTail = 3;

/// True when the bytes at `at` are `literal`. In words, because a call of memcmp would cost more
/// than the comparison.
template <std::size_t Size>
bool is_at(const char* at, const char (&literal)[Size]) {
  constexpr std::size_t kBytes = Size - 1;
  if constexpr (kBytes < 8) {
    return std::equal(literal, literal + kBytes, at);
  } else {
    std::uint64_t difference = 0;
    const auto compare = [&](std::size_t offset) {
      std::uint64_t found = 0;
      std::uint64_t wanted = 0;
      std::memcpy(&found, at + offset, 8);
      std::memcpy(&wanted, literal + offset, 8);
      difference |= found ^ wanted;
    };
    for (std::size_t offset = 0; offset + 8 <= kBytes; offset += 8) compare(offset);
    compare(kBytes - 8);
    return difference == 0;
  }
}

template <std::size_t Size>
bool skip(std::string_view& text, const char (&literal)[Size]) {
  if (text.size() < Size - 1 || !is_at(text.data(), literal)) return false;
  text.remove_prefix(Size - 1);
  return true;
}

/// Where the text of a content_block_delta begins in its JSON; npos when it carries none.
std::size_t text_begin(std::string_view data) {
  std::string_view rest = data;
  // As the provider writes it; finding the same by search would cost more than all the rest of the
  // tap.
  if (skip(rest, R"({"type":"content_block_delta","index":)")) {
    while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') rest.remove_prefix(1);
    if (skip(rest, R"(,"delta":{"type":")") &&
        (skip(rest, R"(text_delta","text":")") ||
         skip(rest, R"(input_json_delta","partial_json":")") ||
         skip(rest, R"(thinking_delta","thinking":")")))
      return data.size() - rest.size();
  }
  for (std::string_view key : {R"("text")", R"("partial_json")", R"("thinking")"}) {
    const std::size_t at = data.find(key);
    if (at == data.npos) continue;
    rest = data.substr(at + key.size());
    while (!rest.empty() && (rest[0] == ':' || rest[0] == ' ')) rest.remove_prefix(1);
    if (skip(rest, "\"")) return data.size() - rest.size();
  }
  return data.npos;
}

}  // namespace

UsageTap::Event UsageTap::event_named(std::string_view name) {
  switch (name.size()) {
    case 19:
      if (is_at(name.data(), "content_block_delta")) return Event::BlockDelta;
      if (is_at(name.data(), "content_block_start")) return Event::BlockStart;
      break;
    case 13:
      if (is_at(name.data(), "message_start")) return Event::MessageStart;
      if (is_at(name.data(), "message_delta")) return Event::MessageDelta;
      break;
    case 12:
      if (is_at(name.data(), "message_stop")) return Event::MessageStop;
      break;
    case 5:
      if (is_at(name.data(), "error")) return Event::Error;
      break;
    default:
      break;
  }
  return Event::Other;
}

UsageTap::Event UsageTap::event_of(std::string_view data) {
  const std::size_t key = data.substr(0, kDataHeadBytes).find(R"("type")");
  if (key == data.npos) return Event::Other;
  std::string_view rest = data.substr(key + 6, kDataHeadBytes - key - 6);
  while (!rest.empty() && (rest[0] == ':' || rest[0] == ' ')) rest.remove_prefix(1);
  if (!skip(rest, "\"")) return Event::Other;
  return event_named(rest.substr(0, rest.find('"')));
}

bool UsageTap::is_read_whole(Event event) {
  return event == Event::MessageStart || event == Event::MessageDelta || event == Event::Error;
}

void UsageTap::feed(std::string_view bytes, JsonIndex& index) {
  if (bytes.empty()) return;
  if (format_ == Format::Sse) return feed_lines(bytes, index);
  content_seen_ = true;
  text_bytes_ += bytes.size();
  if (text_bytes_ <= kept_max_)
    kept_ += bytes;
  else
    kept_ = std::string();
}

// Most of a stream is content_block_delta, and nearly always as the provider writes it: such events
// at the front are passed over at one look each. How many bytes they took.
std::size_t UsageTap::pass_deltas(std::string_view bytes) {
  constexpr char kFront[] =
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":";
  constexpr std::size_t kDataAt = 33;  // behind "data: "
  // Behind an index of one digit; anything else is looked for.
  constexpr char kText[] = R"(,"delta":{"type":"text_delta","text":")";
  constexpr std::size_t kTextAt = sizeof kFront - 1 + 1;
  constexpr std::size_t kAroundText = kTextAt + sizeof kText - 1 + kTail;
  std::size_t at = 0;
  while (bytes.size() - at > sizeof kFront && is_at(bytes.data() + at, kFront)) {
    const std::size_t stop = bytes.find('\n', at + sizeof kFront - 1);
    if (stop == bytes.npos || bytes[stop - 1] != '}' || bytes.substr(stop + 1, 1) != "\n") break;
    const std::string_view event = bytes.substr(at, stop - at);
    if (event.size() >= kAroundText && is_at(event.data() + kTextAt, kText))
      text_bytes_ += event.size() - kAroundText;
    else
      count_text(event.substr(kDataAt), event.size() - kDataAt);
    at = stop + 2;
  }
  return at;
}

void UsageTap::feed_lines(std::string_view bytes, JsonIndex& index) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    if (event_ == Event::Unnamed && line_bytes_ == 0)
      at += pass_deltas({at, static_cast<std::size_t>(end - at)});
    if (at == end) return;
    const auto* stop =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (stop == nullptr) return hold({at, static_cast<std::size_t>(end - at)});
    std::string_view line(at, static_cast<std::size_t>(stop - at));
    at = stop + 1;
    if (line_bytes_ == 0) {
      if (line.ends_with('\r')) line.remove_suffix(1);
      on_line(line, line.size(), index);
      continue;
    }
    hold(line);
    if (last_byte_ == '\r') {
      if (kept_.size() == line_bytes_) kept_.pop_back();
      --line_bytes_;
    }
    on_line(kept_, line_bytes_, index);
    kept_.clear();
    line_bytes_ = 0;
  }
}

void UsageTap::hold(std::string_view part) {
  if (part.empty()) return;
  const bool nothing_dropped = kept_.size() == line_bytes_;
  line_bytes_ += part.size();
  last_byte_ = part.back();
  const std::size_t head =
      kept_.size() < kHeadBytes ? std::min(kHeadBytes - kept_.size(), part.size()) : 0;
  kept_ += part.substr(0, head);
  part.remove_prefix(head);
  if (part.empty() || !nothing_dropped || line_bytes_ > kept_max_) return;
  std::string_view data = kept_;
  if (!skip(data, "data:")) return;
  skip(data, " ");
  if (is_read_whole(event_ == Event::Unnamed ? event_of(data) : event_)) kept_ += part;
}

void UsageTap::on_line(std::string_view head, std::size_t line_bytes, JsonIndex& index) {
  if (head.empty()) {
    event_ = Event::Unnamed;
    return;
  }
  const bool is_data = skip(head, "data:");
  if (!is_data && !skip(head, "event:")) return;
  line_bytes -= is_data ? 5 : 6;
  if (skip(head, " ")) --line_bytes;
  if (is_data)
    on_data(head, line_bytes, index);
  else
    event_ = event_named(head);
}

void UsageTap::on_data(std::string_view data, std::size_t data_bytes, JsonIndex& index) {
  constexpr std::size_t kAround = 7;  // "data: " and \r
  const Event event = event_ == Event::Unnamed ? event_of(data) : event_;
  if (event == Event::BlockDelta) {
    count_text(data, data_bytes);
  } else if (event == Event::BlockStart) {
    content_seen_ = true;
  } else if (event == Event::MessageStop) {
    complete_ = true;
  } else if (is_read_whole(event) && data_bytes == data.size() &&
             data_bytes + kAround <= kept_max_) {
    failed_ = failed_ || event == Event::Error;
    if (const auto root = index.parse(data)) on_message(*root);
  } else if (event == Event::Error) {
    failed_ = true;
  }
}

void UsageTap::count_text(std::string_view data, std::size_t data_bytes) {
  const std::size_t begin = text_begin(data.substr(0, kDataHeadBytes));
  if (begin < data_bytes) text_bytes_ += data_bytes - begin - std::min(data_bytes - begin, kTail);
}

void UsageTap::on_message(JsonValue root) {
  if (const JsonValue message = root.member("message"); message.exists()) {
    if (!starts_with_estimate_) usage_ = read_usage(message.member("usage"), 0);
    return;
  }
  if (const JsonValue error = root.member("error"); error.exists()) {
    error_type_ = error.member("type").string();
    return;
  }
  merge_usage(usage_, read_usage(root.member("usage"), -1));
}

void UsageTap::end(std::string_view bytes, JsonIndex& index) {
  if (format_ == Format::Json && kept_.empty() && text_bytes_ == 0 && bytes.size() <= kept_max_) {
    content_seen_ = content_seen_ || !bytes.empty();
    text_bytes_ = bytes.size();
    return read_body(bytes, index);
  }
  feed(bytes, index);
  if (format_ == Format::Json) return read_body(kept_, index);
  if (line_bytes_ > 0) feed_lines("\n", index);
}

void UsageTap::read_body(std::string_view body, JsonIndex& index) {
  if (const auto usage = usage_at_end(body, index)) {
    complete_ = true;
    return merge_usage(usage_, read_usage(*usage, -1));
  }
  const auto root = index.parse(body);
  if (!root) return;
  const JsonValue type = root->member("type");
  if (type.equals("error")) {
    failed_ = true;
    error_type_ = root->member("error").member("type").string();
  } else if (type.equals("message")) {
    complete_ = true;
    merge_usage(usage_, read_usage(root->member("usage"), -1));
  }
}

Usage UsageTap::usage() const {
  Usage usage = usage_;
  if (!usage.reported)
    usage.output = std::max(usage.output, static_cast<Tokens>(text_bytes_ * 2 / 7));
  return usage;
}

}  // namespace rlm::wire
