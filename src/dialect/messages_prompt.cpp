#include "dialect/messages_prompt.hpp"

#include <string>
#include <utility>

#include "dialect/prompt_blocks.hpp"
#include "dialect/request_members.hpp"
#include "dialect/request_tool_ids.hpp"
#include "dialect/system_mark.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Kind = PromptPart::Kind;
using Type = JsonValue::Type;

bool is_result(JsonValue block) {
  return block.member("type").equals("tool_result");
}

class PromptWalk {
 public:
  PromptWalk(const PromptRules& rules, PromptSink& sink)
      : rules_(rules), sink_(sink), ids_(rules.quirks.tool_id_bytes_max), blocks_(rules) {}

  Result<void> walk(JsonValue messages) {
    Result<void> done;
    bool is_assistant = false;
    messages.each_element([&](JsonValue message) {
      const bool speaks = message.member("role").equals("assistant");
      if (!turn_.empty() && speaks != is_assistant) done = end_turn(is_assistant);
      is_assistant = speaks;
      turn_.push_back(message);
      return done.has_value();
    });
    return done ? end_turn(is_assistant) : done;
  }

 private:
  /// Calls `visit(block)`, which names what cannot be expressed, for each block of a message.
  template <class Visit>
  Result<void> each_block(std::size_t message, Visit&& visit) const {
    Result<void> done;
    std::size_t number = 0;
    turn_[message].member("content").each_element([&](JsonValue block) {
      if (const std::string what = visit(block); !what.empty())
        done = not_expressible(
            "messages." + std::to_string(first_ + message) + ".content." + std::to_string(number),
            what, rules_.dialect);
      ++number;
      return done.has_value();
    });
    return done;
  }

  Result<void> end_turn(bool is_assistant) {
    parts_.clear();
    auto done = is_assistant ? assistant_turn() : user_turn();
    first_ += turn_.size();
    turn_.clear();
    blocks_.clear();
    return done;
  }

  Result<void> assistant_turn() {
    for (std::size_t at = 0; at < turn_.size(); ++at) {
      bool continues = false;
      add_text(parts_, turn_[at].member("content"));
      auto done = each_block(at, [&](JsonValue block) -> std::string {
        const std::string_view type = block.member("type").quoted();
        const bool follows = std::exchange(continues, type == "text");
        if (type == "text")
          add_text(parts_, block.member("text"), follows);
        else if (type == "tool_use")
          add_call(block);
        else if (type != "thinking" && type != "redacted_thinking")
          return "a block of type " + std::string(type.substr(0, 64));
        return {};
      });
      if (!done) return done;
    }
    if (!parts_.empty()) sink_.assistant(parts_);
    return {};
  }

  Result<void> user_turn() {
    for (std::size_t at = 0; at < turn_.size(); ++at) {
      auto done = each_block(at, [&](JsonValue block) {
        return is_result(block) ? add_result(block) : std::string();
      });
      if (!done) return done;
    }
    for (std::size_t at = 0; at < turn_.size(); ++at) {
      const JsonValue content = turn_[at].member("content");
      if (turn_[at].member("role").equals("system")) {
        add_system(content);
        continue;
      }
      add_text(parts_, content);
      auto done = each_block(at, [&](JsonValue block) {
        return is_result(block) ? std::string() : blocks_.add(block, parts_);
      });
      if (!done) return done;
    }
    flush_user();
    return {};
  }

  void flush_user() {
    if (!parts_.empty()) sink_.user(parts_);
    parts_.clear();
  }

  void add_system(JsonValue content) {
    const bool is_taken = rules_.quirks.later_system;
    std::string& text = blocks_.made(is_taken ? "" : kSystemMark);
    const std::size_t empty = text.size();
    append_texts(text, content, "\\n\\n");
    if (text.size() == empty) return;
    if (!is_taken) {
      parts_.push_back({.text = text});
      return;
    }
    flush_user();
    sink_.system(text);
  }

  void add_call(JsonValue block) {
    parts_.push_back({.kind = Kind::Call,
                      .name = block.member("name").quoted(),
                      .id = ids_.of_call(block.member("id").quoted()),
                      .input = block.member("input")});
  }

  /// Hands a result over; what is no text in it is added to the user's parts.
  std::string add_result(JsonValue block) {
    const std::string_view id = ids_.of_result(block.member("tool_use_id").quoted());
    const JsonValue content = block.member("content");
    const bool is_error = block.member("is_error").is(Type::True);
    if (content.is(Type::String) && !is_error) {
      sink_.tool_result(id, content.quoted());
      return {};
    }
    std::string& text = blocks_.made(is_error ? "Error: " : "");
    text += content.quoted();
    result_.clear();
    std::string refused;
    content.each_element([&](JsonValue part) {
      refused = blocks_.add(part, result_);
      return refused.empty();
    });
    if (!refused.empty()) return refused;
    bool is_first = true;
    for (const PromptPart& part : result_) {
      if (part.kind != Kind::Text) {
        add_returned(part, id);
        continue;
      }
      if (!std::exchange(is_first, false)) text += "\\n";
      text += part.text;
    }
    sink_.tool_result(id, text);
    return {};
  }

  void add_returned(const PromptPart& part, std::string_view id) {
    const bool is_image = part.kind == Kind::Image || part.kind == Kind::ImageUrl;
    std::string& caption = blocks_.made(is_image ? "[Image" : "[File");
    caption += " returned by tool call ";
    caption += id;
    caption += ']';
    parts_.push_back({.text = caption});
    parts_.push_back(part);
  }

  const PromptRules& rules_;
  PromptSink& sink_;
  RequestToolIds ids_;
  PromptBlocks blocks_;
  std::vector<JsonValue> turn_;  // messages of one role's turn
  std::size_t first_ = 0;        // the number of its first message
  std::vector<PromptPart> parts_;
  std::vector<PromptPart> result_;
};

class NoSink final : public PromptSink {
  void system(std::string_view) override {}
  void user(const std::vector<PromptPart>&) override {}
  void assistant(const std::vector<PromptPart>&) override {}
  void tool_result(std::string_view, std::string_view) override {}
};

}  // namespace

Result<void> check_messages(JsonValue messages, const PromptRules& rules) {
  NoSink nobody;
  return walk_messages(messages, rules, nobody);
}

Result<void> walk_messages(JsonValue messages, const PromptRules& rules, PromptSink& sink) {
  return PromptWalk(rules, sink).walk(messages);
}

}  // namespace rlm::dialect
