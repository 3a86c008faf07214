#pragma once
// The chunked transfer coding (RFC 9112 §7.1), decoded in place.

#include <cstddef>
#include <cstdint>

namespace rlm::net {

/// Fed with the bytes of a chunked body in any split; extensions and trailers are passed over.
class ChunkedDecoder {
 public:
  enum class Status { More, Done, Bad };

  /// Decodes `size` bytes at `bytes`, moving the data to the front of that same memory. `data` is
  /// set to the number of data bytes there, `used` to how many input bytes were consumed (less than
  /// `size` only when Done). Bad: not a chunked body, or a chunk beyond 2^40.
  Status decode(char* bytes, std::size_t size, std::size_t& data, std::size_t& used);

 private:
  /// Decodes the chunks at the front that came whole; how many bytes they took.
  static std::size_t whole_chunks(const char* from, std::size_t size, char* to, std::size_t& data);
  /// Moves what is there of the chunk under way; how many bytes that are.
  std::size_t part_of_chunk(const char* from, std::size_t size, char* to);

  enum class State {
    Size,
    SizeDigits,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    Trailer,
    TrailerLine,
    TrailerLf,
    EndLf
  };
  State state_ = State::Size;
  std::uint64_t left_ = 0;
  std::size_t line_bytes_ = 0;  // of extensions and trailers, bounded
};

}  // namespace rlm::net
