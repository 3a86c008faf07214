#include "tests/support/agent_client.hpp"

#include "wire/json_cursor.hpp"

namespace rlm::test {
namespace {

const std::string kMark = R"(,"cache_control":{"type":"ephemeral"})";

constexpr const char* kThinking[] = {
    "",
    R"({"type":"disabled"})",
    R"({"type":"adaptive"})",
    R"({"type":"adaptive","display":"summarized"})",
    R"({"type":"enabled","budget_tokens":1024})",
    R"({"type":"enabled","budget_tokens":2048,"display":"summarized"})"};

}  // namespace

AgentClient::AgentClient(std::uint64_t seed, std::string model)
    : random_(sim::mix(seed, 7)),
      model_(std::move(model)),
      has_tools_(below(5) > 0),
      turns_left_(2 + static_cast<int>(below(4))) {
  begin_turn();
}

std::string AgentClient::words() {
  static constexpr const char* kWords[] = {"fix the bug", "caf\u00e9", R"(a \"quoted\" path)",
                                           R"(\u00e4\n)",
                                           "<system-reminder>x</system-reminder> go"};
  return std::string(kWords[below(5)]) + " " + std::to_string(++words_);
}

void AgentClient::add_user_text() {
  const std::string text = words();
  const std::string open = R"({"role":"user","content":[)";
  const std::string block = R"({"type":"text","text":")" + text + "\"";
  const bool becomes_string = chance(60);
  entries_.push_back(
      {open + block + (chance(70) ? kMark : "") + "}]}",
       becomes_string ? R"({"role":"user","content":")" + text + "\"}" : open + block + "}]}"});
}

void AgentClient::add_system_entry() {
  const std::string entry = chance(30) ? R"({"role":"system","content":[]})"
                                       : R"({"role":"system","content":")" + words() + "\"}";
  entries_.push_back({entry, entry});
}

void AgentClient::begin_turn() {
  if (--turns_left_ < 0) return;
  thinking_ = kThinking[below(std::size(kThinking))];
  steps_left_ = has_tools_ ? static_cast<int>(below(5)) : 0;
  add_user_text();
  if (chance(15)) add_user_text();
  if (chance(15)) add_system_entry();
}

std::string AgentClient::body() {
  std::string body = R"({"model":")" + model_ +
                     R"(","max_tokens":4096,"system":[{"type":"text",)"
                     R"("text":"x-anthropic-billing-header: cc_version=)" +
                     std::to_string(random_.next()) +
                     R"(;"},{"type":"text","text":"You are an agent.")" + kMark + "}]";
  if (has_tools_)
    body += R"(,"tools":[{"name":"Read","description":"Reads","input_schema":{"type":"object"}},)"
            R"({"name":"Bash","eager_input_streaming":true,"input_schema":{"type":"object"}}])";
  if (!thinking_.empty()) body += R"(,"thinking":)" + thinking_;
  body += R"(,"metadata":{"user_id":"u"},"messages":[)";
  for (std::size_t i = 0; i < entries_.size(); ++i)
    body +=
        (i > 0 ? "," : "") + (i + 1 < entries_.size() ? entries_[i].settled : entries_[i].fresh);
  return body + "]}";
}

sim::Reply AgentClient::wish() {
  if (steps_left_ <= 0) return sim::Reply::of_text("Answer " + std::to_string(++words_) + ".");
  --steps_left_;
  sim::Reply reply;
  if (chance(40)) reply = sim::Reply::of_text("I look.");
  for (std::size_t calls = 1 + below(3); calls > 0; --calls) {
    sim::ReplyBlock call;
    call.kind = sim::ReplyBlock::Kind::ToolUse;
    call.name = chance(50) ? "Read" : "Bash";
    call.text = R"({"n": )" + std::to_string(++words_) + "}";
    reply.blocks.push_back(call);
  }
  return reply;
}

void AgentClient::take(std::string_view response) {
  wire::JsonIndex index;
  const auto content = index.parse(response)->member("content");
  const std::string entry = R"({"role":"assistant","content":)" + std::string(content.raw()) + "}";
  std::vector<std::string> ids;
  content.each_element([&](wire::JsonValue block) {
    if (block.member("type").equals("tool_use")) ids.emplace_back(block.member("id").quoted());
    return true;
  });
  entries_.push_back({entry, entry});
  if (ids.empty())
    begin_turn();
  else
    add_results(ids);
}

void AgentClient::add_results(const std::vector<std::string>& ids) {
  std::string blocks;
  for (const std::string& id : ids) {
    blocks +=
        (blocks.empty() ? "" : ",") + (R"({"type":"tool_result","tool_use_id":")" + id + "\"");
    if (chance(15)) blocks += R"(,"is_error":true)";
    blocks += chance(50) ? R"(,"content":")" + words() + "\"}"
                         : R"(,"content":[{"type":"text","text":")" + words() + "\"}]}";
  }
  if (chance(20)) blocks += R"(,{"type":"text","text":")" + words() + "\"}";
  const std::string open = R"({"role":"user","content":[)" + blocks;
  const std::string fresh = open.substr(0, open.size() - 1) + kMark + "}]}";
  entries_.push_back({fresh, open + "]}"});
  if (chance(15)) add_system_entry();
}

}  // namespace rlm::test
