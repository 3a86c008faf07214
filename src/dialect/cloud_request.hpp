#pragma once
// What requests to Claude on Vertex AI and on Bedrock have in common.

#include <string>
#include <string_view>
#include <vector>

#include "base/header.hpp"
#include "base/result.hpp"
#include "wire/json_cursor.hpp"
#include "wire/splice.hpp"

namespace rlm::dialect {

/// The calls of the Messages API that clouds know.
enum class MessagesCall { Create, CountTokens };

/// A Messages request as a cloud wants it.
struct CloudRequest {
  std::string target;      // path, percent-encoded
  wire::SplicedBody body;  // borrows the client's bytes
};

/// A request of a client that speaks a cloud's dialect, as the Messages API wants it.
struct MessagesRequest {
  MessagesCall call = MessagesCall::Create;
  Headers headers;  // the client's, with anthropic-version and anthropic-beta
  Buffer body;
};

/// The date of Anthropic's dialect that both clouds were built for; a newer one is passed on.
inline constexpr std::string_view kFirstVersion = "2023-06-01";

/// What the body says as `anthropic_version`: the client's header when it is newer than
/// kFirstVersion, else the cloud's own `first`.
std::string_view cloud_version(const Headers& client, std::string_view first);
/// The reverse: the header for a body's `anthropic_version`.
std::string messages_version(wire::JsonValue body_version, const Headers& client);

/// Calls `visit(flag)` for each flag of an anthropic-beta header, blanks around it taken off, until
/// it says false.
template <class Visit>
void each_flag(std::string_view list, Visit visit) {
  for (bool more = true; more;) {
    const auto comma = list.find(',');
    auto flag = list.substr(0, comma);
    while (flag.starts_with(' ')) flag.remove_prefix(1);
    while (flag.ends_with(' ')) flag.remove_suffix(1);
    more = visit(flag) && comma != list.npos;
    if (more) list.remove_prefix(comma + 1);
  }
}

/// The flags of all anthropic-beta headers and of a body's anthropic_beta, each once. BadRequest
/// (Source::Client) for one of the body that is no word.
Result<std::vector<std::string>> beta_flags(const Headers& client, wire::JsonValue body_betas);

/// `client` without the headers called `names`.
Headers without(const Headers& client, std::initializer_list<std::string_view> names);
/// `client` with these two in place of its own; none when they are empty.
Headers with_messages_headers(const Headers& client, std::string_view version,
                              const std::vector<std::string>& betas);

/// The body as a JSON object. BadRequest or TooLarge (Source::Client).
Result<wire::JsonValue> object_of(std::string_view body, wire::JsonIndex& index);

/// A segment of a path: all but unreserved characters and '@' as %XX.
std::string path_segment(std::string_view text);

}  // namespace rlm::dialect
