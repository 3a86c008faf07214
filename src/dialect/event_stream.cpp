#include "dialect/event_stream.hpp"

#include <libdeflate.h>

#include <algorithm>

namespace rlm::dialect {
namespace {

constexpr std::size_t kPreludeBytes = 12;  // total length, length of headers, CRC of both
constexpr std::size_t kCrcBytes = 4;

std::uint32_t read_u16(std::string_view at) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(at[0]) << 8 |
                                    static_cast<unsigned char>(at[1]));
}

std::uint32_t read_u32(std::string_view at) {
  return read_u16(at) << 16 | read_u16(at.substr(2));
}

void append_u32(std::string& out, std::size_t value) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(value >> shift);
}

// libdeflate's takes a quarter of zlib's time.
std::uint32_t crc_of(std::string_view bytes) {
  return ::libdeflate_crc32(0, bytes.data(), bytes.size());
}

tl::unexpected<Error> malformed(const char* what) {
  return fail(ErrorKind::Protocol, Source::Upstream,
              std::string("the upstream's event stream is damaged: ") + what);
}

// Bytes of a header's value without those that tell its length; npos for an unknown type.
std::size_t fixed_size_of(char type) {
  constexpr std::size_t kSizes[] = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
  const auto index = static_cast<unsigned char>(type);
  return index < std::size(kSizes) ? kSizes[index] : std::string_view::npos;
}

std::string_view* field_of(EventFrame& frame, std::string_view name) {
  if (name == ":message-type") return &frame.message_type;
  if (name == ":event-type") return &frame.event_type;
  if (name == ":exception-type") return &frame.exception_type;
  if (name == ":error-code") return &frame.error_code;
  if (name == ":error-message") return &frame.error_message;
  return nullptr;
}

// False when they are malformed.
bool read_headers(std::string_view rest, EventFrame& frame) {
  constexpr char kBytes = 6;
  constexpr char kString = 7;
  while (!rest.empty()) {
    const auto name_size = static_cast<unsigned char>(rest[0]);
    if (name_size == 0 || rest.size() < 2u + name_size) return false;
    const auto name = rest.substr(1, name_size);
    const char type = rest[1u + name_size];
    rest.remove_prefix(2u + name_size);
    std::size_t size = fixed_size_of(type);
    if (type == kBytes || type == kString) {
      if (rest.size() < 2) return false;
      size = read_u16(rest);
      rest.remove_prefix(2);
    }
    if (size > rest.size()) return false;  // npos among them
    auto* field = type == kString ? field_of(frame, name) : nullptr;
    if (field != nullptr) *field = rest.substr(0, size);
    rest.remove_prefix(size);
  }
  return true;
}

}  // namespace

// 0: more bytes are needed.
Result<std::size_t> EventStreamReader::frame_size(std::string_view prelude) const {
  if (prelude.size() < kPreludeBytes) return 0;
  // Before anything is believed: a damaged length would make us wait for bytes that never come.
  if (crc_of(prelude.substr(0, 8)) != read_u32(prelude.substr(8)))
    return malformed("the CRC of a frame's lengths is wrong");
  const std::size_t total = read_u32(prelude);
  const std::size_t headers = read_u32(prelude.substr(4));
  if (total < kPreludeBytes + kCrcBytes || headers > total - kPreludeBytes - kCrcBytes)
    return malformed("a frame is shorter than its parts");
  if (total > limits_.frame_bytes_max || headers > limits_.header_bytes_max)
    return fail(ErrorKind::TooLarge, Source::Upstream,
                "a frame of the upstream's event stream exceeds " +
                    std::to_string(limits_.frame_bytes_max) + " bytes, or its headers " +
                    std::to_string(limits_.header_bytes_max));
  return total;
}

Result<void> EventStreamReader::read_frame(std::string_view frame, OnFrame on_frame) const {
  const auto guarded = frame.substr(0, frame.size() - kCrcBytes);
  if (crc_of(guarded) != read_u32(frame.substr(guarded.size())))
    return malformed("the CRC of a frame is wrong");
  const std::size_t header_bytes = read_u32(frame.substr(4));
  EventFrame read;
  if (!read_headers(guarded.substr(kPreludeBytes, header_bytes), read))
    return malformed("a frame's headers cannot be read");
  read.payload = guarded.substr(kPreludeBytes + header_bytes);
  return on_frame(read);
}

Result<void> EventStreamReader::feed(std::string_view bytes, OnFrame on_frame) {
  while (!bytes.empty()) {
    if (held_.empty()) {
      const auto size = frame_size(bytes);
      if (!size) return fail(size.error());
      if (*size == 0 || *size > bytes.size()) {
        held_ = bytes;
        held_frame_size_ = *size;
        return {};
      }
      auto read = read_frame(bytes.substr(0, *size), on_frame);
      if (!read) return read;
      bytes.remove_prefix(*size);
      continue;
    }
    const std::size_t wanted = held_frame_size_ == 0 ? kPreludeBytes : held_frame_size_;
    const std::size_t taken = std::min(wanted - held_.size(), bytes.size());
    held_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (held_.size() < wanted) return {};
    const auto size = frame_size(held_);
    if (!size) return fail(size.error());
    held_frame_size_ = *size;
    if (held_.size() < *size) continue;
    auto read = read_frame(held_, on_frame);
    held_.clear();
    held_frame_size_ = 0;
    if (!read) return read;
  }
  return {};
}

void append_event_frame(
    std::string& out, std::initializer_list<std::pair<std::string_view, std::string_view>> headers,
    std::string_view payload) {
  std::size_t header_bytes = 0;
  for (const auto& [name, value] : headers) header_bytes += 4 + name.size() + value.size();
  const std::size_t begin = out.size();
  const std::size_t total = kPreludeBytes + header_bytes + payload.size() + kCrcBytes;
  out.reserve(begin + total);
  append_u32(out, total);
  append_u32(out, header_bytes);
  append_u32(out, crc_of(std::string_view(out).substr(begin)));
  for (const auto& [name, value] : headers) {
    out += static_cast<char>(name.size());
    out += name;
    out += '\x07';
    out += static_cast<char>(value.size() >> 8);
    out += static_cast<char>(value.size());
    out += value;
  }
  out += payload;
  append_u32(out, crc_of(std::string_view(out).substr(begin)));
}

}  // namespace rlm::dialect
