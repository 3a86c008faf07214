#include "sim/aws_signature.hpp"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <vector>

#include "base/clock.hpp"
#include "sim/crypto.hpp"

namespace rlm::sim {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t kSkewMs = 5 * 60 * 1000;

tl::unexpected<Refusal> refused(std::string_view exception, std::string message, int status = 403) {
  return tl::unexpected(Refusal{status, std::string(exception), std::move(message)});
}

tl::unexpected<Refusal> invalid(std::string message) {
  return refused("InvalidSignatureException", std::move(message));
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// What stands in an Authorization header.
struct Claim {
  std::vector<std::string> scope;  // key id, date, region, service, "aws4_request"
  std::string signed_headers;
  std::string signature;
};

std::string part_of(std::string_view header, std::string_view name) {
  const auto at = header.find(name);
  if (at == std::string_view::npos) return {};
  const auto rest = header.substr(at + name.size());
  return std::string(rest.substr(0, rest.find_first_of(", ")));
}

std::optional<Claim> read_claim(std::string_view header) {
  if (!header.starts_with(kAlgorithm)) return std::nullopt;
  Claim claim;
  claim.scope = split(part_of(header, "Credential="), '/');
  claim.signed_headers = part_of(header, "SignedHeaders=");
  claim.signature = part_of(header, "Signature=");
  if (claim.scope.size() != 5 || claim.scope[4] != "aws4_request" || claim.signed_headers.empty() ||
      claim.signature.empty())
    return std::nullopt;
  return claim;
}

std::string encoded(std::string_view text, bool keep_slash) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain || (keep_slash && c == '/')) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

std::string canonical_query(std::string_view query) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& pair : split(query, '&')) {
    const auto mark = std::min(pair.find('='), pair.size());
    pairs.emplace_back(
        encoded(percent_decoded(pair.substr(0, mark)), false),
        encoded(percent_decoded(pair.substr(std::min(mark + 1, pair.size()))), false));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) out += (out.empty() ? "" : "&") + name + "=" + value;
  return out;
}

// Without blanks at both ends, runs of them as one.
std::string trimmed(std::string_view value) {
  std::string out;
  for (const char c : value)
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string canonical_headers(const Headers& headers, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    std::string values;
    for (const Header header : headers)
      if (same_header(header.name, name))
        values += (values.empty() ? "" : ",") + trimmed(header.value);
    out.append(name).append(":").append(values).append("\n");
  }
  return out;
}

std::string signature_for(const Claim& claim, const Incoming& incoming, const AwsAccess& access) {
  const std::string canonical =
      incoming.head.method + "\n" + encoded(incoming.head.path(), true) + "\n" +
      canonical_query(incoming.head.query()) + "\n" +
      canonical_headers(incoming.head.headers, split(claim.signed_headers, ';')) + "\n" +
      claim.signed_headers + "\n" + hex(sha256(incoming.body));
  const std::string scope =
      claim.scope[1] + "/" + claim.scope[2] + "/" + claim.scope[3] + "/aws4_request";
  const std::string to_sign = std::string(kAlgorithm) + "\n" +
                              std::string(find_header(incoming.head.headers, "x-amz-date")) + "\n" +
                              scope + "\n" + hex(sha256(canonical));
  std::string key = "AWS4" + access.secret_access_key;
  for (const std::string& part : {claim.scope[1], claim.scope[2], claim.scope[3], claim.scope[4]})
    key = hmac_sha256(key, part);
  return hex(hmac_sha256(key, to_sign));
}

std::string stamp_of(std::int64_t unix_ms) {
  const std::time_t seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[20];
  const std::size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return std::string(text, size);
}

// "20261129T143457Z" of the clock now, give or take the skew.
bool is_now(std::string_view date) {
  if (date.size() != 16) return false;
  const std::int64_t now = system_clock().unix_ms().value;
  return date >= stamp_of(now - kSkewMs) && date <= stamp_of(now + kSkewMs);
}

// The headers that must be signed and are not; empty when there are none.
std::string unsigned_header(const Headers& headers, const std::string& signed_headers) {
  const auto names = split(signed_headers, ';');
  const auto has = [&](std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& each) { return same_header(each, name); });
  };
  if (!has("host")) return "host";
  for (const Header header : headers) {
    const bool amazons = header.name.size() > 6 && same_header(header.name.substr(0, 6), "x-amz-");
    if (amazons && !has(header.name)) return std::string(header.name);
  }
  return std::is_sorted(names.begin(), names.end()) ? "" : "order";
}

std::optional<Refusal> wrong_scope(const Claim& claim, const Incoming& incoming,
                                   std::string_view service, const AwsAccess& access) {
  const Headers& headers = incoming.head.headers;
  if (access.access_key_id.empty() || claim.scope[0] != access.access_key_id ||
      find_header(headers, "x-amz-security-token") != access.session_token)
    return Refusal{403, "UnrecognizedClientException",
                   "The security token included in the request is invalid."};
  const auto wrong = [](const std::string& message) {
    return Refusal{403, "InvalidSignatureException", message};
  };
  if (!access.region.empty() && claim.scope[2] != access.region)
    return wrong("Credential should be scoped to a valid region.");
  if (claim.scope[3] != service)
    return wrong("Credential should be scoped to correct service: '" + std::string(service) + "'.");
  const std::string_view date = find_header(headers, "x-amz-date");
  if (!date.starts_with(claim.scope[1]) || !is_now(date))
    return wrong("Signature expired: " + std::string(date) + " is not now");
  if (const std::string name = unsigned_header(headers, claim.signed_headers); !name.empty())
    return wrong("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
  const std::string_view hash = find_header(headers, "x-amz-content-sha256");
  if (!hash.empty() && hash != hex(sha256(incoming.body)))
    return wrong("The provided 'x-amz-content-sha256' header does not match what was computed.");
  return std::nullopt;
}

}  // namespace

tl::expected<std::string, Refusal> aws_caller(const Incoming& incoming, std::string_view service,
                                              const SimConfig& config) {
  const std::string_view authorization = find_header(incoming.head.headers, "authorization");
  if (authorization.empty())
    return refused("MissingAuthenticationTokenException", "Missing Authentication Token");
  if (const auto bearer = bearer_of(incoming.head.headers); !bearer.empty()) {
    const bool refuses_any = config.keys.empty() && !config.aws.access_key_id.empty();
    if (!refuses_any && accepts_key(config, bearer)) return std::string(bearer);
    return refused("AccessDeniedException",
                   "Authentication failed: Please make sure your API Key is valid.");
  }
  const auto claim = read_claim(authorization);
  if (!claim)
    return refused("IncompleteSignatureException",
                   "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature'.",
                   400);
  if (auto wrong = wrong_scope(*claim, incoming, service, config.aws))
    return tl::unexpected(std::move(*wrong));
  if (claim->signature == signature_for(*claim, incoming, config.aws)) return claim->scope[0];
  return invalid(
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details.");
}

}  // namespace rlm::sim
