#include "net/chunked.hpp"

#include <algorithm>
#include <cstring>

namespace rlm::net {
namespace {

constexpr std::uint64_t kChunkMax = 1ULL << 40;
constexpr std::size_t kLineMax = 16 * 1024;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

// As models send them: a size of a few digits without extensions, and all of the chunk is there.
std::size_t ChunkedDecoder::whole_chunks(const char* from, std::size_t size, char* to,
                                         std::size_t& data) {
  constexpr std::size_t kDigitsMax = 6;
  std::size_t at = 0;
  for (;;) {
    std::size_t digits = 0;
    std::size_t length = 0;
    for (; digits < kDigitsMax && at + digits < size; ++digits) {
      const int digit = hex_value(from[at + digits]);
      if (digit < 0) break;
      length = length * 16 + static_cast<std::size_t>(digit);
    }
    const char* const line_end = from + at + digits;
    const std::size_t whole = digits + length + 4;
    // An empty chunk is the end, with trailers.
    if (length == 0 || whole > size - at || line_end[0] != '\r' || line_end[1] != '\n') return at;
    const char* const bytes = line_end + 2;
    if (bytes[length] != '\r' || bytes[length + 1] != '\n') return at;
    std::memmove(to + data, bytes, length);
    data += length;
    at += whole;
  }
}

std::size_t ChunkedDecoder::part_of_chunk(const char* from, std::size_t size, char* to) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size));
  std::memmove(to, from, taken);
  left_ -= taken;
  if (left_ == 0) state_ = State::DataCr;
  return taken;
}

ChunkedDecoder::Status ChunkedDecoder::decode(char* bytes, std::size_t size, std::size_t& data,
                                              std::size_t& used) {
  data = 0;
  std::size_t at = 0;
  while (at < size) {
    if (state_ == State::Size) at += whole_chunks(bytes + at, size - at, bytes, data);
    if (at == size) break;
    if (state_ == State::Data) {
      const std::size_t taken = part_of_chunk(bytes + at, size - at, bytes + data);
      data += taken;
      at += taken;
      continue;
    }
    const char c = bytes[at++];
    switch (state_) {
      case State::Size:
      case State::SizeDigits: {
        const int digit = hex_value(c);
        if (digit >= 0) {
          left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
          if (left_ > kChunkMax) return Status::Bad;
          state_ = State::SizeDigits;
        } else if (state_ == State::Size) {
          return Status::Bad;
        } else if (c == '\r') {
          state_ = State::SizeLf;
        } else if (c == ';' || c == ' ' || c == '\t') {
          state_ = State::Extension;
          line_bytes_ = 0;
        } else {
          return Status::Bad;
        }
        break;
      }
      case State::Extension:
        if (c == '\r') {
          state_ = State::SizeLf;
        } else if (c == '\n' || ++line_bytes_ > kLineMax) {
          return Status::Bad;
        }
        break;
      case State::SizeLf:
        if (c != '\n') return Status::Bad;
        line_bytes_ = 0;
        state_ = left_ == 0 ? State::Trailer : State::Data;
        break;
      case State::DataCr:
        if (c != '\r') return Status::Bad;
        state_ = State::DataLf;
        break;
      case State::DataLf:
        if (c != '\n') return Status::Bad;
        state_ = State::Size;
        break;
      case State::Trailer:
        if (c == '\r') {
          state_ = State::EndLf;
        } else if (c == '\n') {
          return Status::Bad;
        } else {
          state_ = State::TrailerLine;
        }
        break;
      case State::TrailerLine:
        if (c == '\r') {
          state_ = State::TrailerLf;
        } else if (c == '\n' || ++line_bytes_ > kLineMax) {
          return Status::Bad;
        }
        break;
      case State::TrailerLf:
        if (c != '\n') return Status::Bad;
        state_ = State::Trailer;
        break;
      case State::EndLf:
        if (c != '\n') return Status::Bad;
        used = at;
        return Status::Done;
      case State::Data:
        break;
    }
  }
  used = at;
  return Status::More;
}

}  // namespace rlm::net
