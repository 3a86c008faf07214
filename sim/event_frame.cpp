#include "sim/event_frame.hpp"

#include <cstdint>

#include "sim/crypto.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xFF);
}

}  // namespace

std::string event_frame(const std::vector<std::pair<std::string_view, std::string_view>>& headers,
                        std::string_view payload) {
  std::string lines;
  for (const auto& [name, value] : headers) {
    put(lines, static_cast<std::uint32_t>(name.size()), 1);
    lines += name;
    put(lines, 7, 1);  // a string
    put(lines, static_cast<std::uint32_t>(value.size()), 2);
    lines += value;
  }
  std::string frame;
  put(frame, static_cast<std::uint32_t>(lines.size() + payload.size() + 16), 4);
  put(frame, static_cast<std::uint32_t>(lines.size()), 4);
  put(frame, crc32_of(frame), 4);
  frame.append(lines).append(payload);
  put(frame, crc32_of(frame), 4);
  return frame;
}

std::string chunk_frame(std::string_view event_json) {
  return event_frame(
      {{":event-type", "chunk"}, {":content-type", "application/json"}, {":message-type", "event"}},
      "{\"bytes\":\"" + base64(event_json) + R"(","p":"abcdefghijklmno"})");
}

std::string exception_frame(std::string_view type, std::string_view message) {
  return event_frame({{":exception-type", type},
                      {":content-type", "application/json"},
                      {":message-type", "exception"}},
                     "{\"message\":" + wire::json_string(message) + "}");
}

}  // namespace rlm::sim
