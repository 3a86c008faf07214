#pragma once
// The rules of Anthropic's API that a translated request must keep.

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "wire/anthropic_request.hpp"

namespace rlm::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline bool is_tool_id(std::string_view id) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  return !id.empty() && id.find_first_not_of(kPlain) == id.npos;
}

/// Follows the calls of a conversation; `ids` are all so far, `open` those not answered yet.
struct StrictTurns {
  std::set<std::string> ids;
  std::set<std::string> open;
  std::string last_role = "assistant";

  void on_block(wire::JsonValue block, bool is_user, bool& results_over) {
    const std::string_view type = block.member("type").quoted();
    if (type == "tool_result") {
      require(is_user && !results_over);
      require(open.erase(block.member("tool_use_id").string()) == 1);
      return;
    }
    results_over = true;
    require(is_user || type == "text" || type == "tool_use" || type.ends_with("thinking"));
    if (type != "tool_use") return;
    const std::string id = block.member("id").string();
    require(!is_user && is_tool_id(id) && ids.insert(id).second);
    require(block.member("input").is(wire::JsonValue::Type::Object));
    open.insert(id);
  }

  void on_message(wire::JsonValue message) {
    const std::string role = message.member("role").string();
    require((role == "user") == (last_role == "assistant"));
    last_role = role;
    bool results_over = false;
    bool any = false;
    message.member("content").each_element([&](wire::JsonValue block) {
      on_block(block, role == "user", results_over);
      return any = true;
    });
    require(any);
    if (role == "user") require(open.empty());
  }
};

inline void require_strict(const Buffer& body) {
  static wire::JsonIndex index;
  // Our own structure around the client's values adds a little to both.
  const wire::JsonLimits limits{.depth_max = 160, .structurals_max = 16u << 20};
  require(wire::read_request_facts(body, index, limits, false).has_value());
  const auto root = index.parse(body.view(), limits);
  StrictTurns turns;
  root->member("messages").each_element([&](wire::JsonValue message) {
    turns.on_message(message);
    return true;
  });
  require(turns.open.empty());
}

}  // namespace rlm::fuzz
