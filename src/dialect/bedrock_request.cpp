#include "dialect/bedrock_request.hpp"

#include "base/base64.hpp"
#include "base/percent.hpp"
#include "dialect/cache_mark.hpp"
#include "dialect/claude_rules.hpp"
#include "dialect/cloud_rules.hpp"
#include "dialect/members.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

using Type = wire::JsonValue::Type;

constexpr std::string_view kVersion = "bedrock-2023-05-31";

void append_member(std::string& out, std::string_view key, std::string_view raw) {
  if (!out.empty()) out += ',';
  out.append("\"").append(key).append("\":").append(raw);
}

std::string json_list(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const std::string& word : words) {
    if (out.size() > 1) out += ',';
    wire::append_json_string(out, word);
  }
  return out + ']';
}

// Models up to Claude 4.6, which are those that take sampling, know the first version alone there.
// A newer one only takes fewer members, so that every body of it is one of the first as well.
std::string_view version_for(std::string_view model, const Headers& client) {
  return claude_rules(model).takes_sampling ? kVersion : cloud_version(client, kVersion);
}

// {"input":{"invokeModel":{"body":"<base64>"}}}
std::string count_body(const wire::SplicedBody& inner) {
  std::string out = R"({"input":{"invokeModel":{"body":")";
  append_base64(out, inner.joined().view());
  return out + "\"}}}";
}

Result<std::string> count_in(std::string_view body, const char* from, const char* to,
                             wire::JsonIndex& index) {
  const auto root = index.parse(body);
  const std::int64_t count = root ? root->member(from).integer(-1) : -1;
  if (count < 0)
    return fail(ErrorKind::Protocol, Source::Upstream,
                std::string("the upstream's token count holds no ") + from);
  return std::string("{\"") + to + "\":" + std::to_string(count) + '}';
}

Result<MessagesRequest> messages_of_invoke(const BedrockPath& path, const Headers& client,
                                           std::string_view body, wire::JsonIndex& index) {
  const auto root = object_of(body, index);
  if (!root) return fail(root.error());
  auto betas = beta_flags(client, root->member("anthropic_beta"));
  if (!betas) return fail(std::move(betas.error()));
  MessagesRequest request;
  request.call = path.call;
  request.headers = with_messages_headers(
      client, messages_version(root->member("anthropic_version"), client), *betas);
  std::string inserted;
  append_member(inserted, "model", wire::json_string(path.model));
  if (path.stream) append_member(inserted, "stream", "true");
  // The Messages API refuses max_tokens where it counts; Bedrock wants it.
  constexpr std::string_view kRemoved[] = {"model", "stream", "anthropic_version", "anthropic_beta",
                                           "max_tokens"};
  const std::size_t removed = path.call == MessagesCall::CountTokens ? 5 : 4;
  wire::SplicedBody spliced(body);
  splice_members(*root, {kRemoved, removed}, std::move(inserted), spliced);
  request.body = spliced.joined();
  return request;
}

}  // namespace

std::string bedrock_base_url(std::string_view region) {
  return "https://bedrock-runtime." + std::string(region) + ".amazonaws.com";
}

Result<CloudRequest> bedrock_request(std::string_view model, MessagesCall call,
                                     std::string_view body, const Headers& client,
                                     wire::JsonIndex& index) {
  const auto root = object_of(body, index);
  if (!root) return fail(root.error());
  const auto betas = beta_flags(client, root->member("anthropic_beta"));
  if (!betas) return fail(betas.error());
  const bool counts = call == MessagesCall::CountTokens;
  CloudRequest request{"/model/" + path_segment(model), wire::SplicedBody(body)};
  if (counts)
    request.target += "/count-tokens";
  else
    request.target +=
        root->member("stream").is(Type::True) ? "/invoke-with-response-stream" : "/invoke";
  std::string inserted;
  if (!root->member("anthropic_version").exists())
    append_member(inserted, "anthropic_version", wire::json_string(version_for(model, client)));
  if (!betas->empty()) append_member(inserted, "anthropic_beta", json_list(*betas));
  if (counts && !root->member("max_tokens").exists()) append_member(inserted, "max_tokens", "1");
  const auto refused = cloud_rules("bedrock").refused_members;
  std::vector<std::string_view> removed(refused.begin(), refused.end());
  removed.insert(removed.end(), {"model", "stream", "anthropic_beta"});
  splice_members(*root, removed, std::move(inserted), request.body);
  mark_last_block(*root, request.body);
  if (counts) {
    std::string wrapped = count_body(request.body);
    request.body = wire::SplicedBody(body);
    request.body.replace({0, body.size()}, std::move(wrapped));
  }
  return request;
}

Headers bedrock_headers(const Headers& client) {
  Headers out = without(client, {"anthropic-version", "anthropic-beta", "accept"});
  out.add("accept", "application/json");
  return out;
}

std::optional<BedrockPath> read_bedrock_path(std::string_view path) {
  constexpr std::string_view kModel = "/model/";
  if (!path.starts_with(kModel)) return std::nullopt;
  path.remove_prefix(kModel.size());
  // An ARN may come with its slash as it is.
  const auto slash = path.rfind('/');
  if (slash == path.npos || slash == 0) return std::nullopt;
  const auto verb = path.substr(slash);
  BedrockPath read;
  read.model = percent_decoded(path.substr(0, slash));
  read.stream = verb == "/invoke-with-response-stream";
  if (verb == "/count-tokens") read.call = MessagesCall::CountTokens;
  if (!read.stream && verb != "/invoke" && verb != "/count-tokens") return std::nullopt;
  return read;
}

Result<MessagesRequest> messages_of_bedrock(const BedrockPath& path, const Headers& client,
                                            std::string_view body, wire::JsonIndex& index) {
  if (path.call != MessagesCall::CountTokens) return messages_of_invoke(path, client, body, index);
  const auto root = object_of(body, index);
  if (!root) return fail(root.error());
  std::string inner;
  const auto wrapped = root->member("input").member("invokeModel").member("body");
  if (!wrapped.is(Type::String) || !append_from_base64(inner, wrapped.string()))
    return fail(ErrorKind::BadRequest, Source::Client,
                "input.invokeModel.body: expected an InvokeModel body in base64; counts of other "
                "kinds are not supported");
  return messages_of_invoke(path, client, inner, index);
}

Result<std::string> messages_count(std::string_view bedrock, wire::JsonIndex& index) {
  return count_in(bedrock, "inputTokens", "input_tokens", index);
}

Result<std::string> bedrock_count(std::string_view messages, wire::JsonIndex& index) {
  return count_in(messages, "input_tokens", "inputTokens", index);
}

}  // namespace rlm::dialect
