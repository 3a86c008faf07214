#include "net/http_head.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace rlm::net {
namespace {

// tchar of RFC 9110 §5.6.2.
constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kToken = make_token_table();

bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text)
    if (!kToken[static_cast<unsigned char>(c)]) return false;
  return true;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Eight bytes at a time: the high bit of each that is below 0x20 or is 0x7f (bytes from 0x80 on
// never are). Only the lowest bit that is set is sure; those above it may be carries.
std::uint64_t controls_in(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  const std::uint64_t below = (word - kOnes * 0x20) & ~word;
  const std::uint64_t without_delete = word ^ (kOnes * 0x7f);
  return (below | ((without_delete - kOnes) & ~without_delete)) & kHigh;
}

// The first control character at or behind `at`; the end of the text when there is none.
std::size_t find_control(std::string_view text, std::size_t at) {
  static_assert(std::endian::native == std::endian::little);
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    if (const auto found = controls_in(word))
      return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  while (at < text.size() && !is_control(text[at])) ++at;
  return at;
}

// The same for what may not stand in a header's value.
std::size_t find_value_end(std::string_view text, std::size_t at) {
  at = find_control(text, at);
  while (at < text.size() && text[at] == '\t') at = find_control(text, at + 1);
  return at;
}

bool is_target(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f) return false;
  }
  return true;
}

// Calls `visit` for each element of a comma-separated list.
template <class Visit>
void each_list_item(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto item = list.substr(0, comma);
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (!item.empty()) visit(item);
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
}

struct Fields {
  bool transfer_encoding = false;
  int hosts = 0;
  bool close = false;
  bool keep_alive = false;
  bool expects_continue = false;
};

// Reads one framing header; the text of what is wrong, or nothing.
const char* note_field(MessageHead& head, Fields& fields, HeaderName name, std::string_view value) {
  switch (name) {
    case HeaderName::Host:
      ++fields.hosts;
      break;
    case HeaderName::Expect:
      if (same_header(value, "100-continue")) fields.expects_continue = true;
      break;
    case HeaderName::Connection:
      each_list_item(value, [&](std::string_view item) {
        if (same_header(item, "close")) fields.close = true;
        if (same_header(item, "keep-alive")) fields.keep_alive = true;
      });
      break;
    case HeaderName::ContentLength: {
      if (head.content_length) return "Content-Length appears twice";
      std::uint64_t length = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
      if (error != std::errc() || end != value.data() + value.size() || value.empty())
        return "Content-Length is not a number";
      head.content_length = length;
      break;
    }
    case HeaderName::TransferEncoding:
      if (fields.transfer_encoding) return "Transfer-Encoding appears twice";
      if (!same_header(value, "chunked"))
        return "Transfer-Encoding other than chunked is not supported";
      fields.transfer_encoding = head.chunked = true;
      break;
    default:
      break;
  }
  return nullptr;
}

// `rest` begins with a line that is no header.
const char* what_is_wrong_with(std::string_view rest) {
  const auto line = rest.substr(0, rest.find("\r\n"));
  if (line.size() == rest.size()) return "a line without CRLF";
  if (line.front() == ' ' || line.front() == '\t') return "a folded header line";
  if (line.find(':') == std::string_view::npos) return "a header line without a colon";
  return "a header name with a character that is not allowed";
}

// Parses the header lines of `head` from `at` on; the text of what is wrong, or nothing.
const char* parse_fields(std::string_view head, std::size_t at, const HeadLimits& limits,
                         MessageHead& out, Fields& fields) {
  constexpr std::size_t kUsualHeaders = 24;
  out.headers.reserve(kUsualHeaders, head.size());
  out.headers.adopt(head);
  for (;;) {
    const auto rest = head.substr(at);
    if (rest.starts_with("\r\n")) break;
    std::size_t colon = 0;
    while (colon < rest.size() && kToken[static_cast<unsigned char>(rest[colon])]) ++colon;
    if (colon == 0 || colon == rest.size() || rest[colon] != ':') return what_is_wrong_with(rest);
    std::size_t from = colon + 1;
    const auto end = find_value_end(rest, from);
    if (!rest.substr(end).starts_with("\r\n"))
      return rest.find('\r', colon) == std::string_view::npos
                 ? "a line without CRLF"
                 : "a header value with a control character";
    std::size_t to = end;
    while (from < to && (rest[from] == ' ' || rest[from] == '\t')) ++from;
    while (to > from && (rest[to - 1] == ' ' || rest[to - 1] == '\t')) --to;
    const auto value = rest.substr(from, to - from);
    if (out.headers.size() == limits.headers_max) return "too many headers";
    const HeaderName name = header_name(rest.substr(0, colon));
    out.headers.add_at(at, colon, at + from, value.size(), name);
    if (const char* wrong = note_field(out, fields, name, value)) return wrong;
    at += end + 2;
  }
  if (fields.transfer_encoding && out.content_length)
    return "Content-Length together with Transfer-Encoding";
  out.keep_alive = out.minor_version >= 1 ? !fields.close : fields.keep_alive && !fields.close;
  return nullptr;
}

// The minor version of "HTTP/1.x"; -1 for anything else.
int minor_version_of(std::string_view text) {
  if (text == "HTTP/1.1") return 1;
  if (text == "HTTP/1.0") return 0;
  return -1;
}

tl::unexpected<Error> bad_request(const char* what) {
  return fail(ErrorKind::BadRequest, Source::Client,
              std::string("malformed HTTP request: ") + what);
}

tl::unexpected<Error> bad_response(const char* what) {
  return fail(ErrorKind::Protocol, Source::Upstream,
              std::string("malformed HTTP response: ") + what);
}

}  // namespace

Result<std::size_t> head_length(std::string_view bytes, const HeadLimits& limits) {
  std::size_t at = 0;
  while (bytes.substr(at, 2) == "\r\n")
    at += 2;  // RFC 9112 §2.2: empty lines before a request are ignored
  const auto end = bytes.find("\r\n\r\n", at);
  if (end != std::string_view::npos && end + 4 <= limits.bytes_max) return end + 4;
  if (bytes.size() > limits.bytes_max || end != std::string_view::npos)
    return fail(ErrorKind::TooLarge, Source::Client,
                "HTTP head larger than " + std::to_string(limits.bytes_max) + " bytes");
  if (bytes.find("\n\n") != std::string_view::npos)
    return bad_request("a line that ends without CR");
  return 0;
}

Result<RequestHead> parse_request_head(std::string_view head, const HeadLimits& limits) {
  while (head.substr(0, 2) == "\r\n") head.remove_prefix(2);
  const auto line_end = head.find("\r\n");
  if (line_end == std::string_view::npos) return bad_request("no request line");
  const auto line = head.substr(0, line_end);
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad_request("no request line");
  RequestHead request;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  request.minor_version = minor_version_of(line.substr(last + 1));
  if (!is_token(request.method)) return bad_request("method with a character that is not allowed");
  if (!is_target(request.target)) return bad_request("target with a character that is not allowed");
  if (request.minor_version < 0) return bad_request("version other than HTTP/1.0 or HTTP/1.1");
  Fields fields;
  if (const char* wrong = parse_fields(head, line_end + 2, limits, request, fields))
    return bad_request(wrong);
  if (fields.hosts > 1 || (fields.hosts == 0 && request.minor_version == 1))
    return bad_request("exactly one Host header is required");
  if (request.chunked && request.minor_version == 0)
    return bad_request("Transfer-Encoding in HTTP/1.0");
  request.expects_continue = fields.expects_continue;
  return request;
}

Result<ResponseHead> parse_response_head(std::string_view head, const HeadLimits& limits) {
  const auto line_end = head.find("\r\n");
  if (line_end == std::string_view::npos) return bad_response("no status line");
  const auto line = head.substr(0, line_end);
  ResponseHead response;
  response.minor_version = minor_version_of(line.substr(0, 8));
  if (response.minor_version < 0 || line.size() < 12 || line[8] != ' ')
    return bad_response("no HTTP/1.x status line");
  const auto digits = line.substr(9, 3);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + 3, response.status);
  if (error != std::errc() || end != digits.data() + 3 || response.status < 100)
    return bad_response("status is not a number");
  if (line.size() > 12 && line[12] != ' ') return bad_response("status is not a number");
  Fields fields;
  if (const char* wrong = parse_fields(head, line_end + 2, limits, response, fields))
    return bad_response(wrong);
  return response;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 499:
      return "Client Closed Request";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 529:
      return "Overloaded";
    default:
      return "Unknown";
  }
}

}  // namespace rlm::net
