#include "route/session.hpp"

#include <algorithm>
#include <string_view>

#include "wire/json_cursor.hpp"

namespace rlm::route {
namespace {

constexpr std::size_t kIdBytesMax = 128;
constexpr std::size_t kUserIdBytesMax = 4096;

// Ids go into records and headers, so they are short and printable or nothing.
bool is_usable(std::string_view id) {
  return !id.empty() && id.size() <= kIdBytesMax &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string usable(std::string_view id) {
  return is_usable(id) ? std::string(id) : std::string();
}

std::string session_in_user_id(std::string_view user_id) {
  if (user_id.empty() || user_id.size() > kUserIdBytesMax) return {};
  if (user_id.front() == '{') {
    thread_local wire::JsonIndex index;
    const auto root = index.parse(user_id);
    return root ? usable(root->member("session_id").string()) : std::string();
  }
  constexpr std::string_view kMark = "_session_";
  const auto mark = user_id.rfind(kMark);
  if (!user_id.starts_with("user_") || mark == std::string_view::npos) return {};
  return usable(user_id.substr(mark + kMark.size()));
}

// The last mark of the first message: all that stands before it is sent again, unchanged, with
// every later request of the conversation.
std::string fingerprint_of(const RequestFacts& facts) {
  const PrefixMark* opening = nullptr;
  for (const PrefixMark& mark : facts.prefix) {
    if (mark.message > 0) break;
    if (mark.message == 0) opening = &mark;
  }
  if (opening == nullptr) return {};
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kFront = "fp_";
  std::string id(kFront.size() + 16, '0');
  kFront.copy(id.data(), kFront.size());
  auto bits = opening->hash;
  for (std::size_t at = id.size(); at > kFront.size(); bits >>= 4) id[--at] = kHex[bits & 15];
  return id;
}

}  // namespace

std::string session_of(const Request& request) {
  std::string id = usable(find_header(request.headers, "x-claude-code-session-id"));
  if (id.empty()) id = session_in_user_id(request.facts.metadata_user_id);
  for (const char* name : {"x-session-id", "session-id", "thread-id"})
    if (id.empty()) id = usable(find_header(request.headers, name));
  if (id.empty()) id = fingerprint_of(request.facts);
  return id;
}

std::string agent_of(const Request& request) {
  return usable(find_header(request.headers, "x-claude-code-agent-id"));
}

}  // namespace rlm::route
