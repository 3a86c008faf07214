#include "fetch/link.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace rlm::fetch {
namespace {

namespace urls = boost::urls;

tl::unexpected<Error> refuse(std::string_view why) {
  return fail(ErrorKind::BadRequest, Source::Client, std::string(why));
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// A name comes decoded: without this look, %0d%0a in it would end the Host header's line.
std::string host_of(const urls::url_view& url) {
  std::string host = url.host_address();
  if (url.host_type() == urls::host_type::ipv4 || url.host_type() == urls::host_type::ipv6)
    return host.find('%') == host.npos ? host : std::string();
  if (url.host_type() != urls::host_type::name) return {};
  for (char& c : host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (host.ends_with('.')) host.pop_back();
  if (!std::all_of(host.begin(), host.end(), is_name_character)) return {};
  return host;
}

}  // namespace

std::string Link::text() const {
  return (origin.tls ? "https://" : "http://") + origin.authority() + target;
}

Result<Link> parse_link(std::string_view text) {
  if (text.size() > kLinkBytesMax) return refuse("its URL is too long");
  const auto parsed = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (!parsed) return refuse("its URL is malformed");
  const urls::url_view& url = *parsed;
  Link link;
  link.origin.tls = url.scheme_id() == urls::scheme::https;
  if (!link.origin.tls && url.scheme_id() != urls::scheme::http)
    return refuse("its URL begins neither with https:// nor with http://");
  if (url.has_userinfo()) return refuse("its URL holds a user or password");
  link.origin.host = host_of(url);
  if (link.origin.host.empty()) return refuse("its URL names no usable host");
  link.origin.port = static_cast<std::uint16_t>(link.origin.tls ? 443 : 80);
  if (const std::string digits(url.port()); !digits.empty()) {
    const char* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, link.origin.port);
    if (read.ec != std::errc() || read.ptr != end || link.origin.port == 0)
      return refuse("the port in its URL is not between 1 and 65535");
  }
  link.target = std::string(url.encoded_path());
  if (link.target.empty()) link.target = "/";
  // Boost 1.81 reads the path of https://example.com:x/ as "x/".
  if (!link.target.starts_with('/')) return refuse("its URL is malformed");
  if (url.has_query()) link.target += "?" + std::string(url.encoded_query());
  return link;
}

Result<Link> resolve_link(const Link& base, std::string_view location) {
  if (location.size() > kLinkBytesMax) return refuse("its URL is too long");
  const std::string from = base.text();
  const auto parsed = urls::parse_uri(from);
  const auto reference =
      urls::parse_uri_reference(urls::string_view(location.data(), location.size()));
  if (!parsed || !reference) return refuse("its URL is malformed");
  urls::url whole(*parsed);
  if (!whole.resolve(*reference)) return refuse("its URL is malformed");
  return parse_link(std::string_view(whole.buffer().data(), whole.buffer().size()));
}

}  // namespace rlm::fetch
