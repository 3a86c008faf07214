#include "dialect/chat_stream.hpp"

#include "dialect/chat_stop.hpp"
#include "dialect/openai_usage.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

// All text of an answer is one block as long as nothing comes between.
constexpr std::uint64_t kTextKey = 0;

bool says_something(JsonValue reasoning) {
  return reasoning.is(Type::Array) || !reasoning.quoted().empty();
}

}  // namespace

Result<void> ChatStream::on_object(JsonValue root, std::string& out) {
  blocks_.start(out);
  Result<void> done;
  root.each_member([&](std::string_view key, JsonValue value) {
    if (key == "usage") {
      if (read_openai_usage(value, usage_)) has_usage_ = true;
    } else if (key == "choices") {
      value.each_element([&](JsonValue choice) {
        done = on_choice(choice, out);
        return done.has_value();
      });
    }
    return done.has_value();
  });
  return done;
}

Result<void> ChatStream::on_choice(JsonValue choice, std::string& out) {
  JsonValue delta, finish;
  std::int64_t number = 0;
  choice.each_member([&](std::string_view key, JsonValue value) {
    if (key == "index") number = value.integer(0);
    if (key == "delta") delta = value;
    if (key == "finish_reason") finish = value;
    return true;
  });
  if (number != 0) return {};
  JsonValue content, refusal, calls, call;
  bool reasons = false;
  delta.each_member([&](std::string_view key, JsonValue value) {
    if (key == "content") content = value;
    if (key == "refusal") refusal = value;
    if (key == "tool_calls") calls = value;
    if (key == "function_call") call = value;  // the older form of one call
    if (key == "reasoning_content" || key == "reasoning") reasons = says_something(value);
    return true;
  });
  if (reasons) blocks_.reasoning(out);
  if (auto done = on_text(content, out); !done) return done;
  if (!refusal.quoted().empty()) refused_ = true;
  if (auto done = on_text(refusal, out); !done) return done;
  if (auto done = on_calls(calls, out); !done) return done;
  if (call.is(Type::Object)) {
    const Fragment fragment{-1, {}, call.member("name").string(), call.member("arguments")};
    if (auto done = on_fragment(fragment, out); !done) return done;
  }
  if (finish.is(Type::String)) finish_reason_ = finish.string();
  return {};
}

Result<void> ChatStream::on_text(JsonValue content, std::string& out) {
  Result<void> done;
  each_text(content, [&](JsonValue text) {
    if (done) done = blocks_.text(kTextKey, text_of(text), out);
  });
  return done;
}

Result<void> ChatStream::on_calls(JsonValue calls, std::string& out) {
  Result<void> done;
  calls.each_element([&](JsonValue call) {
    Fragment fragment;
    call.each_member([&](std::string_view key, JsonValue value) {
      if (key == "index") fragment.index = value.integer(-1);
      if (key == "id") fragment.id = value.string();
      if (key == "function") {
        fragment.name = value.member("name").string();
        fragment.arguments = value.member("arguments");
      }
      return true;
    });
    done = on_fragment(fragment, out);
    return done.has_value();
  });
  return done;
}

/// Which call a fragment belongs to; calls_.size(): a new one. Servers number them all 0, or none,
/// or repeat id and name in each fragment.
std::size_t ChatStream::call_of(const Fragment& fragment) const {
  const std::size_t none = calls_.size();
  const bool names_new = !fragment.id.empty() && !fragment.name.empty();
  if (fragment.index < 0) {
    if (fragment.id.empty()) return fragment.name.empty() && none > 0 ? none - 1 : none;
    for (std::size_t at = none; at-- > 0;)
      if (calls_[at].id == fragment.id) return at;
    return fragment.name.empty() && none > 0 ? none - 1 : none;
  }
  for (std::size_t at = none; at-- > 0;) {
    if (calls_[at].index != fragment.index) continue;
    return names_new && calls_[at].id != fragment.id ? none : at;
  }
  return none;
}

Result<void> ChatStream::on_fragment(const Fragment& fragment, std::string& out) {
  const std::size_t at = call_of(fragment);
  if (at == calls_.size()) {
    auto begun = blocks_.begin_call(at, fragment.id, fragment.name, out);
    if (!begun) return begun;
    calls_.push_back({fragment.index, fragment.id});
  }
  const JsonValue arguments = fragment.arguments;
  if (arguments.is(Type::Object)) return blocks_.arguments(at, arguments.raw(), out);
  if (arguments.is(Type::String)) return blocks_.arguments(at, text_of(arguments), out);
  return {};
}

Result<void> ChatStream::on_done(std::string& out) {
  if (finish_reason_.empty()) {
    fail_cut(out);
    return {};
  }
  const StopReason stop = chat_stop(finish_reason_, blocks_.has_calls(), refused_);
  if (stop.reason.empty()) {
    fail_oddly(stop.failure, out);
    return {};
  }
  return end(stop.reason, has_usage_ ? &usage_ : nullptr, out);
}

}  // namespace rlm::dialect
