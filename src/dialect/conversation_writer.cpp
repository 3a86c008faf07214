#include "dialect/conversation_writer.hpp"

#include "dialect/client_tool_id.hpp"
#include "dialect/json_copy.hpp"

namespace rlm::dialect {
namespace {

// What the user is made to say where Anthropic's API wants a word and the client has none.
constexpr std::string_view kOpening = R"({"type":"text","text":"Begin."})";
constexpr std::size_t kShownIdBytes = 64;

void add(std::string& list, std::string_view block) {
  if (!list.empty()) list += ',';
  list += block;
}

void add_text(std::string& list, std::string_view inside) {
  if (!list.empty()) list += ',';
  list += R"({"type":"text","text":")";
  list += inside;
  list += "\"}";
}

tl::unexpected<Error> unmatched(std::string_view words, std::string_view id) {
  return fail(ErrorKind::BadRequest, Source::Client,
              std::string(words) + std::string(id.substr(0, kShownIdBytes)));
}

}  // namespace

void ConversationWriter::open(std::string_view role) {
  if (out_.size() > 1) out_ += ',';
  out_ += R"({"role":")";
  out_ += role;
  out_ += R"(","content":[)";
}

Result<void> ConversationWriter::end_user_turn() {
  for (const Call& call : calls_)
    if (!call.answered) return unmatched(words_.no_result, call.client_id);
  calls_.clear();
  call_of_.clear();
  open("user");
  out_ += results_;
  if (!results_.empty() && !rest_.empty()) out_ += ',';
  out_ += rest_;
  out_ += "]}";
  results_.clear();
  rest_.clear();
  return {};
}

void ConversationWriter::end_assistant_turn() {
  open("assistant");
  out_ += spoken_;
  out_ += "]}";
  spoken_.clear();
}

Result<void> ConversationWriter::begin_assistant() {
  if (turn_ == Turn::None) rest_ = kOpening;
  if (turn_ != Turn::Assistant)
    if (auto ended = end_user_turn(); !ended) return ended;
  turn_ = Turn::Assistant;
  if (!thought_.empty()) add(spoken_, thought_);
  thought_.clear();
  return {};
}

void ConversationWriter::begin_user() {
  if (turn_ == Turn::Assistant) end_assistant_turn();
  turn_ = Turn::User;
  thought_.clear();
}

Result<void> ConversationWriter::user_text(std::string_view inside) {
  if (is_blank(inside)) return {};
  begin_user();
  add_text(rest_, inside);
  return {};
}

Result<void> ConversationWriter::user_block(std::string_view block) {
  begin_user();
  add(rest_, block);
  return {};
}

Result<void> ConversationWriter::assistant_text(std::string_view inside) {
  if (is_blank(inside)) return {};
  if (auto begun = begin_assistant(); !begun) return begun;
  add_text(spoken_, inside);
  return {};
}

void ConversationWriter::thinking(std::string_view block) {
  add(thought_, block);
}

std::string ConversationWriter::unique_id(const std::string& client_id) {
  const std::string id = messages_tool_id(client_id);
  const auto [known, is_new] = ids_.try_emplace(id, 2);
  if (is_new) return id;
  int& number = known->second;  // stays where it is when others are added
  for (;;) {
    std::string next = id + "_" + std::to_string(number++);
    if (ids_.try_emplace(next, 2).second) return next;
  }
}

Result<void> ConversationWriter::tool_use(const std::string& id, std::string_view name,
                                          std::string_view input) {
  if (auto begun = begin_assistant(); !begun) return begun;
  if (!call_of_.emplace(id, calls_.size()).second)
    return fail(ErrorKind::BadRequest, Source::Client,
                "two tool calls of one turn have the same id, need different ones: " +
                    id.substr(0, kShownIdBytes));
  calls_.push_back({id, unique_id(id)});
  add(spoken_, R"({"type":"tool_use","id":")");
  spoken_ += calls_.back().id;
  spoken_ += R"(","name":")";
  spoken_ += name;
  spoken_ += R"(","input":)";
  spoken_ += input;
  spoken_ += '}';
  return {};
}

Result<void> ConversationWriter::tool_result(const std::string& id, std::string_view content) {
  const auto found = call_of_.find(id);
  if (found == call_of_.end() || calls_[found->second].answered)
    return unmatched(words_.no_call, id);
  Call& call = calls_[found->second];
  call.answered = true;
  begin_user();
  add(results_, R"({"type":"tool_result","tool_use_id":")");
  results_ += call.id;
  results_ += R"(","content":)";
  results_ += content;
  results_ += '}';
  return {};
}

Result<std::string> ConversationWriter::finish() {
  if (turn_ == Turn::None) rest_ = kOpening;
  if (turn_ == Turn::Assistant) {
    for (const Call& call : calls_)
      if (!call.answered) return unmatched(words_.no_result, call.client_id);
    end_assistant_turn();
  } else if (auto ended = end_user_turn(); !ended) {
    return fail(std::move(ended.error()));
  }
  out_ += ']';
  return std::move(out_);
}

}  // namespace rlm::dialect
