#include "dialect/openai_whole.hpp"

#include <algorithm>
#include <utility>

#include "dialect/openai_error.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

tl::unexpected<Error> protocol(const char* what) {
  return fail(ErrorKind::Protocol, Source::Upstream, what);
}

tl::unexpected<Error> inside_a_200(MessagesError told) {
  Error failed(ErrorKind::UpstreamStatus, Source::Upstream,
               "the upstream answered 200 with an error inside");
  failed.status = told.status;
  failed.body = std::move(told.body);
  return fail(std::move(failed));
}

/// `index` is free: the answer holds copies.
Result<void> check_calls(Answer& answer, AnswerToolIds ids, wire::JsonIndex& index) {
  for (ContentBlock& block : answer.content) {
    if (block.kind != ContentBlock::Kind::ToolUse) continue;
    if (block.name.empty()) return protocol("the upstream's tool call has no name");
    block.id = ids.take(block.id);
    if (block.text.find_first_not_of(" \t\r\n") == block.text.npos) block.text = "{}";
    const auto input = index.parse(block.text);
    if ((!input || !input->is(Type::Object)) && answer.stop_reason != "max_tokens")
      return protocol("the upstream's tool call has arguments that are no JSON object");
  }
  return {};
}

}  // namespace

tl::unexpected<Error> ended_oddly(std::string_view type) {
  return inside_a_200(own_error(type, kOddEnd));
}

void add_text(Answer& answer, std::string text) {
  if (text.empty()) return;
  if (answer.content.empty() || answer.content.back().kind != ContentBlock::Kind::Text)
    answer.content.push_back({ContentBlock::Kind::Text, std::move(text), {}, {}});
  else
    answer.content.back().text += text;
}

Tokens estimated_output(const Answer& answer) {
  std::size_t bytes = 0;
  for (const ContentBlock& block : answer.content) bytes += block.text.size();
  return static_cast<Tokens>((bytes * 2 + 6) / 7);
}

Result<void> OpenAiWhole::feed(std::string_view bytes, wire::JsonIndex&, std::string&) {
  if (body_.empty())
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  if (body_.size() + bytes.size() > kBodyBytesMax)
    return fail(ErrorKind::TooLarge, Source::Upstream,
                "the upstream's answer exceeds " + std::to_string(kBodyBytesMax) + " bytes");
  body_ += bytes;
  return {};
}

Result<void> OpenAiWhole::finish(wire::JsonIndex& index, std::string& out) {
  const auto root = index.parse(body_);
  if (!root || !root->is(Type::Object)) return protocol("the upstream's answer is no JSON object");
  if (is_openai_error(*root)) return inside_a_200(messages_error_of(200, *root));
  Answer answer;
  if (auto done = read(*root, answer); !done) return done;
  if (auto done = check_calls(answer, AnswerToolIds(names_.id), index); !done) return done;
  out += wire::write_answer(answer, names_.id, names_.model, answer.usage);
  return {};
}

}  // namespace rlm::dialect
