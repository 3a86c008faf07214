#include "net/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/src.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace rlm::net {

std::string Url::authority() const {
  std::string text = host.find(':') != std::string::npos ? '[' + host + ']' : host;
  if (port != (tls ? 443 : 80)) text += ':' + std::to_string(port);
  return text;
}

Result<Url> parse_url(std::string_view text) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorKind::BadRequest, Source::Self,
                "\"" + std::string(text) + "\" is no usable URL: " + why +
                    "; expected http(s)://host[:port][/path]");
  };
  const auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
  if (!parsed) return refuse("malformed");
  const auto& url = *parsed;
  const auto scheme = std::string(url.scheme());
  if (scheme != "http" && scheme != "https") return refuse("scheme is neither http nor https");
  if (url.has_userinfo()) return refuse("credentials do not belong into a URL");
  if (url.has_query() || url.has_fragment()) return refuse("query and fragment are not allowed");
  Url result;
  result.tls = scheme == "https";
  result.host = url.host_address();
  if (result.host.empty()) return refuse("no host");
  result.port = static_cast<std::uint16_t>(result.tls ? 443 : 80);
  if (url.has_port()) {
    const std::string digits(url.port());
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), result.port);
    if (error != std::errc() || end != digits.data() + digits.size() || result.port == 0)
      return refuse("port is not between 1 and 65535");
  }
  result.path = std::string(url.encoded_path());
  while (!result.path.empty() && result.path.back() == '/') result.path.pop_back();
  return result;
}

}  // namespace rlm::net
