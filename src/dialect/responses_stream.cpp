#include "dialect/responses_stream.hpp"

#include <algorithm>

#include "dialect/openai_usage.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

std::uint64_t key_of(std::int64_t output, std::int64_t content) {
  return static_cast<std::uint64_t>(output) << 20 | (static_cast<std::uint64_t>(content) & 0xFFFFF);
}

std::int64_t output_of(JsonValue event) {
  return std::max<std::int64_t>(event.member("output_index").integer(-1), -1);
}

std::uint64_t key_of(JsonValue event) {
  return key_of(output_of(event), event.member("content_index").integer(0));
}

}  // namespace

StopReason responses_stop(std::string_view status, std::string_view incomplete_reason,
                          bool has_calls, bool refused) {
  if (status == "completed") {
    if (has_calls) return {"tool_use", {}};
    return {refused ? "refusal" : "end_turn", {}};
  }
  if (status == "incomplete" && incomplete_reason == "max_output_tokens") return {"max_tokens", {}};
  if (status == "incomplete" && incomplete_reason == "content_filter") return {"refusal", {}};
  return {{}, "api_error"};
}

Result<void> ResponsesStream::on_object(JsonValue root, std::string& out) {
  const std::string_view type = root.member("type").quoted();
  if (type == "error") {
    fail_with(messages_error_of(200, root), out);
    return {};
  }
  if (!type.starts_with("response.")) return {};
  blocks_.start(out);
  return on_event(type.substr(9), root, out);
}

Result<void> ResponsesStream::on_event(std::string_view type, JsonValue event, std::string& out) {
  if (type == "output_text.delta") return on_text(event, event.member("delta"), out);
  if (type == "refusal.delta") {
    refused_ = true;
    return on_text(event, event.member("delta"), out);
  }
  if (type == "output_text.done") return on_whole_text(event, event.member("text"), out);
  if (type == "function_call_arguments.delta" || type == "function_call_arguments.done") {
    Call* call = call_of(output_of(event), event.member("item_id").quoted());
    if (type.ends_with("delta") && call != nullptr)
      return on_arguments(*call, event.member("delta"), out);
    if (call != nullptr && !call->has_arguments)
      return on_arguments(*call, event.member("arguments"), out);
    return {};  // the item tells all of it when it is done
  }
  if (type == "output_item.added" || type == "output_item.done")
    return on_item(output_of(event), event.member("item"), type.ends_with("done"), out);
  if (type.starts_with("reasoning_") && type.ends_with(".delta")) blocks_.reasoning(out);
  if (type == "completed" || type == "incomplete" || type == "failed" || type == "cancelled")
    return on_end(type, event.member("response"), out);
  return {};
}

Result<void> ResponsesStream::on_text(JsonValue event, JsonValue text, std::string& out) {
  if (text.quoted().empty()) return {};
  const std::uint64_t key = key_of(event);
  if (output_of(event) < 0) has_unplaced_text_ = true;
  if (texts_.empty() || texts_.back() != key) texts_.push_back(key);
  return blocks_.text(key, text_of(text), out);
}

Result<void> ResponsesStream::on_whole_text(JsonValue event, JsonValue text, std::string& out) {
  const bool is_known = std::find(texts_.begin(), texts_.end(), key_of(event)) != texts_.end();
  return is_known || has_unplaced_text_ ? Result<void>() : on_text(event, text, out);
}

ResponsesStream::Call* ResponsesStream::call_of(std::int64_t output, std::string_view item_id) {
  const auto found = std::find_if(calls_.rbegin(), calls_.rend(), [&](const Call& call) {
    return output >= 0 && call.output >= 0 ? call.output == output : call.item_id == item_id;
  });
  return found == calls_.rend() ? nullptr : &*found;
}

Result<void> ResponsesStream::on_arguments(Call& call, JsonValue arguments, std::string& out) {
  if (arguments.quoted().empty()) return {};
  call.has_arguments = true;
  const auto key = static_cast<std::uint64_t>(&call - calls_.data());
  return blocks_.arguments(key, text_of(arguments), out);
}

Result<void> ResponsesStream::on_item(std::int64_t output, JsonValue item, bool is_done,
                                      std::string& out) {
  const JsonValue type = item.member("type");
  if (type.equals("message") && is_done) return on_message(output, item, out);
  if (!type.equals("function_call")) return {};
  Call* call = call_of(output, item.member("id").quoted());
  if (call == nullptr) {
    const std::string id = item.member("call_id").string();
    auto begun = blocks_.begin_call(calls_.size(), id, item.member("name").string(), out);
    if (!begun) return begun;
    call = &calls_.emplace_back(Call{output, std::string(item.member("id").quoted())});
  }
  if (!is_done || call->has_arguments) return {};
  return on_arguments(*call, item.member("arguments"), out);
}

/// What of a message's parts did not come in deltas.
Result<void> ResponsesStream::on_message(std::int64_t output, JsonValue item, std::string& out) {
  Result<void> done;
  std::int64_t content = 0;
  item.member("content").each_element([&](JsonValue part) {
    const std::uint64_t key = key_of(output, content++);
    const JsonValue refusal = part.member("refusal");
    const JsonValue text = refusal.is(Type::String) ? refusal : part.member("text");
    if (!refusal.quoted().empty()) refused_ = true;
    const bool is_known = std::find(texts_.begin(), texts_.end(), key) != texts_.end();
    if (is_known || has_unplaced_text_ || text.quoted().empty()) return true;
    texts_.push_back(key);
    done = blocks_.text(key, text_of(text), out);
    return done.has_value();
  });
  return done;
}

Result<void> ResponsesStream::on_end(std::string_view event, JsonValue response, std::string& out) {
  if (const auto error = response.member("error"); error.is(Type::Object)) {
    fail_with(messages_error_of(200, error), out);
    return {};
  }
  std::int64_t output = 0;
  Result<void> done;
  if (!blocks_.has_blocks())
    response.member("output").each_element([&](JsonValue item) {
      done = on_item(output++, item, true, out);
      return done.has_value();
    });
  if (!done) return done;
  const JsonValue status = response.member("status");
  const StopReason stop =
      responses_stop(status.exists() ? status.quoted() : event,
                     response.member("incomplete_details").member("reason").quoted(),
                     blocks_.has_calls(), refused_);
  if (stop.reason.empty()) {
    fail_oddly(stop.failure, out);
    return {};
  }
  Usage usage;
  const bool has_usage = read_openai_usage(response.member("usage"), usage);
  return end(stop.reason, has_usage ? &usage : nullptr, out);
}

Result<void> ResponsesStream::on_done(std::string& out) {
  // A [DONE] behind the last event is not looked at; before it, it says nothing.
  fail_cut(out);
  return {};
}

}  // namespace rlm::dialect
