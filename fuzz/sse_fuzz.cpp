// Any chunking of a stream gives the same events, and the same usage from the tap; an answer put
// together from them and written again as a stream is the same answer. Input: two bytes that choose
// chunk size and limits, then the stream.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "wire/anthropic_stream.hpp"
#include "wire/sse.hpp"
#include "wire/usage_tap.hpp"

namespace {

using namespace rlm;
using namespace rlm::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Calls `visit` with pieces whose sizes vary around `size`; with all at once when it is 0.
template <class Visit>
void each_chunk(std::string_view stream, std::size_t size, Visit&& visit) {
  std::size_t step = 0;
  while (!stream.empty()) {
    const std::size_t wanted = size == 0 ? stream.size() : 1 + (size + step++ * 7) % (2 * size);
    visit(stream.substr(0, wanted));
    stream.remove_prefix(std::min(wanted, stream.size()));
  }
}

struct Parsed {
  std::vector<std::pair<std::string, std::string>> events;
  bool failed = false;
  bool in_event = false;
  friend bool operator==(const Parsed&, const Parsed&) = default;
};

Parsed parse(std::string_view stream, std::size_t chunk, std::size_t bytes_max) {
  Parsed parsed;
  SseParser parser(SseLimits{.event_bytes_max = bytes_max});
  each_chunk(stream, chunk, [&](std::string_view bytes) {
    const auto fed = parser.feed(bytes, [&](std::string_view event, std::string_view data) {
      parsed.events.emplace_back(event, data);
    });
    if (!fed) parsed.failed = true;
  });
  parsed.in_event = !parsed.failed && parser.in_event();
  return parsed;
}

void check_tap(UsageTap::Format format, std::string_view stream, std::size_t chunk,
               std::size_t kept_max) {
  static JsonIndex index;
  const auto tapped = [&](std::size_t size) {
    UsageTap tap(format, kept_max);
    each_chunk(stream, size, [&](std::string_view bytes) { tap.feed(bytes, index); });
    tap.end({}, index);
    return tap;
  };
  const UsageTap whole = tapped(0);
  const UsageTap parts = tapped(chunk);
  require(whole.usage() == parts.usage());
  require(whole.complete() == parts.complete());
  require(whole.failed() == parts.failed());
  require(whole.content_seen() == parts.content_seen());
  require(whole.error_type() == parts.error_type());
}

/// The answer in these events; what follows a broken one is left out.
Answer answer_of(const Parsed& parsed) {
  static JsonIndex index;
  AnswerAssembler assembler;
  for (const auto& [event, data] : parsed.events) {
    const auto read = read_stream_event(data, index);
    if (!read || !assembler.feed(*read)) break;
  }
  return assembler.take();
}

void check_rewriting(const Answer& answer) {
  const std::string written = write_stream(answer, "msg_1", "m", answer.usage);
  const Parsed parsed = parse(written, 0, 64u << 20);
  require(!parsed.failed && !parsed.in_event);
  const Answer again = answer_of(parsed);
  require(again.complete);
  require(again.text() == answer.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return -1;
  const std::size_t chunk = 1 + data[0] % 64;
  const std::size_t limit = data[1] == 0 ? 1u << 20 : data[1];
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Parsed whole = parse(stream, 0, limit);
  require(whole == parse(stream, chunk, limit));
  check_tap(UsageTap::Format::Sse, stream, chunk, limit);
  check_tap(UsageTap::Format::Json, stream, chunk, limit);
  check_rewriting(answer_of(whole));
  return 0;
}
