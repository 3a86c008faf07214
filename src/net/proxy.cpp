#include "net/proxy.hpp"

#include <array>
#include <cstdlib>

#include "base/base64.hpp"
#include "base/percent.hpp"
#include "net/worker.hpp"

namespace rlm::net {
namespace {

Secret basic_authorization(std::string_view user_info) {
  const auto colon = user_info.find(':');
  const Secret plain(percent_decoded(user_info.substr(0, colon)) + ':' +
                     (colon == user_info.npos ? "" : percent_decoded(user_info.substr(colon + 1))));
  std::string text = "Basic ";
  append_base64(text, plain.reveal());
  return Secret(std::move(text));
}

std::string first_of(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view text) {
  const auto refuse = [](const std::string& why) {
    return fail(
        ErrorKind::BadRequest, Source::Self,
        "the proxy's URL cannot be used: " + why + "; expected http://[user:password@]host[:port]");
  };
  const auto scheme_end = text.find("://");
  if (scheme_end != text.npos && text.substr(0, scheme_end) != "http")
    return refuse("only http:// is supported between here and the proxy");
  std::string_view rest = scheme_end == text.npos ? text : text.substr(scheme_end + 3);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  Proxy proxy;
  // The last one: a password may hold an @ that nobody encoded.
  if (const auto at = authority.rfind('@'); at != authority.npos) {
    proxy.authorization = basic_authorization(authority.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  if (rest.find('@') != rest.npos)
    return refuse("a / ? or # in the password must be written as %2F, %3F or %23");
  // Without parse_url's own words, which hold what could not be read.
  auto url = parse_url("http://" + std::string(rest));
  if (!url) return refuse("its host or port is malformed");
  if (!url->path.empty()) return refuse("it has a path");
  proxy.url = std::move(*url);
  return proxy;
}

ProxyEnvironment ProxyEnvironment::of_process() {
  return {first_of({"https_proxy", "HTTPS_PROXY"}), first_of({"http_proxy", "HTTP_PROXY"}),
          first_of({"no_proxy", "NO_PROXY"})};
}

Result<std::shared_ptr<const Proxy>> proxy_for(const Url& url,
                                               const ProxyEnvironment& environment) {
  const std::string& text = url.tls ? environment.https_proxy : environment.http_proxy;
  if (text.empty() || is_reached_straight(url, environment.no_proxy)) return nullptr;
  auto proxy = parse_proxy(text);
  if (!proxy)
    return fail(ErrorKind::BadRequest, Source::Self,
                std::string(url.tls ? "HTTPS_PROXY" : "HTTP_PROXY") + ": " + proxy.error().message);
  return std::make_shared<const Proxy>(std::move(*proxy));
}

Result<std::shared_ptr<const Proxy>> chosen_proxy(const std::string& setting, const Url& url) {
  if (setting.empty()) return proxy_for(url, ProxyEnvironment::of_process());
  if (setting == "none") return std::shared_ptr<const Proxy>();
  auto proxy = parse_proxy(setting);
  if (!proxy) return fail(std::move(proxy.error()));
  return std::make_shared<const Proxy>(std::move(*proxy));
}

Error proxy_refusal(const Proxy& proxy, const Url& to, int status) {
  const std::string who = "proxy " + proxy.url.authority();
  std::string why =
      who + " answered " + std::to_string(status) + " when asked for " + to.authority() + ": ";
  if (status == 407) {
    why += proxy.authorization.empty()
               ? "it wants a user; write user:password@ before the host in the proxy's URL"
               : "it does not accept the user and password in the proxy's URL";
  } else if (status == 403 || status == 405) {
    why += "it does not allow this upstream; ask whoever runs it, or name the upstream in no_proxy";
  } else {
    why += "it cannot reach this upstream; check the upstream's URL, and the proxy's own log";
  }
  return {ErrorKind::Unreachable, Source::Upstream, std::move(why)};
}

Task<Result<void>> open_tunnel(ByteStream& stream, const Proxy& proxy, const Url& to,
                               const HeadLimits& limits) {
  Url with_port = to;
  with_port.tls = false;  // so that a port of 443 is written
  const std::string target = with_port.authority() + (to.port == 80 ? ":80" : "");
  std::string request = "CONNECT " + target + " HTTP/1.1\r\nhost: " + target + "\r\n";
  if (!proxy.authorization.empty())
    request.append("proxy-authorization: ").append(proxy.authorization.reveal()).append("\r\n");
  request += "\r\n";
  const auto broken = [&](const char* why) {
    return fail(ErrorKind::Unreachable, Source::Upstream,
                "proxy " + proxy.url.authority() + " " + why + " when asked for " + target);
  };
  const std::array<std::string_view, 1> parts{request};
  const IoResult sent = co_await stream.write_all(parts);
  if (!sent.ok()) co_return broken("closed the connection");
  std::string answer;
  std::array<char, 2048> bytes;
  std::size_t length = 0;
  while (length == 0) {
    const IoResult got = co_await stream.read_some(bytes.data(), bytes.size());
    if (!got.ok()) co_return broken("closed the connection");
    answer.append(bytes.data(), got.bytes);
    const auto found = head_length(answer, limits);
    if (!found) co_return broken("sent no HTTP response");
    length = *found;
  }
  const auto head = parse_response_head(std::string_view(answer).substr(0, length), limits);
  if (!head) co_return broken("sent no HTTP response");
  if (head->status / 100 != 2) co_return fail(proxy_refusal(proxy, to, head->status));
  // The upstream speaks second in TLS: whatever stands here is not from it.
  if (answer.size() > length) co_return broken("sent bytes that nobody asked for");
  co_return Result<void>{};
}

}  // namespace rlm::net
