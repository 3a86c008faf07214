#include <algorithm>
#include <utility>

#include "dialect/answer_sink.hpp"
#include "dialect/comment_lines.hpp"
#include "dialect/json_copy.hpp"
#include "wire/draft_block.hpp"
#include "wire/json_text.hpp"
#include "wire/sse.hpp"
#include "wire/usage_json.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

constexpr std::size_t kWholeBytesMax = 32u << 20;
// What a block costs beyond its text, so that a stream of empty blocks has an end too.
constexpr std::size_t kBlockBytes = 256;

tl::unexpected<Error> too_large() {
  return fail(ErrorKind::TooLarge, Source::Upstream,
              "the upstream's answer exceeds " + std::to_string(kWholeBytesMax) + " bytes");
}

tl::unexpected<Error> broken(std::string_view what) {
  return fail(ErrorKind::Protocol, Source::Upstream, "the upstream's answer: " + std::string(what));
}

std::string_view without_prefix(std::string_view id) {
  if (id.starts_with("msg_")) id.remove_prefix(4);
  return id;
}

// A category as it may stand in a header or a comment; empty for what is no word.
std::string category_of(JsonValue stop_details) {
  constexpr std::size_t kBytesMax = 64;
  const std::string_view word = stop_details.member("category").quoted();
  // Of the letters that ids have, too.
  return std::string(wire::is_tool_id(word, kBytesMax) ? word : std::string_view());
}

Tokens thinking_tokens_of(JsonValue usage) {
  const JsonValue details = usage.member("output_tokens_details");
  return std::clamp<Tokens>(details.member("thinking_tokens").integer(0), 0, wire::kTokensMax);
}

/// Follows the blocks of an answer and tells them.
class BlockTeller {
 public:
  explicit BlockTeller(AnswerSink& sink) : sink_(sink) {}

  void begin(JsonValue block, std::string& out);
  void text(BlockKind kind, JsonValue text, std::string& out);
  void signature(JsonValue signature);
  void end(std::string& out);
  bool is_open() const { return is_open_; }
  /// Of texts and blocks told so far: what a sink may hold.
  std::size_t told_bytes() const { return told_bytes_; }

 private:
  void tell(std::string_view inside, std::string& out) {
    sink_.text(inside, out);
    any_text_ = true;
    told_bytes_ += inside.size();
  }

  AnswerSink& sink_;
  BlockKind kind_ = BlockKind::Text;
  bool is_open_ = false;
  bool is_told_ = false;  // false: of another kind
  bool any_untold_ = false;
  std::size_t told_bytes_ = 0;
  bool any_text_ = false;
  bool signed_ = false;
  std::string held_;  // an input that came with its block's start; deltas would replace it
  std::string copy_;  // scratch
};

void BlockTeller::begin(JsonValue block, std::string& out) {
  const std::string_view type = block.member("type").quoted();
  is_open_ = is_told_ = true;
  any_text_ = signed_ = false;
  told_bytes_ += kBlockBytes;
  held_.clear();
  if (type == "text")
    kind_ = BlockKind::Text;
  else if (type == "thinking")
    kind_ = BlockKind::Thinking;
  else if (type == "redacted_thinking" && !any_untold_)
    kind_ = BlockKind::RedactedThinking;
  else if (type == "tool_use")
    kind_ = BlockKind::ToolUse;
  else
    is_told_ = false;
  any_untold_ = any_untold_ || !is_told_;
  if (!is_told_) return;
  sink_.begin_block(kind_, block, out);
  if (kind_ == BlockKind::ToolUse) {
    const JsonValue input = block.member("input");
    input.each_member([&](std::string_view, JsonValue) {
      append_escaped(held_, input.raw());
      return false;
    });
  } else {
    text(kind_, block.member(type), out);
    signature(block.member("signature"));
  }
}

void BlockTeller::text(BlockKind kind, JsonValue text, std::string& out) {
  const std::string_view inside = text.quoted();
  if (inside.empty() || kind != kind_ || !is_told_) return;
  held_.clear();
  if (has_known_escapes(inside)) {
    tell(inside, out);
  } else {
    copy_.clear();
    append_inside(copy_, text);
    tell(copy_, out);
  }
}

void BlockTeller::signature(JsonValue signature) {
  if (kind_ != BlockKind::Thinking || !is_told_ || signed_ || signature.quoted().empty()) return;
  // It holds behind all that came before it, of which the client will bring back what it was told.
  if (any_untold_) return;
  signed_ = true;
  copy_.clear();
  append_inside(copy_, signature);
  sink_.signature(copy_);
}

void BlockTeller::end(std::string& out) {
  if (!is_open_) return;
  is_open_ = false;
  if (!is_told_) return;
  if (kind_ == BlockKind::ToolUse && !any_text_)
    tell(held_.empty() ? std::string_view("{}") : std::string_view(held_), out);
  sink_.end_block(out);
}

/// What both forms of an answer share.
class MessagesReader : public AnswerTranslator {
 public:
  explicit MessagesReader(std::unique_ptr<AnswerSink> sink)
      : sink_(std::move(sink)), blocks_(*sink_) {}

  std::string_view refusal_category() const override { return category_; }

 protected:
  void read_end(JsonValue delta) {
    const JsonValue reason = delta.member("stop_reason");
    if (reason.is(Type::String)) end_.stop_reason = reason.string();
    const JsonValue details = delta.member("stop_details");
    const JsonValue explanation = details.member("explanation");
    if (explanation.is(Type::String)) end_.explanation = explanation.string();
    if (reason.equals("refusal")) category_ = category_of(details);
  }
  void read_usage(JsonValue usage) {
    wire::merge_usage(end_.usage, wire::read_usage(usage, -1));
    end_.thinking_tokens = std::max(end_.thinking_tokens, thinking_tokens_of(usage));
  }

  std::unique_ptr<AnswerSink> sink_;
  BlockTeller blocks_;
  AnswerEnd end_;
  std::string category_;  // of a refusal
};

class StreamReader final : public MessagesReader {
 public:
  using MessagesReader::MessagesReader;

  Result<void> feed(std::string_view bytes, wire::JsonIndex& index, std::string& out) override {
    Result<void> result;
    comments_.feed(bytes, out, [&](std::string_view rest) {
      if (ended_) return true;
      auto fed = parser_.feed(rest, [&](std::string_view, std::string_view data) {
        if (!result || ended_) return;
        result = on_event(data, index, out);
        if (result && blocks_.told_bytes() > kWholeBytesMax) result = too_large();
      });
      if (result && !fed) result = std::move(fed);
      return result.has_value();
    });
    if (!result) {  // an error event may follow
      parser_ = wire::SseParser();
      comments_ = CommentLines();
    }
    return result;
  }

  Result<void> finish(wire::JsonIndex&, std::string& out) override {
    if (comments_.in_comment()) out += "\n\n";
    if (ended_) return {};
    return broken("the stream was cut before its message_stop");
  }

 private:
  Result<void> on_event(std::string_view data, wire::JsonIndex& index, std::string& out);
  Result<void> on_delta(JsonValue root, std::string& out);
  Result<void> on_start(JsonValue message, std::string& out);
  void append_category(std::string& out) const {
    out.append(": ").append(kRefusalHeader).append("=").append(category_).append("\n\n");
  }

  CommentLines comments_;
  wire::SseParser parser_;
  std::int64_t block_ = -1;  // of the open one, or the last
  bool started_ = false;
  bool ended_ = false;
};

Result<void> StreamReader::on_start(JsonValue message, std::string& out) {
  if (started_) return broken("a second message_start");
  started_ = true;
  read_usage(message.member("usage"));
  sink_->start(without_prefix(message.member("id").string()), out);
  return {};
}

Result<void> StreamReader::on_delta(JsonValue root, std::string& out) {
  if (!blocks_.is_open() || root.member("index").integer(-1) != block_)
    return broken("a content_block_delta for a block that is not open");
  const JsonValue delta = root.member("delta");
  const std::string_view type = delta.member("type").quoted();
  if (type == "text_delta")
    blocks_.text(BlockKind::Text, delta.member("text"), out);
  else if (type == "input_json_delta")
    blocks_.text(BlockKind::ToolUse, delta.member("partial_json"), out);
  else if (type == "thinking_delta")
    blocks_.text(BlockKind::Thinking, delta.member("thinking"), out);
  else if (type == "signature_delta")
    blocks_.signature(delta.member("signature"));
  return {};
}

Result<void> StreamReader::on_event(std::string_view data, wire::JsonIndex& index,
                                    std::string& out) {
  const auto root = index.parse(data);
  if (!root || !root->is(Type::Object)) return broken("an event is no JSON object");
  const std::string_view type = root->member("type").quoted();
  if (type == "ping") {
    sink_->ping(out);
    return {};
  }
  // llama.cpp's errors come without Anthropic's envelope.
  if (type == "error" || (type.empty() && root->member("error").exists())) {
    ended_ = true;
    sink_->error(root->raw(), out);
    return {};
  }
  if (type == "message_start") return on_start(root->member("message"), out);
  if (type == "message_delta" || type == "message_stop" || type.starts_with("content_block_")) {
    if (!started_) return broken("an event before message_start");
  }
  if (type == "content_block_delta") return on_delta(*root, out);
  if (type == "content_block_start") {
    if (blocks_.is_open()) return broken("a block within a block");
    block_ = root->member("index").integer(-1);
    blocks_.begin(root->member("content_block"), out);
  } else if (type == "content_block_stop") {
    blocks_.end(out);
  } else if (type == "message_delta") {
    read_end(root->member("delta"));
    read_usage(root->member("usage"));
  } else if (type == "message_stop") {
    blocks_.end(out);
    ended_ = true;
    if (!category_.empty()) append_category(out);
    sink_->finish(end_, out);
  }
  return {};
}

class WholeReader final : public MessagesReader {
 public:
  using MessagesReader::MessagesReader;

  Result<void> feed(std::string_view bytes, wire::JsonIndex&, std::string&) override {
    if (body_.size() + bytes.size() > kWholeBytesMax) return too_large();
    body_ += bytes;
    return {};
  }

  Result<void> finish(wire::JsonIndex& index, std::string& out) override {
    const auto root = index.parse(body_);
    if (!root) return broken("it is no JSON, or was cut");
    if (root->member("type").equals("error")) {
      sink_->error(root->raw(), out);
      return {};
    }
    const JsonValue content = root->member("content");
    if (!root->member("type").equals("message") || !content.is(Type::Array))
      return broken("it is no message with content");
    sink_->start(without_prefix(root->member("id").string()), out);
    content.each_element([&](JsonValue block) {
      blocks_.begin(block, out);
      blocks_.end(out);
      return true;
    });
    read_end(*root);
    read_usage(root->member("usage"));
    sink_->finish(end_, out);
    return {};
  }

 private:
  std::string body_;
};

}  // namespace

std::unique_ptr<AnswerTranslator> messages_reader(std::unique_ptr<AnswerSink> sink, bool streamed) {
  if (streamed) return std::make_unique<StreamReader>(std::move(sink));
  return std::make_unique<WholeReader>(std::move(sink));
}

}  // namespace rlm::dialect
