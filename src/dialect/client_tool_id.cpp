#include "dialect/client_tool_id.hpp"

#include <algorithm>

#include "base/base64.hpp"

namespace rlm::dialect {
namespace {

constexpr std::string_view kTag = "toolu_b64_";

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool fits(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), is_plain);
}

}  // namespace

std::string messages_tool_id(std::string_view client_id) {
  if (fits(client_id)) return std::string(client_id);
  return std::string(kTag) + base64url(client_id);
}

std::string client_tool_id(std::string_view messages_id) {
  if (!messages_id.starts_with(kTag)) return std::string(messages_id);
  std::string coded(messages_id.substr(kTag.size()));
  std::replace(coded.begin(), coded.end(), '-', '+');
  std::replace(coded.begin(), coded.end(), '_', '/');
  std::string id;
  // One that fits was never coded: it only looks like it.
  if (!append_from_base64(id, coded) || id.empty() || fits(id)) return std::string(messages_id);
  return id;
}

}  // namespace rlm::dialect
