#include "dialect/vertex_request.hpp"

#include "base/percent.hpp"
#include "dialect/cloud_rules.hpp"
#include "dialect/members.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

using Type = wire::JsonValue::Type;

constexpr std::string_view kVersion = "vertex-2023-10-16";
constexpr std::string_view kCountTokens = "count-tokens";

// Takes `prefix` and the segment behind it, up to the next slash, off `path`.
std::optional<std::string> take_segment(std::string_view& path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  const auto segment = path.substr(0, path.find('/'));
  if (segment.empty()) return std::nullopt;
  path.remove_prefix(segment.size());
  return percent_decoded(segment);
}

}  // namespace

std::string vertex_base_url(std::string_view location) {
  const std::string place(location);
  if (place == "global") return "https://aiplatform.googleapis.com";
  if (place == "us" || place == "eu") return "https://aiplatform." + place + ".rep.googleapis.com";
  return "https://" + place + "-aiplatform.googleapis.com";
}

Result<CloudRequest> vertex_request(const VertexPlace& place, std::string_view model,
                                    MessagesCall call, std::string_view body, const Headers& client,
                                    wire::JsonIndex& index) {
  const auto root = object_of(body, index);
  if (!root) return fail(root.error());
  const bool counts = call == MessagesCall::CountTokens;
  CloudRequest request{"/v1/projects/" + path_segment(place.project) + "/locations/" +
                           path_segment(place.location) + "/publishers/anthropic/models/",
                       wire::SplicedBody(body)};
  request.target += counts ? std::string(kCountTokens) : path_segment(model);
  request.target +=
      !counts && root->member("stream").is(Type::True) ? ":streamRawPredict" : ":rawPredict";
  std::string inserted;
  if (!root->member("anthropic_version").exists())
    inserted = "\"anthropic_version\":" + wire::json_string(cloud_version(client, kVersion));
  if (counts) {
    if (!inserted.empty()) inserted += ',';
    inserted += "\"model\":" + wire::json_string(model);
  }
  const auto refused = cloud_rules("vertex").refused_members;
  std::vector<std::string_view> removed(refused.begin(), refused.end());
  removed.push_back("model");
  splice_members(*root, removed, std::move(inserted), request.body);
  return request;
}

Headers vertex_headers(const Headers& client) {
  return without_refused_flags(cloud_rules("vertex"), without(client, {"anthropic-version"}));
}

std::optional<VertexPath> read_vertex_path(std::string_view path) {
  if (path.starts_with("/v1/")) path.remove_prefix(3);
  const auto project = take_segment(path, "/projects/");
  if (!project) return std::nullopt;
  const auto location = take_segment(path, "/locations/");
  if (!location) return std::nullopt;
  constexpr std::string_view kModels = "/publishers/anthropic/models/";
  if (!path.starts_with(kModels)) return std::nullopt;
  path.remove_prefix(kModels.size());
  const auto colon = path.rfind(':');
  if (colon == path.npos || colon == 0 || path.find('/') != path.npos) return std::nullopt;
  const auto verb = path.substr(colon);
  VertexPath read{{*project, *location}, percent_decoded(path.substr(0, colon))};
  read.stream = verb == ":streamRawPredict";
  if (!read.stream && verb != ":rawPredict") return std::nullopt;
  if (read.model == kCountTokens) {
    read.call = MessagesCall::CountTokens;
    read.model.clear();
    read.stream = false;
  }
  return read;
}

Result<MessagesRequest> messages_of_vertex(const VertexPath& path, const Headers& client,
                                           std::string_view body, wire::JsonIndex& index) {
  const auto root = object_of(body, index);
  if (!root) return fail(root.error());
  auto betas = beta_flags(client, root->member("anthropic_beta"));
  if (!betas) return fail(std::move(betas.error()));
  MessagesRequest request;
  request.call = path.call;
  request.headers = with_messages_headers(
      client, messages_version(root->member("anthropic_version"), client), *betas);
  wire::SplicedBody spliced(body);
  if (path.call == MessagesCall::CountTokens) {
    constexpr std::string_view kRemoved[] = {"anthropic_version", "anthropic_beta"};
    splice_members(*root, kRemoved, {}, spliced);
  } else {
    constexpr std::string_view kRemoved[] = {"model", "stream", "anthropic_version",
                                             "anthropic_beta"};
    std::string inserted = "\"model\":" + wire::json_string(path.model);
    if (path.stream) inserted += ",\"stream\":true";
    splice_members(*root, kRemoved, std::move(inserted), spliced);
  }
  request.body = spliced.joined();
  return request;
}

}  // namespace rlm::dialect
