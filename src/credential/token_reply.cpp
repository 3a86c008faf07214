#include "credential/token_reply.hpp"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "credential/static_credential.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::credential {
namespace {

using wire::JsonValue;

// An HTTP date (RFC 9110 §5.6.7), in its one form that is still written.
std::optional<std::int64_t> unix_seconds_of(std::string_view date) {
  std::tm utc{};
  const std::string text(date);
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return ::timegm(&utc);
}

std::string clock_hint(const Headers& headers, UnixMs now) {
  constexpr std::int64_t kToleratedSeconds = 60;
  const auto theirs = unix_seconds_of(headers.find("date"));
  const std::int64_t ahead = theirs ? now.value / 1000 - *theirs : 0;
  if (ahead >= -kToleratedSeconds && ahead <= kToleratedSeconds) return {};
  return "; this machine's clock is " + std::to_string(ahead < 0 ? -ahead : ahead) + " s " +
         (ahead < 0 ? "behind" : "ahead of") + " the endpoint's: set it right";
}

// Somebody else's words, of bounded length and in one line.
std::string quoted_words(std::string_view text) {
  constexpr std::size_t kBytesMax = 300;
  std::string out(text.substr(0, kBytesMax));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return out;
}

Error refusal(const TokenGrant& grant, int status, const Headers& headers, JsonValue root,
              UnixMs now) {
  const JsonValue error = root.member("error");
  const std::string code = error.string();
  std::string message(grant.who());
  message += " was refused a token: " + std::to_string(status);
  if (!code.empty()) message += ' ' + quoted_words(code);
  const std::string description = root.member("error_description").string();
  if (!description.empty()) message += " (" + quoted_words(description) + ')';
  message += "; ";
  message += grant.advice(code);
  message += clock_hint(headers, now);
  return {ErrorKind::Forbidden, Source::Upstream, std::move(message)};
}

std::int64_t seconds_of(JsonValue value) {
  std::int64_t seconds = value.integer(-1);
  const std::string_view digits = value.quoted();  // some endpoints write it as a string
  if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  return seconds;
}

}  // namespace

Result<Token> read_token_reply(const TokenGrant& grant, int status, const Headers& headers,
                               std::string_view body, UnixMs now) {
  const std::string who(grant.who());
  if (status == 429 || status >= 500)
    return fail(ErrorKind::Unreachable, Source::Upstream,
                who + " got no token: the endpoint answered " + std::to_string(status));
  wire::JsonIndex index;
  const auto root = index.parse(body).value_or(JsonValue());
  if (status != 200) return fail(refusal(grant, status, headers, root, now));
  Token token;
  token.value = Secret(root.member("access_token").string());
  constexpr std::size_t kTokenBytesMax = 16 * 1024;
  if (!fits_header(token.value.reveal()) || token.value.reveal().size() > kTokenBytesMax)
    return fail(ErrorKind::Protocol, Source::Upstream,
                who + " got an answer without a usable access_token");
  const std::int64_t seconds = seconds_of(root.member("expires_in"));
  if (seconds >= 0)
    token.lifetime = Milliseconds(1000 * std::clamp<std::int64_t>(seconds, 10, 86'400));
  return token;
}

}  // namespace rlm::credential
