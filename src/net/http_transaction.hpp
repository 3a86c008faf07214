#pragma once
// One request on a downstream connection, and the means to answer it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/result.hpp"
#include "net/byte_stream.hpp"
#include "net/http_head.hpp"
#include "net/stop.hpp"

namespace rlm::net {

class ServerConnection;
struct ServerConfig;

/// Lives while its handler runs. One thread. All writes return false once the client is gone.
class HttpTransaction {
 public:
  const RequestHead& head() const { return head_; }
  /// Moves the request's headers out; head().headers is empty from then on.
  Headers take_headers() { return std::move(head_.headers); }
  Worker& worker() { return stream_.worker(); }
  /// Stopped as soon as the client hangs up (noticed by the event loop, not by a failing write).
  StopSource& gone() { return gone_; }
  SteadyTime started() const { return started_; }

  /// The whole body. TooLarge (Source::Client) beyond `bytes_max`, BadRequest for a broken chunked
  /// coding, Cancelled when the client leaves, Timeout when it falls silent. Sends 100 Continue
  /// when the client waits for it.
  Task<Result<Buffer>> read_body(std::size_t bytes_max);

  /// A whole response.
  Task<bool> respond(int status, const Headers& headers, std::string_view body);

  /// Begins a response (`headers` built by add()) whose body follows by write(): with
  /// Content-Length when `length` is given, chunked otherwise. The head is sent with the first
  /// write. `trailer`: the field that set_trailer() may give behind a chunked body (RFC 9110 §6.5).
  void begin(int status, const Headers& headers, std::optional<std::uint64_t> length = std::nullopt,
             std::string_view trailer = {});
  /// The value of the announced field; sent with the last write, or not at all where the body is
  /// not chunked.
  void set_trailer(std::string_view value);
  /// Sends body bytes and waits while the client is slow. `last` ends the response; the end goes
  /// out with the bytes.
  Task<bool> write(std::string_view bytes, bool last = false);
  /// Sends body bytes without waiting, for pings from a timer. False, and nothing sent, while a
  /// write is under way or data is still pending.
  bool try_write(std::string_view bytes);
  /// Cuts the connection with a reset: a stream that ends early must never look like one that ended
  /// well.
  void cut();
  /// Closes so that what was written still arrives: a reset could destroy it on its way. Length or
  /// chunks show the client that the body is not whole; one that would end with the connection is
  /// cut.
  void end_early();

  bool begun() const { return begun_; }
  bool finished() const { return finished_; }
  int status() const { return status_; }
  std::uint64_t bytes_sent() const { return bytes_sent_; }

 private:
  friend class ServerConnection;
  HttpTransaction(ServerConnection& connection, ByteStream& stream, Unread& input,
                  const ServerConfig& config)
      : connection_(connection), stream_(stream), input_(input), config_(config) {}

  Task<Result<Buffer>> read_sized(std::uint64_t length);
  Task<Result<Buffer>> read_chunked(std::size_t bytes_max);
  Task<IoResult> fill_input();
  Task<IoResult> write_slowly(std::string_view bytes);
  bool note_sent(const IoResult& sent);
  void body_done();
  bool body_pending() const {
    return !body_read_ && (head_.chunked || head_.content_length.value_or(0) > 0);
  }
  static constexpr std::size_t kPartsMax = 8;
  std::size_t frame(std::string_view bytes, bool last, std::span<std::string_view> parts);
  std::size_t frame_end(std::span<std::string_view> parts) const;

  ServerConnection& connection_;
  ByteStream& stream_;
  Unread& input_;  // bytes behind the head, shared with the connection
  const ServerConfig& config_;
  RequestHead head_;
  StopSource gone_;
  SteadyTime started_{};
  std::string out_head_;  // not yet sent
  std::string trailer_;   // "name: value\r\n"; without a value only the name
  std::string pending_;   // the rest of a try_write that the kernel did not take
  char size_line_[20] = {};
  int status_ = 0;
  bool body_read_ = false;
  bool begun_ = false;
  bool chunked_ = false;
  bool writing_ = false;
  bool finished_ = false;
  bool close_after_ = false;
  bool shows_its_end_ = false;  // by length or chunks, not by the end of the connection
  std::uint64_t bytes_sent_ = 0;
};

}  // namespace rlm::net
