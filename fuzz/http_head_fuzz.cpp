// A request's head in any split gives the same result; one that is accepted is the same when it is
// written again, is never framed twice, and Boost.Beast frames it alike. Input: a byte that chooses
// the chunk size, then the bytes of a connection.
#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdlib>
#include <optional>
#include <string>

#include "net/http_head.hpp"

namespace {

using namespace rlm;
using namespace rlm::net;

void require(bool holds) {
  if (!holds) std::abort();
}

// Small, so that the fuzzer reaches the limits.
constexpr HeadLimits kLimits{2048, 16};

struct Outcome {
  bool refused = false;
  std::size_t length = 0;  // 0: more bytes would be needed
  std::optional<RequestHead> head;
};

// As a connection reads: `step` bytes more at each look.
Outcome read_head(std::string_view bytes, std::size_t step) {
  Outcome outcome;
  for (std::size_t have = std::min(step, bytes.size());;
       have = std::min(have + step, bytes.size())) {
    const auto length = head_length(bytes.substr(0, have), kLimits);
    if (!length) {
      outcome.refused = true;
      return outcome;
    }
    if (*length > 0) {
      require(*length <= have && *length <= kLimits.bytes_max);
      auto head = parse_request_head(bytes.substr(0, *length), kLimits);
      outcome.refused = !head.has_value();
      outcome.length = *length;
      if (head) outcome.head = std::move(*head);
      return outcome;
    }
    if (have == bytes.size()) return outcome;
  }
}

bool same(const RequestHead& a, const RequestHead& b) {
  if (a.method != b.method || a.target != b.target || a.minor_version != b.minor_version ||
      a.content_length != b.content_length || a.chunked != b.chunked ||
      a.keep_alive != b.keep_alive || a.expects_continue != b.expects_continue ||
      a.headers.size() != b.headers.size())
    return false;
  for (std::size_t i = 0; i < a.headers.size(); ++i)
    if (a.headers[i].name != b.headers[i].name || a.headers[i].value != b.headers[i].value)
      return false;
  return true;
}

std::string written(const RequestHead& head) {
  std::string out =
      head.method + " " + head.target + " HTTP/1." + std::to_string(head.minor_version) + "\r\n";
  for (const Header header : head.headers)
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  return out + "\r\n";
}

// Lists that say nothing about the body; Beast refuses what is malformed in them.
bool has_connection_list(const RequestHead& head) {
  for (const char* name : {"connection", "proxy-connection", "upgrade"})
    for (const Header header : head.headers)
      if (same_header(header.name, name)) return true;
  return false;
}

void check_against_beast(const RequestHead& head, std::string_view bytes) {
  namespace http = boost::beast::http;
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(1u << 20);
  parser.body_limit(boost::none);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error == http::error::bad_value && has_connection_list(head)) return;
  require(!error || error == http::error::need_more || error == http::error::unexpected_body);
  require(parser.is_header_done());
  const auto& message = parser.get();
  require(std::string_view(message.method_string().data(), message.method_string().size()) ==
          head.method);
  require(std::string_view(message.target().data(), message.target().size()) == head.target);
  require(message.version() == 10u + static_cast<unsigned>(head.minor_version));
  require(parser.chunked() == head.chunked);
  const auto length = parser.content_length();
  require((length ? *length : 0) == head.content_length.value_or(0));
  // We may close where Beast would not, never the other way round.
  require(!head.keep_alive || parser.keep_alive());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return -1;
  const std::size_t step = 1 + data[0] % 32;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = read_head(bytes, bytes.size() + 1);
  const Outcome parts = read_head(bytes, step);
  require(whole.refused == parts.refused);
  require(whole.head.has_value() == parts.head.has_value());
  if (!whole.head) return 0;
  const RequestHead& head = *whole.head;
  require(whole.length == parts.length && same(head, *parts.head));
  require(!(head.chunked && head.content_length));
  const std::string again = written(head);
  if (again.size() <= kLimits.bytes_max) {
    const Outcome reread = read_head(again, again.size());
    require(reread.head && reread.length == again.size() && same(head, *reread.head));
  }
  check_against_beast(head, bytes.substr(0, whole.length));
  return 0;
}
