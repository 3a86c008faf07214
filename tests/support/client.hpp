#pragma once
// A client on a bare socket, with a parser of its own: it can send what no library would, and sees
// how a connection ends.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rlm::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// What came back. Header names are in lower case.
struct Reply {
  int status = 0;
  HeaderList headers;
  HeaderList trailers;
  std::string body;
  bool whole = false;  // the framing said that this was all
  bool reset = false;  // the connection was reset

  /// The first value of this name; empty when there is none.
  std::string header(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

/// A request in the making; the credential and version that every client sends are there.
struct Ask {
  std::string method = "POST";
  std::string target = "/v1/messages";
  HeaderList headers{{"x-api-key", "key-1"}, {"anthropic-version", "2023-06-01"}};
  std::string body{};

  Ask& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  std::string text() const;
};

/// One connection to 127.0.0.1. Blocking; throws std::runtime_error when the peer says nothing for
/// too long, so that a hang is a failed test.
class Client {
 public:
  explicit Client(std::uint16_t port);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// False when the peer has closed.
  bool send(std::string_view bytes);
  bool send(const Ask& ask) { return send(ask.text()); }

  /// The next answer, to its end or the connection's. `to_head`: of a HEAD request, without a body.
  Reply read_reply(bool to_head = false);
  /// Only the head of the next answer; the body follows by read_more().
  Reply read_head();
  /// Adds body bytes to `reply` as they come; false at the answer's end.
  bool read_more(Reply& reply);
  /// Reads until the body holds `text`; false when the answer ended without it.
  bool read_until(Reply& reply, std::string_view text);

  /// Waits for the end of the connection and passes over what comes before. True for a good end,
  /// false for a reset.
  bool wait_closed();
  /// A small window, so that a server soon notices that nobody reads. Before any reading.
  void take_little();
  void close();
  void reset();

 private:
  bool fill();
  bool take_chunk(Reply& reply);
  bool take_trailers(Reply& reply);
  bool fill_until(std::string_view mark);

  int fd_ = -1;
  std::string input_;
  bool was_reset_ = false;
  bool chunked_ = false;
  bool sized_ = false;
  std::size_t left_ = 0;
};

/// One request on a connection of its own.
Reply ask(std::uint16_t port, const Ask& request);
/// POST /v1/messages with this body.
Reply ask(std::uint16_t port, std::string body);

}  // namespace rlm::test
