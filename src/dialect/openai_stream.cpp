#include "dialect/openai_stream.hpp"

#include "dialect/cloud_error.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

constexpr std::size_t kRetainedBytes = 4096;

tl::unexpected<Error> protocol(const char* what) {
  return fail(ErrorKind::Protocol, Source::Upstream, what);
}

}  // namespace

std::string_view OpenAiStream::text_of(JsonValue value) {
  const std::string_view raw = value.quoted();
  if (raw.find('\\') == raw.npos) return raw;
  if (text_.capacity() > kRetainedBytes) std::string().swap(text_);
  text_.clear();
  wire::append_unescaped(text_, raw);
  return text_;
}

Result<void> OpenAiStream::end(std::string_view stop_reason, const Usage* usage, std::string& out) {
  ended_ = true;
  return blocks_.end(stop_reason, usage, out);
}

void OpenAiStream::fail_with(const MessagesError& error, std::string& out) {
  ended_ = true;
  BlockWriter::fail_with(error, out);
}

void OpenAiStream::fail_cut(std::string& out) {
  fail_with(own_error("api_error", "the upstream's answer was cut before its end"), out);
}

void OpenAiStream::fail_oddly(std::string_view type, std::string& out) {
  fail_with(own_error(type, kOddEnd), out);
}

Result<void> OpenAiStream::on_data(std::string_view data, wire::JsonIndex& index,
                                   std::string& out) {
  const std::size_t begin = data.find_first_not_of(" \t");
  if (begin == data.npos) return {};  // a keep-alive
  if (data.substr(begin).starts_with("[DONE]")) return on_done(out);
  const auto root = index.parse(data);
  // The end of a body that was cut is no fault of its own.
  if (!root && finishing_) return {};
  if (!root || !root->is(Type::Object))
    return protocol("an event of the upstream's stream holds no JSON object");
  if (is_openai_error(*root)) {
    fail_with(messages_error_of(200, *root), out);
    return {};
  }
  return on_object(*root, out);
}

Result<void> OpenAiStream::feed(std::string_view bytes, wire::JsonIndex& index, std::string& out) {
  Result<void> done;
  if (ended_) return {};
  auto fed = parser_.feed(bytes, [&](std::string_view, std::string_view data) {
    if (done && !ended_) done = on_data(data, index, out);
  });
  if (ended_) return done;
  return done ? fed : done;
}

Result<void> OpenAiStream::finish(wire::JsonIndex& index, std::string& out) {
  finishing_ = true;
  // The blank line behind the last event is often forgotten.
  if (auto fed = feed("\n\n", index, out); !fed) return fed;
  if (ended_) return {};
  if (!blocks_.is_started()) return protocol("the upstream's stream ended before its answer began");
  return on_done(out);
}

}  // namespace rlm::dialect
