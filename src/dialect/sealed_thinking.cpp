#include "dialect/sealed_thinking.hpp"

#include "base/base64.hpp"
#include "dialect/json_copy.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;

constexpr std::string_view kTag = "rlm1.";

std::string sealed(std::string_view block) {
  std::string out(kTag);
  append_base64(out, block);
  return out;
}

std::string thinking_block(std::string_view thinking, std::string_view signature) {
  std::string block = R"({"type":"thinking","thinking":")";
  block += thinking;
  block += R"(","signature":")";
  block += signature;
  block += "\"}";
  return block;
}

std::string redacted_block(std::string_view data) {
  std::string block = R"({"type":"redacted_thinking","data":")";
  block += data;
  block += "\"}";
  return block;
}

}  // namespace

std::string seal_thinking(std::string_view thinking, std::string_view signature) {
  return sealed(thinking_block(thinking, signature));
}

std::string seal_redacted_thinking(std::string_view data) {
  return sealed(redacted_block(data));
}

std::optional<std::string> unseal_thinking(std::string_view sealed) {
  std::string block;
  if (!sealed.starts_with(kTag) || !append_from_base64(block, sealed.substr(kTag.size())))
    return std::nullopt;
  wire::JsonIndex index;
  const auto root = index.parse(block);
  if (!root || !has_known_escapes(block)) return std::nullopt;
  // Only what is written byte for byte as above: nothing else can be slipped into a request.
  const auto text = [&](std::string_view key) { return root->member(key).quoted(); };
  if (text("signature").empty() && text("data").empty()) return std::nullopt;
  if (block != thinking_block(text("thinking"), text("signature")) &&
      block != redacted_block(text("data")))
    return std::nullopt;
  return block;
}

}  // namespace rlm::dialect
