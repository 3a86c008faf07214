#include "lab/recorded_session.hpp"

#include "wire/json_text.hpp"

namespace rlm::lab {
namespace {

std::string_view without_brackets(std::string_view list) {
  const std::size_t open = list.find('[');
  const std::size_t close = list.rfind(']');
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  return list.substr(open + 1, close - open - 1);
}

}  // namespace

RecordedSession::RecordedSession(const Pair& pair)
    : tools_(pair.tools), messages_(without_brackets(pair.messages)) {}

void RecordedSession::add_turn(std::string_view messages) {
  const auto more = without_brackets(messages);
  if (more.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  messages_ += ',';
  messages_ += more;
}

void RecordedSession::add_step(const std::vector<PairCall>& calls) {
  if (calls.empty()) return;
  std::string uses;
  std::string results;
  for (const PairCall& call : calls) {
    const std::string id = "toolu_" + std::to_string(++calls_);
    if (!uses.empty()) uses += ',', results += ',';
    uses += R"({"type":"tool_use","id":")" + id + R"(","name":)" + wire::json_string(call.name) +
            R"(,"input":)" + call.input + '}';
    results += R"({"type":"tool_result","tool_use_id":")" + id + R"(","content":"ok"})";
  }
  messages_ += R"(,{"role":"assistant","content":[)" + uses + R"(]},{"role":"user","content":[)" +
               results + "]}";
}

Buffer RecordedSession::body() const {
  Buffer body;
  body.reserve(tools_.size() + messages_.size() + 64);
  body.append(R"({"model":"recorded")");
  if (!tools_.empty()) {
    body.append(R"(,"tools":)");
    body.append(tools_);
  }
  body.append(R"(,"messages":[)");
  body.append(messages_);
  body.append("]}");
  return body;
}

Answer draft_of(const std::vector<PairCall>& calls) {
  Answer answer;
  for (const PairCall& call : calls) {
    ContentBlock& block = answer.content.emplace_back();
    block.kind = ContentBlock::Kind::ToolUse;
    block.id = "call_" + std::to_string(answer.content.size());
    block.name = call.name;
    block.text = call.input;
  }
  answer.stop_reason = "tool_use";
  return answer;
}

}  // namespace rlm::lab
