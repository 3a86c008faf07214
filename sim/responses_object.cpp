#include "sim/responses_object.hpp"

#include <algorithm>

#include "sim/chat_usage.hpp"
#include "sim/crypto.hpp"
#include "sim/reasoning_seal.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

using Kind = ReplyBlock::Kind;
using wire::json_string;

}  // namespace

ResponseObject::Item ResponseObject::item_of(std::size_t block) const {
  const ReplyBlock& said = answer_.blocks[block];
  if (said.kind == Kind::Thinking) return Item::Reasoning;
  if (said.kind == Kind::Text) return Item::Message;
  const auto& custom = telling_.request.custom_tools;
  return std::find(custom.begin(), custom.end(), said.name) == custom.end() ? Item::Function
                                                                            : Item::Custom;
}

std::string ResponseObject::nonce() const {
  return hex(sha256(answer_.message_id)).substr(0, 32);
}

std::string ResponseObject::id_of(std::size_t block) const {
  static constexpr std::string_view kPrefixes[] = {"rs_", "msg_", "fc_", "ctc_"};
  const Item item = item_of(block);
  if (item == Item::Reasoning) return reasoning_id(nonce());
  return std::string(kPrefixes[static_cast<std::size_t>(item)]) + nonce() + std::to_string(block);
}

std::string ResponseObject::said(std::size_t block) const {
  const std::string& text = answer_.blocks[block].text;
  if (item_of(block) != Item::Custom) return text;
  wire::JsonIndex index;
  const auto json = index.parse(text);
  const bool wrapped = json && json->member("input").is(wire::JsonValue::Type::String);
  return wrapped ? json->member("input").string() : text;
}

std::string ResponseObject::part(std::string_view text) const {
  if (refuses()) return "{\"type\":\"refusal\",\"refusal\":" + json_string(text) + "}";
  return R"({"type":"output_text","annotations":[],"logprobs":[],"text":)" + json_string(text) +
         "}";
}

std::string ResponseObject::item(std::size_t block, bool complete) const {
  const ReplyBlock& it = answer_.blocks[block];
  const bool cut = answer_.cut && block + 1 == answer_.blocks.size();
  const std::string id = "{\"id\":" + json_string(id_of(block));
  const std::string state = std::string(",\"status\":\"") +
                            (!complete ? "in_progress"
                             : cut     ? "incomplete"
                                       : "completed") +
                            "\"";
  const std::string text = complete ? said(block) : "";
  switch (item_of(block)) {
    case Item::Reasoning: {
      const bool shown = complete && shows_reasoning();
      std::string out =
          id + R"(,"type":"reasoning","summary":[)" +
          (shown ? R"({"type":"summary_text","text":)" + json_string(text) + "}" : "") + "]";
      if (complete && telling_.request.wants_encrypted)
        out += ",\"encrypted_content\":" + json_string(encrypted_reasoning(config_.seed, nonce()));
      return out + "}";
    }
    case Item::Message:
      return id + R"(,"type":"message")" + state + ",\"content\":[" + (complete ? part(text) : "") +
             R"(],"role":"assistant"})";
    case Item::Custom:
      return id + R"(,"type":"custom_tool_call")" + state + ",\"call_id\":" + json_string(it.id) +
             ",\"name\":" + json_string(it.name) + ",\"input\":" + json_string(text) + "}";
    case Item::Function:
      break;
  }
  return id + R"(,"type":"function_call")" + state + ",\"arguments\":" + json_string(text) +
         ",\"call_id\":" + json_string(it.id) + ",\"name\":" + json_string(it.name) + "}";
}

std::string ResponseObject::begun(std::size_t block) const {
  return item(block, false);
}

std::string ResponseObject::whole(std::size_t block) const {
  return item(block, true);
}

std::string ResponseObject::output() const {
  std::string items;
  for (std::size_t i = 0; i < answer_.blocks.size(); ++i) items += (i == 0 ? "" : ",") + whole(i);
  return items;
}

std::string ResponseObject::status() const {
  const bool short_of = answer_.stop_reason == "max_tokens" ||
                        answer_.stop_reason == "content_filter" ||
                        answer_.stop_reason == "model_context_window_exceeded";
  return short_of ? "incomplete" : "completed";
}

std::string ResponseObject::usage() const {
  const Usage& usage = telling_.usage;
  const Tokens output = answer_.output_tokens;
  return "{\"input_tokens\":" + std::to_string(usage.prompt()) +
         ",\"input_tokens_details\":{\"cached_tokens\":" + std::to_string(usage.cache_read) +
         "},\"output_tokens\":" + std::to_string(output) +
         ",\"output_tokens_details\":{\"reasoning_tokens\":" +
         std::to_string(reasoning_tokens_of(answer_)) +
         "},\"total_tokens\":" + std::to_string(usage.prompt() + output) + "}";
}

std::string ResponseObject::response(const std::string& status, const std::string& output,
                                     bool counts, const std::string& error) const {
  const bool told = counts && telling_.fault.kind != Fault::Kind::NoUsage;
  const std::string why =
      answer_.stop_reason == "content_filter" ? "content_filter" : "max_output_tokens";
  return "{\"id\":\"resp_" + nonce() + "\",\"object\":\"response\",\"created_at\":" +
         std::to_string(telling_.began.value / 1000) + ",\"status\":\"" + status +
         "\",\"background\":false,\"error\":" + error + ",\"incomplete_details\":" +
         (status == "incomplete" ? "{\"reason\":\"" + why + "\"}" : "null") +
         ",\"model\":" + json_string(telling_.request.model) + ",\"output\":[" + output + "]" +
         telling_.request.echo +
         R"(,"previous_response_id":null,"service_tier":"default","user":null,"usage":)" +
         (told ? usage() : "null") + "}";
}

}  // namespace rlm::sim
