// Whatever was read before, a request reads as it does for a reader that knows nothing. Input:
// lines; the first has the text before the messages and the text behind them, with a tab between;
// each other one is the messages of one request more, and a line that begins with '+' is put behind
// the line before it.
#include <cstdlib>
#include <string>

#include "wire/seen_requests.hpp"

namespace {

using namespace rlm;
using namespace rlm::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view next_line(std::string_view& input) {
  const std::size_t stop = input.find('\n');
  const std::string_view line = input.substr(0, stop);
  input.remove_prefix(stop == input.npos ? input.size() : stop + 1);
  return line;
}

void check(SeenRequests& seen, const std::string& text, JsonIndex& index) {
  const JsonLimits limits{.depth_max = 12, .structurals_max = 1u << 16};
  Buffer body(text);
  const auto known = seen.read(body, "key", index, limits);
  require(body.view() == text);
  const auto fresh = read_request_facts(body, index, limits, false);
  require(known.has_value() == fresh.has_value());
  if (fresh) return require(*known == *fresh);
  require(known.error().message == fresh.error().message);
  require(known.error().kind == fresh.error().kind);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static JsonIndex index;
  SeenRequests seen(SeenRequests::Config{.body_bytes_min = 0, .entries_max = 4});
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view frame = next_line(input);
  const std::string front(frame.substr(0, frame.find('\t')));
  const std::string back(front.size() < frame.size() ? frame.substr(front.size() + 1) : "");
  std::string messages;
  for (int requests = 0; requests < 16 && !input.empty(); ++requests) {
    const std::string_view line = next_line(input);
    if (line.starts_with('+'))
      messages += line.substr(1);
    else
      messages = line;
    check(seen, front + messages + back, index);
  }
  return 0;
}
