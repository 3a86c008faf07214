// A body for Vertex AI or Bedrock, and the Messages body made of one, are JSON with the same other
// members, byte for byte and in order; but those that the cloud refuses are left out, and a mark of
// automatic caching, which Bedrock refuses, goes into the messages. Input: a byte that chooses what
// the client's headers and path say, then a body.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "dialect/bedrock_request.hpp"
#include "dialect/cloud_rules.hpp"
#include "dialect/vertex_request.hpp"

namespace {

using namespace rlm;
using namespace rlm::dialect;

void require(bool holds) {
  if (!holds) std::abort();
}

using Names = std::vector<std::string_view>;

// The members that a body for this cloud may have otherwise than `body`.
Names concerned(std::string_view cloud, std::string_view body) {
  static wire::JsonIndex index;
  Names names{"model", "stream", "anthropic_version", "anthropic_beta"};
  const auto refused = cloud_rules(cloud).refused_members;
  names.insert(names.end(), refused.begin(), refused.end());
  const bool moves_mark =
      std::find(refused.begin(), refused.end(), "cache_control") != refused.end();
  if (moves_mark && index.parse(body)->member("cache_control").exists())
    names.push_back("messages");
  return names;
}

// Key and raw value of each other member.
std::vector<std::string> others(std::string_view body, const Names& names) {
  static wire::JsonIndex index;
  std::vector<std::string> found;
  const auto root = index.parse(body);
  require(root && root->is(wire::JsonValue::Type::Object));
  root->each_member([&](std::string_view key, wire::JsonValue value) {
    if (std::find(names.begin(), names.end(), key) != names.end()) return true;
    found.emplace_back(key);
    found.emplace_back(value.raw());
    return true;
  });
  return found;
}

void check(std::string_view body, const Headers& client, MessagesCall call) {
  static wire::JsonIndex index;
  const auto vertex = vertex_request({"p", "l"}, "m", call, body, client, index);
  const auto bedrock = bedrock_request("m:0", MessagesCall::Create, body, client, index);
  if (!vertex) return;
  const Names of_vertex = concerned("vertex", body);
  const Buffer for_vertex = vertex->body.joined();
  require(others(for_vertex.view(), of_vertex) == others(body, of_vertex));
  const auto vertex_path = read_vertex_path(vertex->target);
  require(vertex_path.has_value());
  if (const auto back = messages_of_vertex(*vertex_path, client, for_vertex.view(), index))
    require(others(back->body.view(), of_vertex) == others(body, of_vertex));
  if (!bedrock) return;
  const Names of_bedrock = concerned("bedrock", body);
  const auto wanted = others(body, of_bedrock);
  const Buffer for_bedrock = bedrock->body.joined();
  require(others(for_bedrock.view(), of_bedrock) == wanted);
  const auto bedrock_path = read_bedrock_path(bedrock->target);
  require(bedrock_path && bedrock_path->model == "m:0");
  const auto back = messages_of_bedrock(*bedrock_path, client, for_bedrock.view(), index);
  require(back && others(back->body.view(), of_bedrock) == wanted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return -1;
  Headers client;
  if (data[0] & 1) client.add("anthropic-version", "2026-10-21");
  if (data[0] & 2) client.add("anthropic-beta", "a-1, b-2,a-1");
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  wire::JsonIndex index;
  if (!object_of(body, index)) return 0;
  check(body, client, data[0] & 4 ? MessagesCall::CountTokens : MessagesCall::Create);
  return 0;
}
