#include "credential/aws_signature.hpp"

#include <algorithm>
#include <ctime>
#include <vector>

#include "base/percent.hpp"
#include "credential/digest.hpp"

namespace rlm::credential {
namespace {

// What a proxy on the way may add, change or drop; of @smithy/signature-v4, constants.ts.
constexpr std::string_view kUnsigned[] = {"authorization", "baggage",      "cache-control",
                                          "connection",    "expect",       "from",
                                          "keep-alive",    "max-forwards", "pragma",
                                          "referer",       "te",           "trailer",
                                          "traceparent",   "tracestate",   "transfer-encoding",
                                          "upgrade",       "user-agent",   "x-amzn-trace-id"};

bool is_signed(std::string_view name) {
  return !name.starts_with("proxy-") && !name.starts_with("sec-") &&
         std::find(std::begin(kUnsigned), std::end(kUnsigned), name) == std::end(kUnsigned);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// Without blanks at the ends, and runs of them as one.
std::string collapsed(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

struct Entry {
  std::string name;
  std::string value;
};

// By name; the values of a repeated name behind each other in their order.
std::vector<Entry> sorted_headers(std::string_view host, const Headers& headers) {
  std::vector<Entry> entries;
  entries.push_back({"host", std::string(host)});
  for (const Header header : headers) {
    std::string name = lower(header.name);
    if (name == "host" || !is_signed(name)) continue;
    entries.push_back({std::move(name), collapsed(header.value)});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.name < b.name; });
  std::vector<Entry> merged;
  for (Entry& entry : entries) {
    if (!merged.empty() && merged.back().name == entry.name) {
      merged.back().value += ',' + entry.value;
    } else {
      merged.push_back(std::move(entry));
    }
  }
  return merged;
}

// Without empty, "." and ".." segments (RFC 3986 §5.2.4), and encoded once more.
std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> kept;
  const bool ends_open = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    if (slash == path.npos) break;
    path.remove_prefix(slash + 1);
  }
  std::string out;
  for (const auto segment : kept) out += '/' + percent_encoded(segment);
  if (out.empty() || ends_open) out += '/';
  return out;
}

std::string canonical_query(std::string_view query) {
  std::vector<Entry> pairs;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (!pair.empty())
      pairs.push_back(
          {percent_encoded(percent_decoded(pair.substr(0, equals))),
           equals == pair.npos ? "" : percent_encoded(percent_decoded(pair.substr(equals + 1)))});
    if (end == query.npos) break;
    query.remove_prefix(end + 1);
  }
  std::sort(pairs.begin(), pairs.end(), [](const Entry& a, const Entry& b) {
    return a.name != b.name ? a.name < b.name : a.value < b.value;
  });
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out += name + '=' + value;
  }
  return out;
}

}  // namespace

std::string amz_date(UnixMs now) {
  const auto seconds = static_cast<std::time_t>(now.value / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  const auto size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
  return {text, size};
}

std::string body_sha256(std::span<const std::string_view> body) {
  return hex(sha256(body));
}

std::string canonical_request(const RequestToSign& request, const Headers& headers,
                              std::string_view body_hash, std::string& signed_headers) {
  const auto question = request.target.find('?');
  std::string out(request.method);
  out += '\n' + canonical_path(request.target.substr(0, question)) + '\n';
  if (question != request.target.npos) out += canonical_query(request.target.substr(question + 1));
  out += '\n';
  signed_headers.clear();
  for (const auto& [name, value] : sorted_headers(request.host, headers)) {
    out += name + ':' + value + '\n';
    if (!signed_headers.empty()) signed_headers += ';';
    signed_headers += name;
  }
  out += '\n' + signed_headers + '\n';
  out += body_hash;
  return out;
}

std::string aws_authorization(const RequestToSign& request, const Headers& headers,
                              std::string_view body_hash, const AwsKeys& keys,
                              const AwsScope& scope, std::string_view date) {
  std::string signed_headers;
  const std::string canonical = canonical_request(request, headers, body_hash, signed_headers);
  const std::string_view day = date.substr(0, 8);
  const std::string scope_text =
      std::string(day) + '/' + scope.region + '/' + scope.service + "/aws4_request";
  const std::string_view canonical_part[] = {canonical};
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + std::string(date) + '\n' + scope_text + '\n' +
                              hex(sha256(canonical_part));
  const Secret first("AWS4" + std::string(keys.secret_access_key.reveal()));
  const Sha256 of_day = hmac_sha256(first.reveal(), day);
  const Sha256 of_region = hmac_sha256(bytes_of(of_day), scope.region);
  const Sha256 of_service = hmac_sha256(bytes_of(of_region), scope.service);
  const Sha256 key = hmac_sha256(bytes_of(of_service), "aws4_request");
  return "AWS4-HMAC-SHA256 Credential=" + keys.access_key_id + '/' + scope_text +
         ", SignedHeaders=" + signed_headers +
         ", Signature=" + hex(hmac_sha256(bytes_of(key), to_sign));
}

void sign_for_aws(const RequestToSign& request, const AwsKeys& keys, const AwsScope& scope,
                  UnixMs now, Headers& headers) {
  const std::string date = amz_date(now);
  const std::string hash = body_sha256(request.body);
  headers.add("x-amz-date", date);
  headers.add("x-amz-content-sha256", hash);
  if (!keys.session_token.empty()) headers.add("x-amz-security-token", keys.session_token.reveal());
  headers.add("authorization", aws_authorization(request, headers, hash, keys, scope, date));
}

}  // namespace rlm::credential
